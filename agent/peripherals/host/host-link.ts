import type { ToHost } from './protocol.ts'

/** A started device host, seen from the agent: a child process, Electron's utility process, or a test's own. */
export interface HostLink {
  /** Never throws; what can't be delivered is lost, and `ended` follows. */
  send(message: ToHost): void
  /** Ends it whatever it is doing (SIGKILL). `ended` follows. */
  kill(): void
  /** Set once, before the next turn of the event loop. */
  listen(handlers: HostLinkHandlers): void
}

export interface HostLinkHandlers {
  /** A message as it came, not parsed. */
  message(raw: unknown): void
  /** Once, whatever ended it. `why` in plain words: `signal SIGSEGV`. */
  ended(why: string): void
}

export type LaunchHost = () => HostLink
