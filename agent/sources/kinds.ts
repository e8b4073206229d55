import { mapped } from './mapped/mapped-source.ts'
import { csv } from './sales-files/csv/csv.ts'
import { json } from './sales-files/json/json.ts'
import { poslog } from './sales-files/poslog/poslog.ts'
import type { SalesFiles } from './sales-files/sales-files.ts'
import type { AnySourceKind } from './source.ts'
import { aronium } from './sql/mappings/aronium.ts'
import { chromis } from './sql/mappings/chromis.ts'
import { erpnext } from './sql/mappings/erpnext.ts'
import { floreant } from './sql/mappings/floreant.ts'
import { nexopos } from './sql/mappings/nexopos.ts'
import { odoo } from './sql/mappings/odoo.ts'
import { opensourcepos } from './sql/mappings/opensourcepos.ts'
import { unicenta } from './sql/mappings/unicenta.ts'

/** What kinds of sources need beyond their settings. */
export interface SourcePorts {
  readonly salesFiles: SalesFiles
  /** Sales that a POS posts: `openPosInlet().kind`. */
  readonly http: AnySourceKind
  /** Receipts that a printer prints: `receiptsKind(…)`. */
  readonly receipts: AnySourceKind
}

/** Kinds that read a POS's own database. */
export const databaseKinds: readonly AnySourceKind[] = [
  unicenta, // uniCenta oPOS: SQLite, PostgreSQL, MySQL, MariaDB
  chromis, // Chromis POS: the same
  aronium, // Aronium: SQLite
  odoo, // Odoo: PostgreSQL
  erpnext, // ERPNext: MariaDB
  nexopos, // NexoPOS: MySQL, MariaDB
  opensourcepos, // OpenSourcePOS: MySQL, MariaDB
  floreant, // Floreant POS: MySQL, MariaDB, PostgreSQL
]

/** Kinds that read the files a POS exports. */
export function salesFileKinds(files: SalesFiles): readonly AnySourceKind[] {
  return [poslog(files), csv(files), json(files)]
}

/** Every kind of source that this agent can read. A new kind is one file and one line in this one. */
export function sourceKinds({ salesFiles, http, receipts }: SourcePorts): readonly AnySourceKind[] {
  return [...databaseKinds, ...salesFileKinds(salesFiles), mapped(salesFiles), http, receipts]
}
