import { openDecoder } from '../agent/codecs/printer-commands/decode.ts'
import { compare, type Row, type Turn } from './measure/compare.ts'
import { timed } from './measure/stopwatch.ts'
import type { Scale } from './scale.ts'

const MEGABYTE = 1_000_000
/** What a TCP connection gives at a time. */
const CHUNK = 65_536
/** Of each receipt. */
const LINES = 38
const ESC = 0x1b
const GS = 0x1d

/**
 * Print jobs decoded, in megabytes of the stream a second: receipts of 38 lines with and without a logo, as tills send them. The floors
 * are what any reader of the bytes has to pay: looking at each one, and turning each line into a text.
 */
export async function escposDecode({ tiny }: Scale): Promise<Row[]> {
  const plan = tiny ? { megabytes: 0.2, rounds: 1 } : { megabytes: 24, rounds: 9 }
  return [
    await decodeRow('receipts with a logo', receipt({ logo: true }), plan),
    await decodeRow('receipts of text only', receipt({ logo: false }), plan),
  ]
}

async function decodeRow(
  what: string,
  one: Buffer,
  plan: { megabytes: number; rounds: number },
): Promise<Row> {
  const count = Math.ceil((plan.megabytes * MEGABYTE) / one.length)
  const stream = Buffer.concat(new Array<Buffer>(count).fill(one))
  return compare({
    bench: 'escpos-decode',
    what,
    unit: 'MB/s',
    amount: stream.length / MEGABYTE,
    rounds: plan.rounds,
    ours: decodeAll(stream, count),
    floors: { 'a walk over the bytes': walk(stream), 'a text for each line': lineTexts(stream) },
    aim: { atLeast: 50 },
  })
}

function decodeAll(stream: Buffer, expected: number): Turn {
  return async () => {
    let receipts = 0
    let lines = 0
    const ms = await timed(() => {
      const decoder = openDecoder({ profile: 'epson' })
      for (let at = 0; at < stream.length; at += CHUNK)
        for (const receipt of decoder.push(stream.subarray(at, at + CHUNK))) {
          receipts += 1
          lines += receipt.lines.length
        }
      receipts += decoder.end().length
    })
    if (receipts !== expected || lines !== LINES * (expected - 1))
      throw new Error(`decoded ${receipts} receipts with ${lines} lines, not ${expected}`)
    return ms
  }
}

function walk(stream: Buffer): Turn {
  return async () => {
    let controls = 0
    const ms = await timed(() => {
      for (let at = 0; at < stream.length; at += 1) if ((stream[at] ?? 0) < 0x20) controls += 1
    })
    if (controls === 0) throw new Error('nothing was walked over')
    return ms
  }
}

function lineTexts(stream: Buffer): Turn {
  return async () => {
    const lines: string[] = []
    const ms = await timed(() => {
      for (let at = 0; at < stream.length; ) {
        const end = stream.indexOf(0x0a, at)
        const stop = end < 0 ? stream.length : end
        lines.push(stream.toString('latin1', at, stop))
        at = stop + 1
      }
    })
    if (lines.length === 0) throw new Error('there were no lines')
    return ms
  }
}

/** A shop's receipt: header, 24 items, taxes, total, thanks, cut, drawer. */
function receipt({ logo }: { logo: boolean }): Buffer {
  const parts: (string | number[])[] = [[ESC, 0x40, ESC, 0x74, 19, ESC, 0x61, 1]]
  if (logo) parts.push([GS, 0x76, 0x30, 0, 48, 0, 80, 0, ...logoBits(48 * 80)])
  parts.push([GS, 0x21, 0x11], 'CORNER SHOP\n', [GS, 0x21, 0], '12 High Street, Springfield\n')
  parts.push('VAT 123 4567 89\n\n', [ESC, 0x61, 0])
  for (let item = 1; item <= 24; item += 1) parts.push(row(`Item number ${item}`, `${item},99 `, 0xd5))
  parts.push('-'.repeat(42), '\n', [ESC, 0x45, 1], row('TOTAL', '310,76 ', 0xd5), [ESC, 0x45, 0])
  parts.push(row('Card', '310,76 ', 0xd5), row('incl. VAT 20%', '51,79 ', 0xd5), '\n', [ESC, 0x61, 1])
  parts.push('Thank you for your purchase!\n', 'Receipt 4711 Till 3 2026-11-24 10:15:30\n', '\n\n\n')
  parts.push([GS, 0x56, 66, 0, ESC, 0x70, 0, 25, 250])
  return Buffer.concat(
    parts.map(part => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  )
}

function row(label: string, amount: string, euro: number): string {
  return `${label.padEnd(41 - amount.length)}${amount}${String.fromCharCode(euro)}\n`
}

/** Something with runs and edges, as logos have. */
function logoBits(count: number): number[] {
  return Array.from({ length: count }, (_, place) => (place % 48 < 12 ? 0 : (place * 37) & 0xff))
}
