import { csvFormat } from '../../agent/sources/sales-files/csv/csv-format.ts'
import { csvStore } from '../../agent/sources/sales-files/csv/csv-store.ts'
import { csvSettings } from '../../agent/sources/sales-files/csv/settings.ts'
import type { CutRecord, FileFormat } from '../../agent/sources/sales-files/file-format.ts'
import { jsonFormat } from '../../agent/sources/sales-files/json/json-format.ts'
import { jsonStore } from '../../agent/sources/sales-files/json/json-values.ts'
import { jsonSettings } from '../../agent/sources/sales-files/json/settings.ts'
import { poslogFormat } from '../../agent/sources/sales-files/poslog/poslog-format.ts'
import { TillbridgeError } from '../../shared/errors.ts'
import { Currency } from '../../shared/money.ts'
import { grand, poslog, sale, tender, transaction } from './poslog-text.ts'

/** A repeatable stream of numbers in [0, 1) (mulberry32), so that a seed is a failing case. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const shared = { folder: '/', currency: 'EUR', zone: 'Europe/Berlin', warehouse: 'W', refunds: 'signed' }
const csvText =
  'no,at,sku,net,tax,total\n1,2026-11-25 09:10,"MUG ""x""",10.00,1.90,11.90\n2,2026-11-25,CAP,-5.00,-0.95,-5.95\n'
const jsonText = JSON.stringify([
  { no: 1, at: '2026-11-25 09:10', total: 5, lines: [{ sku: 'MUG', qty: 1, net: '5.00' }] },
  { no: 2 },
])
const poslogText = poslog(
  transaction({
    items: `${sale('MUG', '5.00', '<Tax><Amount>0.40</Amount><Percent>8</Percent></Tax><RetailPriceModifier><Amount Action="Subtract">0.10</Amount></RetailPriceModifier>')}${tender('10.00', 'Cash', '<TenderChange><Amount>5.00</Amount></TenderChange>')}${grand('5.00')}`,
  }),
  '<!-- <Transaction> --><Transaction><PostVoid/></Transaction>',
)

export const subjects: readonly {
  readonly name: string
  readonly format: FileFormat
  readonly text: string
}[] = [
  {
    name: 'poslog',
    text: poslogText,
    format: poslogFormat(
      {
        source: 's',
        currency: Currency.parse('EUR'),
        zone: 'Europe/Berlin',
        warehouse: null,
        sku: 'auto',
        isCashRounding: () => false,
        order: null,
      },
      null,
    ),
  },
  {
    name: 'csv',
    text: csvText,
    format: csvFormat(
      csvStore(
        's',
        csvSettings.parse({
          ...shared,
          decimal: '.',
          date: 'iso',
          rows: 'line',
          taxIncluded: false,
          window: 2,
          columns: { receipt: 'no', date: 'at', sku: 'sku', amount: 'net', tax: 'tax', total: 'total' },
        }),
      ),
    ),
  },
  {
    name: 'json',
    text: jsonText,
    format: jsonFormat(
      jsonStore(
        's',
        jsonSettings.parse({
          ...shared,
          taxIncluded: false,
          fields: {
            receipt: '/no',
            date: '/at',
            total: '/total',
            lines: '/lines',
            line: { sku: '/sku', quantity: '/qty', amount: '/net' },
          },
        }),
      ),
    ),
  },
]

const SPLICES = [
  '<',
  '>',
  '"',
  "'",
  '&',
  ']]>',
  '<!--',
  '<![CDATA[',
  '</Transaction>',
  '<Transaction>',
  '<Transaction ',
  '{',
  '}',
  '[',
  ']',
  ',',
  ';',
  '\n',
  '\r',
  '\\',
  '\u0000',
  '-',
  '9'.repeat(20),
  '1e999',
  '&lol;',
  '<!DOCTYPE x [',
  '\ufeff',
  '\ud83d\ude00',
]

/** A few bytes changed, cut, doubled, or something of the formats' own put in. */
export function mutated(text: Buffer, random: () => number): Buffer {
  let bytes = Buffer.from(text)
  const at = () => Math.floor(random() * (bytes.length + 1))
  for (let left = 1 + Math.floor(random() * 4); left > 0; left -= 1) {
    const [from, to] = [at(), at()].sort((a, b) => a - b)
    const kind = random()
    if (kind < 0.3 && bytes.length > 0)
      bytes[Math.min(from ?? 0, bytes.length - 1)] = Math.floor(random() * 256)
    else if (kind < 0.65) {
      const splice = SPLICES[Math.floor(random() * SPLICES.length)] ?? ''
      bytes = Buffer.concat([bytes.subarray(0, from), Buffer.from(splice), bytes.subarray(from)])
    } else if (kind < 0.8) bytes = Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
    else if (kind < 0.9) bytes = bytes.subarray(0, to)
    else bytes = Buffer.concat([bytes, bytes.subarray(from, to)])
  }
  return bytes
}

/** Reads a whole document in two pieces; anything but an expected error comes out as itself. Gives what was read. */
export function readAll(format: FileFormat, bytes: Buffer, cutAt: number): number {
  try {
    const opened = format.open('f', bytes, true)
    if (opened === null) return 0
    const cutter = opened.cutter(null)
    const assembly = opened.assembly()
    let from = opened.start
    let read = 0
    for (const end of [Math.max(cutAt, from), bytes.length, bytes.length]) {
      const isEnd = end === bytes.length
      const part = bytes.subarray(0, end)
      const { records, next } = cutter.cut(part, from, isEnd, 1_000)
      if (next < from || next > part.length) throw new Error(`went from ${from} to ${next} of ${part.length}`)
      if (records.some(piece => piece.end <= piece.start)) throw new Error('a record without bytes')
      const cut = records.map(
        (piece): CutRecord => ({ ...piece, line: 1, bytes: part.subarray(piece.start, piece.end) }),
      )
      const entries = [...assembly.add(cut), ...(isEnd ? assembly.flush() : [])]
      for (const entry of entries) {
        entry.text()
        read += 1
        try {
          entry.read()
        } catch (error) {
          if (!(error instanceof TillbridgeError)) throw error
        }
      }
      from = next
    }
    return read
  } catch (error) {
    if (error instanceof TillbridgeError) return 0
    throw error
  }
}

/** Reads `count` broken documents of each format. @throws naming the seed of the first that fails */
export function fuzz(from: number, count: number): { read: number } {
  let read = 0
  for (const { name, format, text } of subjects) {
    const original = Buffer.from(text)
    for (let seed = from; seed < from + count; seed += 1) {
      const random = numbersFrom(seed)
      const bytes = mutated(original, random)
      try {
        read += readAll(format, bytes, Math.floor(random() * bytes.length))
      } catch (error) {
        throw new Error(`${name}, seed ${seed}: ${JSON.stringify(bytes.toString('latin1'))}`, {
          cause: error,
        })
      }
    }
  }
  return { read }
}
