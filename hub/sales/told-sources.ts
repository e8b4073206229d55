import { codesFor, textsOf } from '../db/codes.ts'
import { insertRows, type Tx } from '../db/db.ts'
import { tellers } from './one-teller.ts'

/** The one owner of the table `told_source`: under which sources' names the devices of a store have told something. */

/** What was told by which device, under which source's name. */
interface Teller {
  readonly source: string
  readonly device: string
}

/** A till has a few sources. So many names of one device are noted, because each costs every later batch a look. */
const MOST_OF_A_DEVICE = 32

/** Notes the names that are new. @returns by device: the names that the devices of its till had told under before */
export async function noteSources(
  tx: Tx,
  store: number,
  told: readonly Teller[],
): Promise<(device: string) => Promise<readonly string[]>> {
  const rows = await tx
    .selectFrom('told_source')
    .select(['source', 'device'])
    .where('store', '=', store)
    .execute()
  const texts = await textsOf(
    tx,
    rows.flatMap(row => [row.source, row.device]),
  )
  const text = (code: number) => texts.get(code) ?? ''
  const known = rows.map(({ source, device }) => ({ source: text(source), device: text(device) }))
  const fresh = newNames(known, told)
  if (fresh.length > 0) await keep(tx, store, fresh)
  const isOneSource = new Set([...known, ...fresh].map(({ source }) => source)).size < 2
  const teller = tellers(tx)
  return async device => {
    if (isOneSource) return []
    const { devices } = await teller(device)
    return [...new Set(known.filter(one => devices.has(one.device)).map(({ source }) => source))]
  }
}

function newNames(known: readonly Teller[], told: readonly Teller[]): readonly Teller[] {
  const names = new Set(known.map(nameOf))
  const counts = new Map(
    [...Map.groupBy(known, ({ device }) => device)].map(([device, of]) => [device, of.length]),
  )
  const fresh: Teller[] = []
  for (const { source, device } of told) {
    const count = counts.get(device) ?? 0
    if (names.has(nameOf({ source, device })) || count >= MOST_OF_A_DEVICE) continue
    names.add(nameOf({ source, device }))
    counts.set(device, count + 1)
    fresh.push({ source, device })
  }
  return fresh
}

const nameOf = ({ source, device }: Teller) => `${device} ${source}`

async function keep(tx: Tx, store: number, fresh: readonly Teller[]): Promise<void> {
  const codes = await codesFor(
    tx,
    fresh.flatMap(({ source, device }) => [source, device]),
  )
  const code = (of: string) => codes.get(of) ?? 0
  await insertRows(
    tx,
    'told_source',
    fresh.map(({ source, device }) => ({ store, source: code(source), device: code(device) })),
    { key: ['store', 'source', 'device'], replace: ['device'] },
  )
}
