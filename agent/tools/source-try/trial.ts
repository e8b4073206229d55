import { describeError } from '../../../shared/errors.ts'
import { csvFormat } from '../../sources/sales-files/csv/csv-format.ts'
import { csvStore } from '../../sources/sales-files/csv/csv-store.ts'
import { encodingOf } from '../../sources/sales-files/csv/encoding.ts'
import { unitReader } from '../../sources/sales-files/csv/row-cutter.ts'
import { csvSettings } from '../../sources/sales-files/csv/settings.ts'
import type { SaleInFile } from '../../sources/sales-files/file-format.ts'
import type { Candidate } from './candidates.ts'
import type { Table } from './table.ts'

/** What a candidate makes of the file, read by the same code as the agent's. */
export interface Trial {
  readonly candidate: Candidate
  /** Receipts that were read, voids and what does not count among them. */
  readonly read: number
  readonly refused: number
  /** Why the file as a whole can't be read; null when it can. */
  readonly fault: { readonly code: string; readonly sentence: string } | null
  /** The same for all that read the file alike: goods, money and time of every receipt. */
  readonly content: string
}

const SOURCE = 'try'

/** So much of a file tells one way to read it from another. */
const TRIED = 128 * 1024

export function trialOf(candidate: Candidate, { file, bytes: all }: Table): Trial {
  const bytes = wholeRows(all, TRIED)
  try {
    const format = csvFormat(csvStore(SOURCE, csvSettings.parse(candidate.settings)))
    const opened = format.open(file, bytes, true)
    if (opened === null) return { candidate, read: 0, refused: 0, fault: null, content: '' }
    const assembly = opened.assembly()
    const pieces = opened.cutter(null).cut(bytes, opened.start, true, Number.MAX_SAFE_INTEGER).records
    const records = pieces.map((piece, line) => ({
      ...piece,
      line,
      bytes: bytes.subarray(piece.start, piece.end),
    }))
    const entries = [...assembly.add(records), ...assembly.flush()]
    const contents = entries.map(({ read }) => contentOf(read))
    const refused = contents.filter(content => content === null).length
    return { candidate, read: entries.length - refused, refused, fault: null, content: contents.join('\n') }
  } catch (error) {
    const { code, sentence } = describeError(error)
    return { candidate, read: 0, refused: 0, fault: { code, sentence }, content: '' }
  }
}

/** Null: it is refused. */
function contentOf(read: () => { is: string; sale?: SaleInFile }): string | null {
  try {
    const said = read()
    return said.sale === undefined ? said.is : saleContent(said.sale)
  } catch {
    return null // why is shown once the settings are chosen
  }
}

function saleContent({ soldAt, lines, taxes, tenders, rounding }: SaleInFile): string {
  const goods = lines.map(({ sku, barcode, title, quantity, net }) => [sku, barcode, title, quantity, net])
  return JSON.stringify([soldAt.wall, goods, taxes, tenders, rounding])
}

/** The first bytes of a file, whole rows alone. Rows end with LF, CRLF, or CR alone. */
export function wholeRows(bytes: Buffer, most: number): Buffer {
  if (bytes.length <= most) return bytes
  const { unit, isBigEndian } = encodingOf(bytes, 'auto')
  const at = unitReader(bytes, { unit, isBigEndian })
  for (const end of [10, 13])
    for (let place = most - (most % unit) - unit; place > 0; place -= unit)
      if (at(place) === end) return bytes.subarray(0, place + unit)
  return bytes.subarray(0, 0)
}
