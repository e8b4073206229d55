import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SlipFormat, type SlipKind } from '../../agent/printing/slip-format.ts'
import { demandSlipOpcodes, slipUnsafe } from '../../agent/printing/slip-opcodes.ts'
import { printable, wrapped } from '../../agent/printing/slip-text.ts'
import { makeSlip } from '../../agent/printing/slips.ts'
import { PickupView, slipKinds } from '../../agent/till/api-schema.ts'
import { languageCodes } from '../../shared/languages.ts'
import { Currency, minor } from '../../shared/money.ts'

const noon = Date.UTC(2026, 10, 25, 12)
const pickup = PickupView.parse({
  at: noon,
  pickup: 'gid://shopify/FulfillmentOrder/1',
  version: 1,
  order: { name: '#1001', placedAt: noon - 3_600_000 },
  customer: { name: 'Łucja Größe', phoneEnd: '1234' },
  note: 'Card 4111 1111 1111 1111, ring twice',
  promisedBy: noon + 3_600_000,
  lines: [
    {
      id: 'l1',
      sku: 'SHIRT-M',
      barcode: '4006381333931',
      title: 'Linen shirt',
      variantTitle: 'M / white',
      imageUrl: null,
      units: 2,
      ...{ ordered: 2, picked: 0, missing: null, collected: 0, cancelled: 0, countedBy: null },
    },
  ],
  state: 'received',
  movedBy: 'Ada',
  movedAt: noon,
  shopify: 'nothing-due',
  notice: null,
  pendingMoves: 0,
  goneLines: [],
  undo: null,
  toAcknowledge: false,
})
const occasion = {
  storeName: 'Harbour Street',
  till: 'Till 1',
  zone: 'Europe/Berlin',
  at: noon,
  isCopy: false,
}
const escPos58 = SlipFormat.parse({ language: 'esc-pos', paperMm: 58 })
const star80 = SlipFormat.parse({ language: 'star-prnt', paperMm: 80 })

/** A walker of its own, over the few commands that an ESC/POS slip may hold: gives its text, line by line. */
function walk(bytes: Uint8Array): { lines: string[]; codes: string[]; cuts: number } {
  const lengths: Record<string, number> = {
    '1b40': 2,
    '1c2e': 2,
    '1b4d': 3,
    '1b45': 3,
    '1b61': 3,
    '1b74': 3,
    '1d21': 3,
    '1d68': 3,
    '1d77': 3,
    '1d48': 3,
    '1d56': 3,
  }
  const lines = ['']
  const codes: string[] = []
  let cuts = 0
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0
    if (byte === 0x0a || byte >= 0x20) {
      if (byte === 0x0a) lines.push('')
      else lines[lines.length - 1] += String.fromCharCode(byte)
      at += 1
      continue
    }
    const opcode = Buffer.from(bytes.subarray(at, at + 2)).toString('hex')
    if (opcode === '1d6b') {
      const length = bytes[at + 3] ?? 0
      codes.push(Buffer.from(bytes.subarray(at + 4, at + 4 + length)).toString('latin1'))
      at += 4 + length
    } else if (opcode === '1d28') {
      const length = (bytes[at + 3] ?? 0) + 256 * (bytes[at + 4] ?? 0)
      if (bytes[at + 6] === 0x50)
        codes.push(Buffer.from(bytes.subarray(at + 8, at + 5 + length)).toString('latin1'))
      at += 5 + length
    } else {
      const length = lengths[opcode]
      if (length === undefined) throw new Error(`${opcode} at ${at} has no business on a slip`)
      if (opcode === '1d56') cuts += 1
      at += length
    }
  }
  return { lines, codes, cuts }
}

