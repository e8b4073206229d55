import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AgentEvent } from '../../shared/events.ts'
import { grand, sale as item, tender, transaction } from './poslog-text.ts'
import { SalesFolder } from './sales-folder.ts'

interface Sale {
  readonly no: number
  readonly lines: readonly { readonly sku: string; readonly cents: number }[]
}

const money = (cents: number) => (cents / 100).toFixed(2)
const totalOf = (sale: Sale) => sale.lines.reduce((sum, line) => sum + line.cents, 0)

/** The same sales in each format: its file's head, a sale, its end, and its settings. */
const formats = {
  poslog: {
    settings: {},
    head: '<?xml version="1.0"?>\n<POSLog>\n',
    text: (sale: Sale) =>
      `${transaction({
        sequence: sale.no,
        items: `${sale.lines.map((line, index) => item(line.sku, money(line.cents), '', index + 1)).join('')}${tender(money(totalOf(sale)))}${grand(money(totalOf(sale)))}`,
      })}\n`,
    join: '',
    end: '</POSLog>\n',
  },
  csv: {
    settings: {
      warehouse: 'W',
      decimal: '.',
      date: 'iso',
      rows: 'line',
      refunds: 'signed',
      window: 3,
      columns: { receipt: 'no', date: 'at', line: 'line', sku: 'sku', amount: 'net', total: 'total' },
    },
    head: 'no,at,line,sku,net,total\n',
    text: (sale: Sale) =>
      sale.lines
        .map(
          (line, index) =>
            `${sale.no},2026-11-25 09:10,${index},"${line.sku}",${money(line.cents)},${money(totalOf(sale))}\n`,
        )
        .join(''),
    join: '',
    end: '',
  },
  json: {
    settings: {
      warehouse: 'W',
      taxIncluded: false,
      refunds: 'signed',
      fields: {
        receipt: '/no',
        date: '/at',
        total: '/total',
        lines: '/lines',
        line: { sku: '/sku', amount: '/net' },
      },
    },
    head: '[',
    text: (sale: Sale) =>
      JSON.stringify({
        no: sale.no,
        at: '2026-11-25 09:10',
        total: money(totalOf(sale)),
        lines: sale.lines.map(line => ({ sku: line.sku, net: money(line.cents) })),
      }),
    join: ',\n',
    end: ']',
  },
} as const
const kinds = ['poslog', 'csv', 'json'] as const
const endings = { poslog: 'xml', csv: 'csv', json: 'json' } as const

const sales = fc
  .array(
    fc.array(
      fc.record({
        sku: fc.constantFrom('MUG', 'TEE "S"'.replaceAll('"', ''), 'CAP'),
        cents: fc.integer({ min: 1, max: 99_999 }),
      }),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map(all => all.map((lines, index): Sale => ({ no: index + 1, lines })))

/** How the files come: in pieces, with the agent killed and polled between, renamed, again, in two files. */
const handling = fc.record({
  pieces: fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 8 }),
  steps: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 9, maxLength: 9 }),
  kills: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
  rename: fc.boolean(),
  again: fc.boolean(),
  split: fc.nat(12),
  rewrite: fc.boolean(),
  rests: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
})

/** Each receipt's newest sums, as a hub has them; how often its content changed. */
function books(events: readonly AgentEvent[]) {
  const receipts = new Map<string, string>()
  const told = new Map<string, number>()
  for (const event of events) {
    if (event.kind === 'sale.voided') throw new Error('nothing was voided')
    if (event.kind !== 'sale.completed') continue
    receipts.set(
      event.receipt,
      event.lines.map(line => `${line.sku} ${line.quantity} ${line.net}`).join(', '),
    )
    const key = JSON.stringify([event.receipt, event.fingerprint])
    told.set(key, (told.get(key) ?? 0) + 1)
  }
  return { receipts, most: Math.max(0, ...told.values()) }
}

test.each(kinds)('however %s files come, each sale is told once and none is lost', kind =>
  fc.assert(
    fc.asyncProperty(sales, handling, async (all, how) => {
      const { settings, head, text, join, end } = formats[kind]
      const folder = new SalesFolder(kind, { ...settings })
      const name = (base: string) => `${base}.${endings[kind]}`
      const whole = (some: readonly Sale[]) => `${head}${some.map(text).join(join)}${end}`
      const at = Math.min(how.split, all.length)
      const document = Buffer.from(whole(all.slice(at)))
      let from = 0
      const pieces = [...how.pieces, document.length]
      folder.write(name('b'), whole(all.slice(0, at)))
      for (const [turn, length] of pieces.entries()) {
        if (from >= document.length) break
        folder.append(name('a'), document.subarray(from, from + length))
        from += length
        folder.pass(how.rests[turn] === true ? 40_000 : 300)
        for (let step = 0; step < (how.steps[turn] ?? 0); step += 1) {
          folder.pass(100)
          await folder.step()
        }
        if (how.kills[turn] === true) folder.restart()
      }
      if (how.rename) folder.rename(name('a'), name('c'))
      await folder.poll()
      if (how.again) folder.write(name('d'), document)
      if (how.rewrite) folder.write(name('b'), whole(all))
      folder.restart()
      await folder.rest()
      const { receipts, most } = books(folder.memory.events)
      const expected = all.map(sale => sale.lines.map(line => `${line.sku} 1000 ${line.cents}`).join(', '))
      const prefix = kind === 'poslog' ? 'HAR/2/2026-11-25/' : ''
      expect(all.map(sale => receipts.get(`${prefix}${sale.no}`))).toEqual(expected)
      expect(receipts.size).toBe(all.length)
      expect(most).toBeLessThanOrEqual(1)
      expect([...folder.memory.rows.values()].filter(row => row.state === 'refused')).toEqual([])
      expect(folder.faults).toEqual([])
    }),
    { numRuns: 150 },
  ),
)
