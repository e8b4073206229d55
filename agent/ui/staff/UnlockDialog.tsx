import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { IconId } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { ApiError } from '../../../shared/ui/json.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import { sharedMessages } from '../../../shared/ui/shared.messages.ts'
import type { ScannedBadge, StaffTile, UnlockAnswer } from '../../till/api-schema.ts'
import { PinPad } from './PinPad.tsx'
import classes from './StaffDialog.module.css'
import { staffMessages } from './staff.messages.ts'
import { type UnlockOutcome, unlockWith } from './unlock.ts'

interface UnlockDialogProps {
  people: readonly StaffTile[]
  /** The badge that was scanned last; null: none. A new object for each scan. */
  badge: ScannedBadge | null
  /** What the agent answered to that badge; null: nothing. */
  badgeAnswer: UnlockAnswer | null
  onOpened: (answer: UnlockAnswer) => void
  onClose: () => void
}

/** Asks who is at this till, and for the PIN: by tile, by keyboard or by badge. What lies behind it keeps its place. */
export function UnlockDialog({ people, badge, badgeAnswer, onOpened, onClose }: UnlockDialogProps) {
  const t = useMessages(staffMessages)
  const { close } = useMessages(sharedMessages)
  const [chosen, setChosen] = useState<string | null>(null)
  const [answer, setAnswer] = useState<UnlockOutcome | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    if (badge === null) return
    setChosen(badge.staff)
    setAnswer(badge.staff === null ? unknownBadge(badge.waitMs) : badgeAnswer)
  }, [badge, badgeAnswer])
  const person = people.find(one => one.staff === chosen) ?? null

  async function enter(pin: string): Promise<void> {
    if (busy || person === null) return
    setBusy(true)
    try {
      const said = await unlockWith({ staff: person.staff, pin })
      setAnswer(said)
      onOpened(said)
    } catch (error) {
      const refused = error instanceof ApiError && error.failure === 'refused'
      setAnswer({ is: 'failed', sentence: refused ? error.message : null })
    } finally {
      setBusy(false)
    }
  }
  const choose = (staff: string | null) => {
    setChosen(staff)
    setAnswer(null)
  }
  return (
    <Modal
      opened
      onClose={onClose}
      size={person === null ? 'md' : 400}
      title={person === null ? t.who : person.name}
      closeButtonProps={{ 'aria-label': close }}
    >
      <Stack data-testid="unlock">
        {person === null && <Text>{people.length === 0 ? t.noStaff : t.whoPin}</Text>}
        {person === null && <Tiles people={people} onChoose={choose} />}
        {person?.opensBy === 'badge' && <Text>{t.scanBadge}</Text>}
        {person?.opensBy === 'nothing' && <Text>{t.hasNothing}</Text>}
        {person === null || person.opensBy !== 'pin' ? (
          <Said answer={answer} />
        ) : (
          <PinPad key={`${chosen}`} busy={busy} answer={answer} onEnter={pin => void enter(pin)}>
            <Said answer={answer} />
          </PinPad>
        )}
        <Group justify="space-between">
          <Button variant="default" onClick={onClose}>
            {t.cancel}
          </Button>
          {person !== null && (
            <Button variant="default" data-testid="unlock-other" onClick={() => choose(null)}>
              {t.otherPerson}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}

const unknownBadge = (waitMs: number): UnlockOutcome =>
  waitMs === 0 ? { is: 'unknown-badge' } : { is: 'wait', waitMs, whose: 'till' }

function Tiles({ people, onChoose }: { people: readonly StaffTile[]; onChoose: (staff: string) => void }) {
  return (
    <div className={classes['tiles']}>
      {people.map(({ staff, name, opensBy }) => (
        <Button
          key={staff}
          variant="default"
          data-testid="staff-tile"
          leftSection={opensBy === 'badge' ? <IconId size={20} aria-hidden /> : null}
          onClick={() => onChoose(staff)}
        >
          {name}
        </Button>
      ))}
    </div>
  )
}

/** The answer in words, with the time that is left. */
function Said({ answer }: { answer: UnlockOutcome | null }) {
  const t = useMessages(staffMessages)
  const left = useSecondsLeft(answer)
  const words = () => {
    if (answer === null || answer.is === 'open') return ''
    if (answer.is === 'wrong') return t.wrongPin(answer.triesLeft)
    if (answer.is === 'expired') return t.badgeAgain
    if (answer.is === 'unknown-badge') return t.unknownBadge
    if (answer.is === 'failed') return answer.sentence ?? t.noAnswer
    if (left === 0) return t.mayTry
    return answer.whose === 'till' ? t.waitTill(left) : t.wait(left)
  }
  return (
    <div className={classes['said']} role="status" data-testid="unlock-said">
      {words()}
    </div>
  )
}

/** Counts down what an answer says to wait; 0: nothing. */
function useSecondsLeft(answer: UnlockOutcome | null): number {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    const waitMs = answer?.is === 'wait' ? answer.waitMs : 0
    const until = performance.now() + waitMs
    const look = () => setLeft(Math.max(0, Math.ceil((until - performance.now()) / 1_000)))
    look()
    if (waitMs === 0) return
    const timer = setInterval(look, 1_000)
    return () => clearInterval(timer)
  }, [answer])
  return left
}