describe('a slip', () => {
  test('says what staff need to pick, and draws the order name to be scanned', () => {
    const { lines, codes, cuts } = walk(makeSlip('pick-slip', pickup, occasion, SlipFormat.parse({})))
    const text = lines.map(line => line.trim())
    expect(text).toContain('PICK')
    expect(text).toContain('#1001')
    expect(text).toContain('[ ] 2 x Linen shirt, M / white')
    expect(text).toContain('SKU SHIRT-M 4006381333931')
    expect(text).toContain('Ready by: 25 Nov 2026, 14:00')
    expect(text).toContain('2 items')
    // the order's own, and what acts on it once its page is open
    expect(codes).toEqual(['{B#1001', '#1001', '{BREADY', '{BCOLLECTED'])
    expect(text).toContain('All packed: scan for READY')
    expect(cuts).toBe(1)
  })

  test.each(languageCodes)('says what is still to be paid (%s), on the slip for picking alone', words => {
    const owed = { ...pickup, outstanding: { minor: minor(1_250), currency: Currency.parse('EUR') } }
    const textOf = (kind: SlipKind) =>
      walk(makeSlip(kind, owed, occasion, SlipFormat.parse({ words }))).lines.map(line => line.trim())
    const said = {
      en: 'To pay: 12.50 EUR',
      de: 'Zu zahlen: 12.50 EUR',
      fr: 'payer: 12.50 EUR', // À is in another code page
      es: 'Por pagar: 12.50 EUR',
    }[words]
    expect(textOf('pick-slip').filter(line => line.endsWith(said))).toHaveLength(1)
    expect(textOf('collection-receipt')).not.toContain(said)
  })

  test('of a collection says who handed it over, in German', () => {
    const format = SlipFormat.parse({ words: 'de', code: 'qr', cut: 'none' })
    const { lines, codes, cuts } = walk(makeSlip('collection-receipt', pickup, occasion, format))
    const text = lines.map(line => line.trim())
    expect(text).toContain('ABGEHOLT')
    expect(text).toContain('Ausgegeben: 25.11.2026, 13:00 von Ada')
    expect(text).toContain('Unterschrift')
    expect(codes).toEqual(['#1001'])
    expect(cuts).toBe(0)
  })

  test('masks card numbers and never prints wider than the paper', () => {
    for (const paperMm of [58, 80] as const) {
      const { lines } = walk(makeSlip('pick-slip', pickup, occasion, SlipFormat.parse({ paperMm })))
      expect(lines.join(' ')).not.toMatch(/4111|1111 1111/)
      expect(lines.join(' ')).toContain('1111, ring twice')
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(paperMm === 58 ? 32 : 48)
    }
  })

  test('draws no code that a scanner would not give back the same', () => {
    const named = (name: string) => ({ ...pickup, order: { ...pickup.order, name } })
    const codesOf = (name: string, paperMm: 58 | 80) =>
      walk(makeSlip('pick-slip', named(name), occasion, SlipFormat.parse({ paperMm }))).codes.slice(0, -2)
    expect(codesOf('#{C', 80)).toEqual(['#{C'])
    expect(codesOf('#1001€', 80)).toEqual([])
    expect(codesOf('\x1bp\x00', 80)).toEqual([])
    expect(codesOf('A'.repeat(20), 58)).toEqual(['A'.repeat(20)])
    expect(codesOf('A'.repeat(20), 80)).toEqual([`{B${'A'.repeat(20)}`, 'A'.repeat(20)])
  })

  test('of a thousand lines prints a hundred and says so', () => {
    const [line] = pickup.lines
    const many = { ...pickup, lines: Array.from({ length: 250 }, () => ({ ...line, units: 1 })) }
    const { lines } = walk(makeSlip('pick-slip', PickupView.parse(many), occasion, SlipFormat.parse({})))
    expect(lines).toContain('150 more lines')
    expect(lines).toContain('250 items')
  })

  test('says UTC where the zone is unknown', () => {
    const { lines } = walk(
      makeSlip('pick-slip', pickup, { ...occasion, zone: 'No/Where' }, SlipFormat.parse({})),
    )
    expect(lines.join('\n')).toContain('12:00 UTC')
  })
})

