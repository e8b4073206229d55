import { z } from 'zod'

/**
 * What an agent tells the launcher that started it. The launcher may be of an older version than the agent, so words are only
 * added, and one that it does not know is ignored.
 */
export const LauncherWord = z.discriminatedUnion('t', [
  z.object({ t: z.literal('healthy') }),
  /** Why the update is not well yet: said when it is given up. */
  z.object({ t: z.literal('not-yet'), why: z.string().max(500) }),
])

/** An agent that ends with this code is started again at once: another version may be ready. */
export const RESTART_CODE = 75

/** The launcher, as the agent that it started sees it. */
export interface Launcher {
  healthy(): void
  notYet(why: string): void
  /** Ends this agent; the launcher starts what is due. */
  restart(): void
}
