import type { PrinterLink } from './printer-link.ts'

/** Who uses a printer just now: what the printer sends goes there. */
export interface LinkUser {
  passing(bytes: Uint8Array): void
  ended?(): void
}

/** Where links to one printer come from: a connection for each use, or one that is held open. One user at a time. */
export interface Links {
  /** @throws when the printer can't be reached */
  use(user: LinkUser): Promise<PrinterLink>
  /** Gives a link back. Never throws, does not wait for the printer. */
  done(link: PrinterLink): Promise<void>
  /** Asks the printer how it is, unless it is in use. */
  look(): void
  close(): Promise<void>
}

export const passingNothing: LinkUser = { passing() {} }
