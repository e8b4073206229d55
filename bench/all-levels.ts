import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { z } from 'zod'
import { openHubDb, transaction } from '../hub/db/db.ts'
import {
  DIFFERS_EVERY,
  itemAt,
  type LevelsScale,
  levelsShop,
  locationAt,
  seenAt,
} from './data/levels-shop.ts'
import { quietWorld } from './data/quiet-world.ts'
import { expectSame } from './data/rows.ts'
import { startChild } from './measure/child.ts'
import { type Row, rowOf, spread } from './measure/compare.ts'
import { inTempFolder } from './measure/temp-folder.ts'
import type { Scale } from './scale.ts'

const MINUTE_MS = 60_000

/**
 * All levels of a shop compared with what the hub saw last, from one file: 2,000,000 at 200 locations. The limit: the
 * same file read and each line parsed, in a process of its own as well.
 */
export async function allLevelsBench({ tiny }: Scale): Promise<Row[]> {
  const scale: LevelsScale = tiny ? { locations: 4, items: 500 } : { locations: 200, items: 10_000 }
  const levels = scale.locations * scale.items
  return inTempFolder(async folder => {
    const file = join(folder, 'hub.db')
    await fill(file, scale)
    await using shop = await levelsShop(scale)
    const bare = await inProcess('parse', shop.file)
    const ours = await inProcess('look', { file, domain: shop.url })
    expectSame('levels that differ', markedIn(file), differing(scale))
    return rows(levels, ours, bare)
  })
}

const Measured = z.object({ ms: z.number(), peak: z.number() })
type Measured = z.infer<typeof Measured>

async function inProcess(what: 'look' | 'parse', input: unknown): Promise<Measured> {
  await using child = startChild(new URL('./processes/look-at-levels.ts', import.meta.url))
  return await child.ask(what, Measured, input)
}

const MIB = 2 ** 20

function rows(levels: number, ours: Measured, bare: Measured): Row[] {
  const bench = 'all-levels'
  const rate = ({ ms }: Measured) => spread([levels / ms])
  const name = 'the file read and parsed'
  return [
    rowOf({
      bench,
      what: `${levels.toLocaleString('en')} levels compared`,
      unit: 'thousand levels/s',
      ours: rate(ours),
      floors: [{ name, value: rate(bare), ratio: bare.ms / ours.ms }],
      aim: { none: '' },
    }),
    rowOf({
      bench,
      what: 'all of them',
      unit: 's',
      ours: spread([ours.ms / 1000]),
      floors: [],
      aim: { below: 300 },
    }),
    rowOf({
      bench,
      what: 'the whole process meanwhile, at its peak',
      unit: 'MiB resident',
      ours: spread([ours.peak / MIB]),
      floors: [{ name, value: spread([bare.peak / MIB]), ratio: ours.peak / bare.peak }],
      aim: { below: 400 },
    }),
  ]
}

function markedIn(file: string): number {
  const db = new SQLite(file, { readonly: true })
  try {
    const count = db.prepare<[], number>('SELECT COUNT(*) FROM shopify_level WHERE dirty = 1').pluck().get()
    return count ?? 0
  } finally {
    db.close()
  }
}

function differing({ locations, items }: LevelsScale): number {
  let count = 0
  for (let location = 0; location < locations; location += 1)
    for (let item = 0; item < items; item += 1) if ((location + item) % DIFFERS_EVERY === 0) count += 1
  return count
}

/** A hub that has seen every level, and looked at all of them a while ago. */
async function fill(file: string, { locations, items }: LevelsScale): Promise<void> {
  const db = await openHubDb(quietWorld().files, file)
  await transaction(db, async tx => {
    const done = Date.now() - 10 * MINUTE_MS
    const value = JSON.stringify({ done, progress: null })
    await tx.insertInto('setting').values({ key: 'shopify.all-levels', value }).execute()
  })
  await db.destroy()
  const raw = new SQLite(file)
  const store = raw.prepare(
    'INSERT INTO store (code, name, zone, currency, created_at) VALUES (?, ?, ?, ?, 0)',
  )
  const warehouse = raw.prepare('INSERT INTO warehouse (store, code, location_id, main) VALUES (?, ?, ?, 1)')
  const level = raw.prepare(
    `INSERT INTO shopify_level (store, location, item, sku, available, on_hand, expected, seen_at, dirty)
     VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)`,
  )
  raw.transaction(() => {
    for (let location = 0; location < locations; location += 1) {
      const code = `S${location}`
      store.run(code, code, 'UTC', 'EUR')
      warehouse.run(code, `W${location}`, locationAt(location))
      for (let item = 0; item < items; item += 1) {
        const seen = seenAt(location, item)
        level.run(code, locationAt(location), itemAt(item), `SKU-${item}`, seen, seen, seen * 1000)
      }
    }
  })()
  raw.close()
}
