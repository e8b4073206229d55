import type { z } from 'zod'
import type { PickupPut } from '../../shared/commands.ts'
import type { PickupMoved } from '../../shared/events.ts'
import type { EpochMs } from '../../shared/ids.ts'
import type { MissingUnits, pickMeans } from '../../shared/pickup-lines.ts'
import type { UndoableMove } from '../../shared/pickup-moves.ts'
import { PickupView } from '../till/api-schema.ts'

/** A pickup as the journal has it. */

/** What a step changes of a pickup as staff see it. */
export const StepBefore = PickupView.pick({
  state: true,
  movedBy: true,
  movedAt: true,
  notice: true,
  shopify: true,
  lines: true,
  keptAt: true,
  handedTo: true,
})

/** A step made at this till that can be undone for a few seconds. */
export interface UndoableStep {
  readonly move: UndoableMove
  readonly staff: string
  readonly till: string
  readonly at: EpochMs
  readonly before: z.infer<typeof StepBefore>
}

/** How far one line was picked at this till. */
export interface LineCount {
  readonly line: string
  readonly picked: number
  readonly missing: MissingUnits | null
  readonly staff: string
  readonly by: (typeof pickMeans)[number]
  readonly at: number
}

/** A move made at this till that the hub has not yet said it applied. */
export type LocalMove = Pick<
  PickupMoved,
  'move' | 'staff' | 'lines' | 'missing' | 'undoes' | 'keptAt' | 'handedTo'
> & {
  readonly at: number
  /** Of an undo: what it brings back. */
  readonly restores: z.infer<typeof StepBefore> | null
}

/** The hub's last word on a pickup, and what this till has of its own. */
export interface StoredPickup {
  readonly put: PickupPut
  readonly moves: readonly LocalMove[]
  readonly counts: readonly LineCount[]
  readonly undo: UndoableStep | null
  /** It was ended by others while it was in work here, and staff have not read that yet. */
  readonly isUnread: boolean
}
