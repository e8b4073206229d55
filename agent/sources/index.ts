import type { AnySourceKind } from './source.ts'
import { unicenta } from './sql/mappings/unicenta.ts'

/** Every kind of source that this agent can read. */
export const sourceKinds: readonly AnySourceKind[] = [
  unicenta, // uniCenta oPOS, SQLite file
]
