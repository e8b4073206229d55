import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import { cards } from '../card-numbers/numbers.ts'
import { only, Till } from './till.ts'

test.each([
  ['4111111111111111', '************1111'],
  ['card 4111 1111 1111 1111 until 12/27', 'card **** **** **** 1111 until 12/27'],
  ['4111-1111-1111-1111 12 27', '****-****-****-1111 12 27'],
  ['378282246310005', '***********0005'],
  ['x4111111111111111x', 'x************1111x'],
  ['41111111111111112712', '************11112712'],
  ['two: 4111111111111111, 5500 0055 5555 5559.', 'two: ************1111, **** **** **** 5559.'],
  ['4111111111111112', '4111111111111112'],
  ['order 2026-11-25 no. 12345', 'order 2026-11-25 no. 12345'],
  ['+49 40 1234567', '+49 40 1234567'],
])('%s becomes %s', (text, masked) => expect(maskCardNumbers(text)).toBe(masked))

const separators = fc.constantFrom('', ' ', '-', '.')

test('no card number survives, however it is grouped and whatever surrounds it', () =>
  fc.assert(
    fc.property(cards, separators, fc.constantFrom('', 'Karte ', 'x'), (card, separator, before) => {
      const grouped = card.match(/.{1,4}/g)?.join(separator) ?? card
      const masked = maskCardNumbers(`${before}${grouped} ok`)
      expect(masked.replace(/\D/g, '')).toBe(card.slice(-4))
    }),
    { numRuns: 2_000 },
  ))

test('card numbers scanned into a POS leave it in no event; barcodes stay', async () => {
  using till = new Till()
  const pan = '5500005555555559'
  till.pos.sell({
    lines: [{ sku: 'TEE-WHT-S', units: 1, title: `Tee for card ${pan}` }],
    tenders: [{ kind: 'magcard', minor: 2490 }],
  })
  till.pos.cashMovement({ minor: 100, note: `from ${pan.match(/.{4}/g)?.join(' ')}` })
  till.sql(`UPDATE people SET name = ? WHERE name = 'Anke'`, `Anke ${pan}`)
  const wrong = till.pos.sell({ lines: [{ sku: 'TEE-WHT-S', units: 1 }] })
  till.sql('UPDATE ticketlines SET units = ? WHERE ticket = ?', Number(pan), wrong.id)
  const priced = till.pos.sell({ lines: [{ sku: 'TEE-WHT-S', units: 1 }] })
  till.sql('UPDATE ticketlines SET price = ? WHERE ticket = ?', pan, priced.id)
  till.sql(`UPDATE payments SET cardname = ?, transid = ?, notes = ?`, pan, pan, pan)
  till.clock.pass(5_000)
  const events = await till.news()
  expect(only('source.row-refused', events)).toHaveLength(2)
  const text = JSON.stringify(events) + JSON.stringify([...till.memory.rows.values()])
  expect(text).not.toContain(pan)
  expect(text).not.toContain(pan.match(/.{4}/g)?.join(' '))
  expect(text).toContain('************5559')
  expect(only('sale.completed', events)[0]?.lines[0]?.barcode).toBe('9520110000048')
})
