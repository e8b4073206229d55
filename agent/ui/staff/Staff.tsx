import { useQuery, useQueryClient } from '@tanstack/react-query'
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { postJson } from '../../../shared/ui/json.ts'
import { useRecentTexts } from '../../../shared/ui/recent-texts.ts'
import { useRemembered } from '../../../shared/ui/remembered.ts'
import { type ScannedBadge, StaffActive, type UnlockAnswer } from '../../till/api-schema.ts'
import { ownPage } from '../page-key.ts'
import { askPassesWith, heldPass, keepPass, usePassName } from './pass.ts'
import { StaffDialog } from './StaffDialog.tsx'
import { staffQuery } from './staff.query.ts'
import { UnlockDialog } from './UnlockDialog.tsx'
import { unlockWith } from './unlock.ts'
import { useIdle } from './useIdle.ts'

interface Staff {
  /** Who is at this till; null until a name has been given or a PIN entered, and again once the till has been idle. */
  readonly name: string | null
  /** Whether the store requires a PIN or a badge. */
  readonly isRequired: boolean
  /** Asks who it is, also when that is known; null when the person would not say. */
  readonly ask: () => Promise<string | null>
  /** Ends the pass: the next step asks again. */
  readonly lock: () => void
  /** A badge was scanned. */
  readonly badge: (scanned: ScannedBadge) => void
}

const nothing: Staff = {
  name: null,
  isRequired: false,
  ask: async () => null,
  lock: () => undefined,
  badge: () => undefined,
}
const Context = createContext<Staff>(nothing)

/** Without PINs: the person who comes back after so long may be someone else. */
const usualIdleMs = 30 * 60_000
const mostSeen = 12

/** Knows who is at this till: asked for at the first step, and again once nothing was touched for a time. */
export function StaffProvider({ children }: { children: ReactNode }) {
  const { data: view } = useQuery(staffQuery)
  const isRequired = view?.rule === 'required'
  const [remembered, remember] = useRemembered('tillbridge.staff')
  const [seen, keepSeen] = useRecentTexts('tillbridge.staff-seen', mostSeen)
  const passName = usePassName()
  const [asking, setAsking] = useState<Asking | null>(null)
  const answers = useRef<((name: string | null) => void)[]>([])
  const { took, lock } = usePass(isRequired)

  useIdle({
    idleMs: isRequired ? view.idleMs : usualIdleMs,
    whenIdle: useCallback(() => {
      if (!isRequired) remember(null)
      else if (heldPass() !== null) lock()
    }, [isRequired, lock, remember]),
    whenActive: useCallback(() => {
      if (isRequired && passName !== null) void tellActive()
    }, [isRequired, passName]),
  })

  const ask = useCallback(() => {
    setAsking(before => before ?? { badge: null, answer: null })
    return new Promise<string | null>(resolve => {
      answers.current.push(resolve)
    })
  }, [])
  const finish = useCallback((said: string | null) => {
    setAsking(null)
    for (const answer of answers.current.splice(0)) answer(said)
  }, [])
  const named = useCallback(
    (said: string | null) => {
      if (said !== null) {
        remember(said)
        keepSeen(said)
      }
      finish(said)
    },
    [remember, keepSeen, finish],
  )
  const opened = useCallback(
    (answer: UnlockAnswer) => {
      if (answer.is !== 'open') return
      took(answer)
      finish(answer.name)
    },
    [took, finish],
  )
  useEffect(() => askPassesWith(async () => (await ask()) !== null), [ask])

  const badge = useCallback(
    (scanned: ScannedBadge) => {
      if (document.visibilityState !== 'visible') return
      if (scanned.page !== null && scanned.page !== ownPage()) return // another window of this PC was touched last
      if (!isRequired) {
        if (scanned.staff !== null) named(scanned.name)
      } else if (scanned.ticket === null) setAsking({ badge: scanned, answer: null })
      else
        void unlockWith({ ticket: scanned.ticket }).then(
          answer => (answer.is === 'open' ? opened(answer) : setAsking({ badge: scanned, answer })),
          // without an answer the page stays as it is: the badge can be scanned again
          () => setAsking({ badge: scanned, answer: null }),
        )
    },
    [isRequired, named, opened],
  )
  // What hears of badges is always the same function: with another one, each card would be drawn again.
  const onBadge = useRef(badge)
  useEffect(() => {
    onBadge.current = badge
  }, [badge])
  const heard = useCallback((scanned: ScannedBadge) => onBadge.current(scanned), [])
  const name = isRequired ? passName : remembered
  const staff = useMemo(
    () => ({ name, isRequired, ask, lock, badge: heard }),
    [name, isRequired, ask, lock, heard],
  )
  const tiles = [...new Set([...(view?.people ?? []).map(one => one.name), ...seen])]
  return (
    <Context value={staff}>
      {children}
      {asking !== null && !isRequired && <StaffDialog seen={tiles} onAnswer={named} />}
      {asking !== null && isRequired && (
        <UnlockDialog
          people={view.people}
          badge={asking.badge}
          badgeAnswer={asking.answer}
          onOpened={opened}
          onClose={() => finish(null)}
        />
      )}
    </Context>
  )
}

/** What the question is asked with: a badge that was scanned names its person, or no one. */
interface Asking {
  readonly badge: ScannedBadge | null
  /** What the agent said of the badge's ticket; null: it was not asked. */
  readonly answer: UnlockAnswer | null
}

/** Takes and ends this tab's pass, and forgets one that the agent no longer counts. */
function usePass(isRequired: boolean) {
  const client = useQueryClient()
  const { data: view } = useQuery(staffQuery)
  useEffect(() => {
    if (isRequired && view?.at === null) keepPass(null)
  }, [isRequired, view])
  const took = useCallback(
    ({ pass, staff, name }: Extract<UnlockAnswer, { is: 'open' }>) => {
      // an answer that is still on its way does not know of the new pass
      void client.cancelQueries({ queryKey: staffQuery.queryKey })
      client.setQueryData(staffQuery.queryKey, before => before && { ...before, at: { staff, name } })
      keepPass({ pass, staff, name })
    },
    [client],
  )
  const lock = useCallback(() => {
    keepPass(null)
    // the agent's own clock ends it if this does not arrive
    void postJson('/api/staff/lock', {}, StaffActive).catch(() => undefined)
  }, [])
  return { took, lock }
}

/** Keeps the pass alive while the person is here, also where no step is made. */
async function tellActive(): Promise<void> {
  try {
    const { isOpen } = await postJson('/api/staff/active', {}, StaffActive)
    if (!isOpen) keepPass(null)
  } catch {
    // the next step asks the agent in any case
  }
}

/** Who is at this till, and how to ask. */
export function useStaff(): Staff {
  return useContext(Context)
}
