import { z } from 'zod'
import { Currency } from '../../../shared/money.ts'
import { isTimeZone } from '../../../shared/time-zone.ts'

/** By the kind of source: the files that are read where the settings don't say. */
export const usualFiles: Readonly<Record<'csv' | 'json' | 'poslog', readonly string[]>> = {
  csv: ['*.csv', '*.txt'],
  json: ['*.json', '*.ndjson', '*.jsonl'],
  poslog: ['*.xml', '*.poslog'],
}

/** Settings of every kind of sales file. */
export const salesFilesSettings = {
  folder: z.string().min(1),
  /** File names to read: patterns with * and ?, upper and lower case alike. */
  files: z.array(z.string().min(1).max(255)).min(1).max(20).optional(),
  currency: Currency,
  zone: z.string().refine(isTimeZone, 'is not a time zone that this machine knows, such as Europe/Berlin'),
  startFrom: z.union([z.literal('all'), z.iso.date()]).default('all'),
  /** `poll`: look every few seconds instead of asking the system for changes, which many network drives never report. */
  watch: z.enum(['system', 'poll']).default('system'),
  pollSeconds: z.number().min(0.2).max(3_600).default(5),
  /** How long a file must rest before its last record counts as complete. */
  quietSeconds: z.number().min(1).max(86_400).default(30),
  /** A sale whose date a till can't have had, or that lies weeks behind the one before it: `refuse` asks. */
  oddTimes: z.enum(['refuse', 'accept']).optional(),
  /**
   * What each store that a record names is to this source: records of stores elsewhere are left out, and another name is refused. Left
   * out: a journal that names several stores is refused.
   */
  stores: z.record(z.string().trim().max(200), z.enum(['here', 'elsewhere'])).optional(),
  /**
   * A receipt that has the key of another one, and differs in sign, kind, day or till: `refuse` asks what it is,
   * `keep-both` counts it beside the first.
   */
  repeatedNumbers: z.enum(['refuse', 'keep-both']).optional(),
}

/**
 * What has the minus where goods came back: units and amount, or one of them alone. A line with an item code whose signs say
 * otherwise is refused: one unit for -25.00 may be sold or have come back. `sold`: units and amount have it where goods were sold, as in
 * a ledger of stock.
 */
export const minus = z.enum(['both', 'amount', 'units', 'sold']).default('both')
export type Minus = z.output<typeof minus>

/** The clock of moments that name no zone: the store's own, or UTC. */
export const timesIn = z.enum(['store', 'utc']).default('store')

/** What the settings say of the store, for the formats. */
export interface SalesStore {
  readonly source: string
  readonly currency: Currency
  readonly zone: string
  /** Null: the journal's own store code. */
  readonly warehouse: string | null
}
