import type { Cancel, World } from '../../shared/world.ts'
import { drawSecret, same } from './secrets.ts'

/** How long a code that was drawn here opens the page, and how often a new one takes its place. */
const VALID_MS = 15 * 60_000
const RENEWED_MS = 7 * 60_000
/** How long the code does that the program gave which started this agent. */
const GIVEN_VALID_MS = 12 * 3_600_000

/** The codes of the page's link: each opens one page, and only for a time. */
export interface LinkCodes extends Disposable {
  newest(): string
  /** Whether this code opens the page; it is used up then. */
  use(code: string): boolean
}

/** @param changed there is a newer code, for the link that people are given */
export function openLinkCodes(parts: {
  world: Pick<World, 'clock' | 'timers' | 'random'>
  /** The first code. */
  given: string
  changed(): void
}): LinkCodes {
  const { world, changed } = parts
  let codes = [{ code: parts.given, until: world.clock.monotonicMs() + GIVEN_VALID_MS }]
  let newest = parts.given
  let cancel: Cancel = () => {}

  function draw(): void {
    const now = world.clock.monotonicMs()
    newest = drawSecret(world.random)
    codes = [...codes.filter(({ until }) => until > now), { code: newest, until: now + VALID_MS }]
    changed()
    cancel()
    cancel = world.timers.after(RENEWED_MS, draw)
  }
  cancel = world.timers.after(RENEWED_MS, draw)

  return {
    newest: () => newest,
    use(code) {
      const now = world.clock.monotonicMs()
      const found = codes.find(known => same(known.code, code) && known.until > now)
      if (found === undefined) return false
      codes = codes.filter(known => known !== found)
      if (found.code === newest) draw()
      return true
    },
    [Symbol.dispose]: () => cancel(),
  }
}
