import { isEnded, type PickupState } from '../../../shared/pickup-moves.ts'
import { knownNotice, type PickupNotice, type SentNotice } from '../../../shared/pickup-notices.ts'
import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { clockTime, dayWords } from '../../../shared/ui/time-words.ts'
import { tillOutdated } from '../../till/api-schema.ts'
import { noticeTitleMessages } from './notice-title.messages.ts'
import { type PickupNoticeMessages, pickupNoticeMessages } from './pickup-notice.messages.ts'

/** How the store's clock shows a moment, and its calendar. */
interface Moments {
  readonly time: (at: number) => string
  readonly day: (at: number) => string
}

/** Words a pickup's notice. */
export function wordNotice(t: PickupNoticeMessages, sent: SentNotice, { time, day }: Moments): string {
  if (typeof sent === 'string') return sent
  const notice = knownNotice(sent)
  if (notice === null) return sent.code === tillOutdated.code ? t.outdated : t.unknown
  switch (notice.code) {
    case 'on-hold':
      return wordHold(t, notice, day)
    case 'collected-at-shopify':
      return t.collectedAtShopify
    case 'fulfilled-at-shopify':
      return t.fulfilledAtShopify
    case 'order-cancelled':
      return t.orderCancelled
    case 'taken-back':
      return t.takenBack
    case 'unknown-to-hub':
      return t.unknownToHub
    case 'moved-away':
      return t.movedAway(notice.to)
    case 'refused':
      return t.refused(notice.staff, notice.reason)
    case 'items-missing':
      return t.itemsMissing(notice.staff, notice.reason)
    case 'move-refused':
      return wordRefusedMove(t, notice, time)
    case 'collected-after-cancel':
      return t.collectedAfterCancel
    case 'partly-handed-over':
      return t.partlyHandedOver(notice.handedOver, notice.goods)
    case 'collected-beyond-order':
      return t.collectedBeyondOrder(notice.goods)
    case 'order-changed':
      return t.orderChanged(notice.added, notice.removed)
    case 'collected-after-move':
      return t.collectedAfterMove(notice.to)
    case 'handed-over-elsewhere':
      return notice.goods === undefined
        ? t.handedOverElsewhere(notice.store, notice.staff)
        : t.partHandedOverElsewhere(notice, notice.goods)
    case 'continues':
      return t.continues
    case 'added-after-hand-over':
      return t.addedAfterHandOver(notice.goods)
    case 'hand-over-cancelled':
      return t.handOverCancelled
    case 'may-be-collected':
      return notice.receipt === undefined
        ? t.mayBeCollected(notice.by, notice.goods)
        : t.namedByReceipt(notice.receipt, notice.goods)
    case 'undo-too-late':
      return t.undoTooLate[notice.move]
    case 'rest-missing':
      return t.restMissing(notice.staff, notice.goods)
    case 'reopened':
      return t.reopened(notice.staff, notice.reason)
    case 'not-collected':
      return t.notCollected(notice.days)
    case 'paid-back':
      return t.paidBack
    case 'cancel-asked':
      return t.cancelAsked
    case 'write-refused':
      return wordRefusedWrite(t, notice)
  }
}

type Notice<Code extends PickupNotice['code']> = Extract<PickupNotice, { code: Code }>

function wordHold(
  t: PickupNoticeMessages,
  { missing, scheduledFor }: Notice<'on-hold'>,
  day: (at: number) => string,
): string {
  if (missing !== undefined) return t.restHeld(missing)
  if (scheduledFor === undefined) return t.onHold
  return t.scheduled(scheduledFor === null ? null : day(scheduledFor))
}

/** "Already handed over by Maya at 14:02." */
function wordRefusedMove(
  t: PickupNoticeMessages,
  { move, state, by, at }: Notice<'move-refused'>,
  time: (at: number) => string,
): string {
  const last = by === null || at === null ? t.lastState(t.state[state]) : lastMove(t, state, by, time(at))
  const isTooEarly = move === 'collect' && !isEnded(state) && state !== 'ready'
  return isTooEarly ? `${last} ${t.notReady}` : last
}

function lastMove(t: PickupNoticeMessages, state: PickupState, by: string, time: string): string {
  return state === 'received' ? t.movedBack(by, time) : t.lastMove(t.state[state], by, time)
}

function wordRefusedWrite(
  t: PickupNoticeMessages,
  { step, said, isRetried }: Notice<'write-refused'>,
): string {
  const refused = step === 'ready' ? t.readyRefused(said) : t.collectedRefused(said)
  return isRetried ? `${refused} ${t.retried}` : refused
}

/** What a notice is about, in a few words. */
function titleOf(titles: (typeof noticeTitleMessages)['en'], sent: SentNotice): string {
  const notice = typeof sent === 'string' ? null : knownNotice(sent)
  if (notice?.code === 'on-hold' && notice.missing !== undefined) return titles['items-missing']
  if (notice?.code === 'on-hold' && notice.scheduledFor !== undefined) return titles.scheduled
  return titles[notice?.code ?? 'other']
}

const troubling: readonly string[] = [
  'refused',
  'items-missing',
  'move-refused',
  'collected-after-cancel',
  'collected-beyond-order',
  'collected-after-move',
  'write-refused',
] satisfies PickupNotice['code'][]

/** Red for what went wrong, amber for what changed or must wait. */
export function lookOfNotice(sent: SentNotice): 'wrong' | 'caution' {
  return typeof sent !== 'string' && troubling.includes(sent.code) ? 'wrong' : 'caution'
}

/** Words notices in the page's language, with times as the store's clock shows them. */
export function useNoticeWords(zone: string) {
  const t = useMessages(pickupNoticeMessages)
  const titles = useMessages(noticeTitleMessages)
  const { locale } = useLanguage()
  return {
    title: (notice: SentNotice) => titleOf(titles, notice),
    say: (notice: SentNotice) =>
      wordNotice(t, notice, {
        time: at => clockTime(at, { zone, locale }),
        day: at => dayWords(at, { zone, locale }),
      }),
  }
}
