import type { AnySourceKind } from './source.ts'
import { chromis } from './sql/mappings/chromis.ts'
import { opensourcepos } from './sql/mappings/opensourcepos.ts'
import { unicenta } from './sql/mappings/unicenta.ts'

/** Every kind of source that this agent can read. */
export const sourceKinds: readonly AnySourceKind[] = [
  unicenta, // uniCenta oPOS: SQLite, PostgreSQL, MySQL, MariaDB
  chromis, // Chromis POS: the same
  opensourcepos, // OpenSourcePOS: MySQL, MariaDB
]
