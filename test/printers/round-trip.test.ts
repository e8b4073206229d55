import { expect, test } from 'vitest'
import { openDecoder } from '../../agent/codecs/printer-commands/decode.ts'
import { SlipFormat } from '../../agent/printing/slip-format.ts'
import { makeSlip } from '../../agent/printing/slips.ts'
import { PickupView, slipKinds } from '../../agent/till/api-schema.ts'

const at = Date.UTC(2026, 10, 25, 12)
const pickup = PickupView.parse({
  at,
  pickup: 'p1',
  version: 1,
  order: { name: '#1001', placedAt: at },
  customer: { name: 'Łucja Größe', phoneEnd: null },
  note: null,
  promisedBy: null,
  lines: [
    {
      ...{ id: 'l1', sku: 'MUG', barcode: null, title: 'Café mug', variantTitle: null, imageUrl: null },
      ...{ units: 3, ordered: 3, picked: 3, missing: null, collected: 0, cancelled: 0, countedBy: null },
    },
  ],
  state: 'ready',
  movedBy: 'Ada',
  movedAt: at,
  shopify: 'nothing-due',
  notice: null,
  pendingMoves: 0,
  goneLines: [],
  undo: null,
  toAcknowledge: false,
})
const occasion = { storeName: 'Harbour Street', till: 'Till 1', zone: 'Europe/Berlin', at, isCopy: true }

test.each([
  ['esc-pos', 'epson'],
  ['star-line', 'star'],
] as const)('our own decoder reads a slip in %s as it was meant', (language, profile) => {
  for (const kind of slipKinds) {
    const decoder = openDecoder({ profile })
    const slip = makeSlip(kind, pickup, occasion, SlipFormat.parse({ language }))
    const receipts = [...decoder.push(slip), ...decoder.end()].filter(({ lines }) => lines.length > 0)
    expect(receipts).toHaveLength(1)
    const [receipt] = receipts
    const text = receipt?.lines.map(line => line.text.trim()) ?? []
    expect(text).toContain('COPY')
    expect(text).toContain('For: Łucja Größe')
    expect(text).toContain(kind === 'pick-slip' ? '[ ] 3 x Café mug' : '3 x Café mug')
    expect(receipt?.codes.map(({ symbology, data }) => [symbology, data])).toEqual([
      ['CODE128', '#1001'],
      ['QR', '#1001'],
      ...(kind === 'pick-slip'
        ? [
            ['CODE128', 'READY'],
            ['CODE128', 'COLLECTED'],
          ]
        : []),
    ])
    expect(receipt?.cuts).toHaveLength(1)
    expect(receipt?.drawerKicks).toEqual([])
    expect(receipt?.unknown).toEqual([])
  }
})
