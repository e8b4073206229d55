import type { z } from 'zod'
import type { peripheralConditions } from '../../shared/events.ts'
import type { Clock, Timers } from '../../shared/world.ts'
import type { OpenChannels } from './channel.ts'
import type { BeginPrint } from './spool/print-spool.ts'

/** What a peripheral says to the agent. Bytes are as they came; they are read, masked and journalled outside the host. */
export type PeripheralSays =
  | { readonly is: 'connected' }
  | { readonly is: 'gone'; readonly code: string; readonly sentence: string }
  | {
      readonly is: 'conditions'
      readonly conditions: readonly (typeof peripheralConditions)[number][]
      /** What the conditions mean here; left out: the words that every peripheral shares. */
      readonly sentence?: string
    }
  /** One whole scan, without prefix and suffix. */
  | { readonly is: 'scanned'; readonly bytes: Uint8Array; readonly via: 'serial' | 'hid' | 'tee' }
  /** Bytes that did not make a whole scan, and why they were dropped. */
  | { readonly is: 'scan-dropped'; readonly bytes: number; readonly sentence: string }
  /**
   * Bytes on their way between POS and printer, in order. `job`: a new number for each connection or pause. `print`: its
   * id in the spool, under which it may be told again after a restart. `at`: told from the spool, and printed then.
   */
  | {
      readonly is: 'captured'
      readonly job: number
      readonly print?: string
      readonly at?: number
      readonly towards: 'printer' | 'pos'
      readonly bytes: Uint8Array
    }
  /**
   * The POS has finished, or paused long enough: what was captured as `job` is whole. `cut`: it is not; the agent or the host was
   * ended in the middle. `again`: the host was ended, and the next one tells all of it from the spool.
   */
  | {
      readonly is: 'capture-ended'
      readonly job: number
      readonly print?: string
      readonly end?: 'whole' | 'cut' | 'again'
    }
  /**
   * The agent took captured bytes too slowly, so this many were dropped to keep printing from waiting. 0 when the
   * peripheral host ended in the middle and the number is unknown, or the spool's copy can't be read.
   */
  | {
      readonly is: 'capture-lost'
      readonly job: number
      readonly print?: string
      readonly bytes: number
    }
  | {
      readonly is: 'print-ended'
      readonly job: string
      /** `maybe`: the channel was lost in the middle, so that some of it may be on paper. */
      readonly outcome: 'printed' | 'maybe' | 'failed'
      readonly sentence: string
    }

/** What the agent asks of a peripheral. */
export type PeripheralOrder =
  | { readonly is: 'print'; readonly job: string; readonly bytes: Uint8Array }
  | { readonly is: 'ask-conditions' }

export interface DriverParts {
  readonly clock: Clock
  readonly timers: Timers
  readonly channels: OpenChannels
  /** Keeps what a POS prints until the agent has it; left out: it is not kept. */
  readonly beginPrint?: BeginPrint
  say(what: PeripheralSays): void
}

/** An open peripheral: it looks for its hardware and reconnects automatically after a loss, until it is closed. */
export interface Peripheral {
  take(order: PeripheralOrder): void
  /** Resolves within two seconds, whatever the hardware does. */
  close(): Promise<void>
}

/** A kind of peripheral: one file, its settings a schema, and one line in index.ts. Drivers run inside the device host. */
export interface PeripheralKind<Settings = unknown> {
  readonly kind: string
  readonly what: 'scanner' | 'printer' | 'print-path'
  readonly settings: z.ZodType<Settings>
  open(settings: Settings, parts: DriverParts): Peripheral
}

/** A kind whose settings' type is known to itself alone, as index.ts lists it. `configure` parses them. */
export interface AnyPeripheralKind {
  readonly kind: string
  readonly what: PeripheralKind['what']
  readonly settings: z.ZodType
  /** @throws ZodError naming each setting that is wrong */
  configure(settings: unknown): (parts: DriverParts) => Peripheral
}

/** Declares a kind of peripheral; the schema's type becomes the settings' type. */
export function definePeripheral<Settings>(kind: PeripheralKind<Settings>): AnyPeripheralKind {
  return {
    kind: kind.kind,
    what: kind.what,
    settings: kind.settings,
    configure(settings) {
      const parsed = kind.settings.parse(settings)
      return parts => kind.open(parsed, parts)
    },
  }
}
