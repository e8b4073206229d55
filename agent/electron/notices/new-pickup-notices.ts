import type { Cancel, World } from '../../../shared/world.ts'
import type { DeskView } from '../../till/api-schema.ts'
import type { DesktopWords } from '../desktop.messages.ts'
import type { DeskNotice, NoticeOptions } from '../electron-parts.ts'

type NewPickup = DeskView['newPickups'][number]

/** So many orders are named in one notice. */
const NAMED = 3

export interface NewPickupNotices extends Disposable {
  /** The pickups that wait to be accepted just now. */
  show(waiting: readonly NewPickup[]): void
}

/**
 * Tells of new pickups in front of every other program, with the system's sound, again and again until they are
 * accepted. While staff have the till page in front of them it rings there, and no notice covers it.
 */
export function noticeNewPickups(parts: {
  world: Pick<World, 'timers'>
  words: DesktopWords
  everyMs: number
  create(options: NoticeOptions): DeskNotice
  isPageInFront(): boolean
  open(): void
}): NewPickupNotices {
  let waiting: readonly NewPickup[] = []
  let known: ReadonlySet<string> = new Set()
  let notice: DeskNotice | null = null
  let cancel: Cancel = () => {}

  function tell(): void {
    cancel()
    cancel = parts.world.timers.after(parts.everyMs, tell)
    takeAway()
    if (parts.isPageInFront()) return
    notice = parts.create(noticeOf(waiting, parts.words))
    notice.on('click', parts.open)
    notice.show()
  }
  function takeAway(): void {
    notice?.close()
    notice = null
  }
  function rest(): void {
    cancel()
    takeAway()
  }
  return {
    show(now) {
      const hasNew = now.some(({ pickup }) => !known.has(pickup))
      waiting = now
      known = new Set(now.map(({ pickup }) => pickup))
      if (now.length === 0) rest()
      else if (hasNew) tell()
    },
    [Symbol.dispose]: rest,
  }
}

function noticeOf(waiting: readonly NewPickup[], t: DesktopWords): NoticeOptions {
  const named = waiting.slice(0, NAMED).map(({ order, units }) => t.noticeOrder(order, units))
  const more = waiting.length - named.length
  return {
    title: t.noticeTitle(waiting.length),
    body: [...named, ...(more > 0 ? [t.noticeMore(more)] : [])].join(', '),
    silent: false,
    urgency: 'critical',
    timeoutType: 'never',
  }
}
