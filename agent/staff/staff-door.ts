import { badgeHash } from '../../shared/badge-code.ts'
import { defineError } from '../../shared/errors.ts'
import { openHashQueue } from '../../shared/hash-queue.ts'
import { NO_SECRET, secretFits } from '../../shared/secret-hash.ts'
import { isDrawnBadge, type StaffMember, USUAL_PIN_IDLE_MINUTES } from '../../shared/staff.ts'
import type { World } from '../../shared/world.ts'
import type { ScanView, StaffView, UnlockAnswer, UnlockRequest } from '../till/api-schema.ts'
import type { PinRule } from './kept-pin-rule.ts'
import { openPasses } from './passes.ts'
import type { StaffStore } from './staff-store.ts'
import { openTouchedPage } from './touched-page.ts'
import { FREE_TRIES } from './wrong-pins.ts'
import { openWrongTries } from './wrong-tries.ts'

export const staffPassNeeded = defineError(
  'STAFF_PASS_NEEDED',
  () => 'The till is locked. Choose your name and enter your PIN, or scan your badge; then try again.',
)

const pinsBusy = defineError('PINS_BUSY', () => 'Many PINs are being checked. Try again in a few seconds.')

/** How long a badge that is enough alone opens the page after its scan. */
const TICKET_MS = 10_000

/** A badge that was scanned just now and is enough alone opens one page. */
interface Ticket {
  readonly staff: string
  readonly page: string
  readonly until: number
}

/** What a page asks with: its own id, which its signature proves, and the pass that it holds. */
export interface Holder {
  readonly page: string
  readonly pass: string
}

/** Proves who makes a step at the till page. */
export interface StaffDoor {
  view(holder: Holder): StaffView
  unlock(page: string, asked: UnlockRequest): Promise<UnlockAnswer>
  /** The person is at the page: the pass counts on. False: it does not count any more. */
  active(holder: Holder): boolean
  lock(page: string): void
  /**
   * In whose name a step is made. Where no PIN is required, the page's word counts.
   * @param said who makes it as the page says; null: the step names no one
   * @throws STAFF_PASS_NEEDED
   */
  who(holder: Holder, said: string | null): string
  /**
   * What a scan of a badge means; null: it is another code. The code of a badge that is known here or was drawn by a hub goes nowhere.
   * @param page where it was typed; null: a scanner of the till read it, and the page that was touched last is meant
   */
  badge(text: string, page: string | null): Promise<ScanView> | null
  /** Wrong PINs and unknown badges within the last hour, since the agent's start; also those of a person who got in since. */
  wrongTries(): number
  /** A page listens for scans from now on. Returns what ends it. */
  opened(page: string): () => void
}

export function openStaffDoor(parts: {
  world: Pick<World, 'clock' | 'random'>
  store: StaffStore
  /** What the store agreed on; null: the hub has said nothing. */
  rule(): PinRule | null
}): StaffDoor {
  const { world, store, rule } = parts
  const { clock } = world
  const isRequired = () => rule()?.staffPin === 'required'
  const idleMs = () => (rule()?.pinIdleMinutes ?? USUAL_PIN_IDLE_MINUTES) * 60_000
  const person = (staff: string) => store.people().find(one => one.staff === staff) ?? null
  const passes = openPasses({ world, idleMs, person })
  const pages = openTouchedPage()
  const hashing = openHashQueue(() => pinsBusy({}))
  /** Badges that were scanned just now and are enough alone. */
  const tickets = new Map<string, Ticket>()

  const wrong = openWrongTries(clock)

  const opened = (page: string, member: StaffMember): UnlockAnswer => ({
    is: 'open',
    pass: passes.issue(page, member),
    staff: member.staff,
    name: member.name,
  })

  async function byPin(page: string, staff: string, pin: string): Promise<UnlockAnswer> {
    const known = person(staff)
    const counted = known?.staff ?? ''
    const tried = await store.begin(counted)
    if (!tried.may) return { is: 'wait', waitMs: tried.waitMs, whose: tried.whose }
    const fits = await secretFits(pin, known?.pinHash ?? NO_SECRET)
    const still = person(staff)
    if (fits && still !== null && still.pinHash === known?.pinHash) {
      await store.forgive(staff)
      return opened(page, still)
    }
    wrong.note()
    const next = store.look(counted)
    if (!next.may) return { is: 'wait', waitMs: next.waitMs, whose: next.whose }
    return { is: 'wrong', triesLeft: Math.max(0, FREE_TRIES - next.wrongBefore) }
  }

  function byTicket(page: string, ticket: string): UnlockAnswer {
    const found = tickets.get(ticket)
    if (found !== undefined && found.page !== page) return { is: 'expired' }
    tickets.delete(ticket)
    const known = found === undefined || found.until < clock.monotonicMs() ? null : person(found.staff)
    return known?.badgeAlone === true ? opened(page, known) : { is: 'expired' }
  }

  function ticketFor(staff: string, page: string): string {
    const now = clock.monotonicMs()
    for (const [ticket, { until }] of tickets) if (until < now) tickets.delete(ticket)
    const ticket = Buffer.from(world.random.bytes(16)).toString('base64url')
    tickets.set(ticket, { staff, page, until: now + TICKET_MS })
    return ticket
  }

  async function unknownBadge(page: string | null): Promise<ScanView> {
    const tried = await store.begin('')
    wrong.note()
    const waitMs = tried.may ? 0 : tried.waitMs
    return { code: '', problem: null, badge: { staff: null, name: '', ticket: null, waitMs, page } }
  }

  return {
    view({ page, pass }) {
      const held = passes.holder(page, pass)
      return {
        rule: isRequired() ? 'required' : 'off',
        idleMs: idleMs(),
        people: store.people().map(one => ({ staff: one.staff, name: one.name, opensBy: opensBy(one) })),
        at: held === null ? null : { staff: held.staff, name: held.name },
      }
    },
    async unlock(page, asked) {
      if ('ticket' in asked) return byTicket(page, asked.ticket)
      pages.touched(page)
      return hashing(page, () => byPin(page, asked.staff, asked.pin))
    },
    active({ page, pass }) {
      pages.touched(page)
      return passes.use(page, pass) !== null
    },
    lock: passes.end,
    who({ page, pass }, said) {
      pages.touched(page)
      if (!isRequired()) return said ?? ''
      const held = passes.use(page, pass)
      if (held === null) throw staffPassNeeded({})
      return held.name
    },
    wrongTries: wrong.count,
    opened: pages.opened,
    badge(text, typedAt) {
      const code = text.trim()
      const isDrawn = isDrawnBadge(code)
      const known = store.people().find(one => one.badgeHash !== null && one.badgeHash === badgeHash(code))
      const page = typedAt ?? pages.current()
      if (known === undefined) return isDrawn || store.wasBadge(badgeHash(code)) ? unknownBadge(page) : null
      const ticket = known.badgeAlone && page !== null ? ticketFor(known.staff, page) : null
      const badge = { staff: known.staff, name: known.name, ticket, waitMs: 0, page }
      return Promise.resolve({ code: '', problem: null, badge })
    },
  }
}

function opensBy({ pinHash, badgeHash: badge, badgeAlone }: StaffMember): 'pin' | 'badge' | 'nothing' {
  if (pinHash !== null) return 'pin'
  return badge !== null && badgeAlone ? 'badge' : 'nothing'
}
