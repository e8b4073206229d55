import type { World } from '../../../shared/world.ts'
import { poslog } from '../../sources/sales-files/poslog/poslog.ts'
import { askCurrency } from './ask-currency.ts'
import type { FileToTry } from './file-to-try.ts'
import { firstRows, isPaidInFull, knownAssumptions } from './known-reader.ts'
import { filesLike, oneFile } from './one-file.ts'
import { openQuestions } from './open-questions.ts'
import type { SourceProposal } from './proposal.ts'
import { MOST_STORES, storesAsked } from './stores-found.ts'

/** Whether a file begins as XML does, whatever its encoding. */
export function looksLikeXml(bytes: Buffer): boolean {
  return bytes
    .toString('latin1', 0, 64)
    .replaceAll('\0', '')
    .replace(/^(?:\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)/, '')
    .trimStart()
    .startsWith('<')
}

/** Proposes settings for a POSLog: it says nearly all itself. @throws SOURCE_ANSWER_UNKNOWN */
export async function proposePoslog(
  { file, folder, bytes, source, store, answers, unread }: FileToTry,
  world: Pick<World, 'clock' | 'files' | 'log'>,
): Promise<SourceProposal> {
  const asking = openQuestions(answers)
  const settings = { folder, files: [filesLike(file)], zone: store.zone }
  const kinds = [poslog(oneFile(file, unread === 0 ? bytes : wholeTransactions(bytes)))]
  const read = (currency: string, more: object = {}) =>
    firstRows(
      { kind: 'poslog', settings: { ...settings, currency, ...more, files: ['*'] }, source },
      world,
      kinds,
    )
  // what names its currency reads alike whatever the settings say
  const [one, other] = [await read('EUR'), await read('JPY')]
  const own = currenciesIn(one.rows)
  const isNamed = own.size > 0 && [...own].join() === [...currenciesIn(other.rows)].join()
  const currency = isNamed ? ([...own][0] ?? 'EUR') : askCurrency(answers, asking)
  const all = storesIn(one.rows)
  const means = all.length > 1 && all.length <= MOST_STORES ? storesAsked('RetailStoreID', all, asking) : null
  const ofStore = means === null ? {} : { stores: means }
  asking.expectAllUsed()
  const isRead = means === null && (isNamed || currency === 'EUR')
  const reading = isRead ? one : await read(currency, ofStore)
  return {
    kind: 'poslog',
    layout: 'a POSLog',
    settings: { ...settings, currency, ...ofStore },
    rows: reading.rows,
    assumed: [
      ...(unread === 0 ? [] : [`The file goes on for ${Math.ceil(unread / 1024)} KiB that were not read.`]),
      ...knownAssumptions(reading, { zone: store.zone, warehouse: null }),
      ...storesIn(reading.rows)
        .slice(0, 5)
        .map(
          code =>
            `Sales reduce the stock of "${code}", the store that the file names; set "warehouse" where the hub knows it by another code.`,
        ),
      ...(isNamed ? [`The file names its currency, ${currency}.`] : []),
    ],
    questions: asking.open,
    isProven: isPaidInFull(reading.rows),
    fault: null,
  }
}

/** What was read of a file that goes on, without the transaction that it breaks off in. */
function wholeTransactions(bytes: Buffer): Buffer {
  const ends = [...bytes.toString('latin1').matchAll(/<\/(?:[\w.-]+:)?Transaction\s*>/g)]
  const last = ends.at(-1)
  return last === undefined ? bytes : bytes.subarray(0, last.index + last[0].length)
}

/** The stores whose stock the sales reduce: without a setting, each is named by the transaction. */
function storesIn(rows: Awaited<ReturnType<typeof firstRows>>['rows']): readonly string[] {
  const codes = rows.flatMap(({ event }) =>
    event?.kind === 'sale.completed' ? event.lines.map(each => each.warehouse) : [],
  )
  return [...new Set(codes)]
}

function currenciesIn(rows: Awaited<ReturnType<typeof firstRows>>['rows']): ReadonlySet<string> {
  return new Set(rows.flatMap(({ event }) => (event?.kind === 'sale.completed' ? [event.currency] : [])))
}