describe('hostile text', () => {
  /** The pickup with `text` in every field that comes from outside. */
  const everywhere = (text: string) => ({
    view: {
      ...pickup,
      order: { ...pickup.order, name: text },
      customer: { name: text, phoneEnd: text.slice(0, 4) },
      note: text,
      movedBy: text,
      lines: pickup.lines.map(line => ({
        ...line,
        sku: text as typeof line.sku,
        barcode: text,
        title: text,
        variantTitle: text,
      })),
    },
    occasion: { ...occasion, storeName: text, till: text },
  })
  const printAll = (text: string, kind: SlipKind, format: SlipFormat) => {
    const hostile = everywhere(text)
    const bytes = makeSlip(kind, hostile.view, hostile.occasion, format)
    if (format.language === 'esc-pos') walk(bytes)
  }

  test('each of 256 bytes, in every field, before bytes that would open the drawer or cut, never makes a command', () => {
    for (let byte = 0; byte < 256; byte += 1)
      printAll(`${String.fromCharCode(byte)}p0V1`, 'pick-slip', escPos58)
    for (let byte = 0; byte < 32; byte += 1)
      for (const kind of slipKinds) printAll(`${String.fromCharCode(byte)}p0V1`, kind, star80)
  })

  test('characters that code pages keep where control codes are do not become them', () => {
    for (const from of [0x80, 0x210, 0x2000, 0x2190, 0x2320, 0x24b0, 0x2640]) {
      const note = String.fromCharCode(...Array.from({ length: 400 }, (_, index) => from + index))
      makeSlip('pick-slip', { ...pickup, note }, occasion, escPos58)
      makeSlip('pick-slip', { ...pickup, note }, occasion, star80)
    }
  })

  test('any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom(...slipKinds), (text, kind) =>
        printAll(text, kind, escPos58),
      ),
      { numRuns: 40 },
    )
  })

  test('a megabyte in a field is a line or two', () => {
    const { view } = everywhere('W'.repeat(1_000_000))
    for (const format of [escPos58, star80])
      expect(makeSlip('pick-slip', view, occasion, format).length).toBeLessThan(4_000)
  })

  test('what is cut says so; words are broken only where they must be', () => {
    expect(printable('a\u202eb\u2028c\x07d', 20)).toBe('a b c d')
    expect(printable('abcdefghij', 8)).toBe('abcde...')
    expect(wrapped('one two threefourfive', 9)).toEqual(['one two', 'threefour', 'five'])
  })
})

describe('the last door before the printer', () => {
  const bytes = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0))

  test.each([
    ['a drawer kick', '\x1bp\x00\x19\xfa'],
    ['a real-time drawer kick', '\x10\x14\x01\x00\x01'],
    ['a status request', '\x10\x04\x01'],
    ['a stored picture', '\x1cp\x01\x00'],
    ['settings kept in the printer', '\x1d(E\x03\x00\x01IN'],
    ['a QR code whose length is a lie', '\x1d(k\xff\xff1P0abc'],
    ['a barcode that hides a command', '\x1dkI\x04ab\x1bp'],
    ['a command cut short', 'text\x1d!'],
    ['a bell', '\x07'],
  ])('stops %s', (_what, text) => {
    expect(() => demandSlipOpcodes(bytes(text), 'esc-pos')).toThrow(
      slipUnsafe({ offset: 0, bytes: '' }).message.slice(0, 20),
    )
  })

  test.each([
    ['a drawer kick', '\x1b\x07\x0b\x37\x07'],
    ['the drawer by one byte', '\x1c'],
    ['a barcode without its end', '\x1bb\x06\x02\x02<abc'],
  ])("stops %s in Star's language", (_what, text) => {
    expect(() => demandSlipOpcodes(bytes(text), 'star-prnt')).toThrow('A slip was not printed')
  })
})
