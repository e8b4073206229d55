import type { SourceId } from '../../../shared/ids.ts'
import type { World } from '../../../shared/world.ts'
import { type PreviewRow, previewSource } from '../../sources/preview.ts'
import type { AnySourceKind } from '../../sources/source.ts'

/** So many records show how a POS keeps its sales. */
const LOOKED_AT = 500

export interface KnownReading {
  readonly rows: readonly PreviewRow[]
  /** Whether there are more records than were looked at. */
  readonly hasMore: boolean
}

/** The first records of a source as its own kind reads them. @throws what keeps the source as a whole from being read */
export async function firstRows(
  {
    kind,
    settings,
    source,
  }: { readonly kind: string; readonly settings: unknown; readonly source: SourceId },
  world: Pick<World, 'clock' | 'files' | 'log'>,
  kinds: readonly AnySourceKind[],
): Promise<KnownReading> {
  const rows: PreviewRow[] = []
  for await (const row of previewSource({ source, kind, settings }, world, kinds)) {
    if (rows.length === LOOKED_AT) return { rows, hasMore: true }
    rows.push(row)
  }
  return { rows, hasMore: false }
}

/** Whether every sale that was read comes out to what was paid, and there is one. */
export function isPaidInFull(rows: readonly PreviewRow[]): boolean {
  const sales = rows.flatMap(({ event }) => (event?.kind === 'sale.completed' ? [event] : []))
  return sales.length > 0 && sales.every(({ unexplained }) => unexplained === 0)
}

/** What every reading of a POS that is known rests on. */
export function knownAssumptions(
  { rows, hasMore }: KnownReading,
  { zone, warehouse }: { readonly zone: string; readonly warehouse: string | null },
): string[] {
  const sales = rows.flatMap(({ event }) => (event?.kind === 'sale.completed' ? [event] : []))
  const isRefund = sales.some(({ lines }) => lines.some(({ quantity }) => quantity < 0))
  const uncoded = new Set(
    sales
      .flatMap(({ lines }) => lines.filter(each => each.sku === null && each.barcode === null))
      .map(({ title }) => title),
  )
  const names = [...uncoded].slice(0, 5).map(title => `"${title}"`)
  return [
    `The store's time zone is ${zone}${warehouse === null ? '' : `, and its stock is that of "${warehouse}"`}.`,
    ...(hasMore ? [`Only the first ${rows.length} records were looked at.`] : []),
    ...(isRefund
      ? []
      : ['No goods came back in what was looked at: compare a refund with paper once there is one.']),
    ...(names.length === 0
      ? []
      : [
          `These move no stock, as they have no code: ${names.join(', ')}${uncoded.size > names.length ? ' …' : ''}.`,
        ]),
  ]
}
