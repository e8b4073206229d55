import { describe, expect, test } from 'vitest'
import { readCorner, row, told } from './learned-tills.ts'

describe('a line that takes back an item and does not name it', () => {
  const goods = [row('Coffee 250g', '8.90'), row('Pen 3 colours', '2.40')]
  test.each(['ERROR CORRECT', 'VOID', 'Line void', 'KORREKTUR', 'STORNO'])('%s', word => {
    const body = [...goods, row(word, '-2.40')].join('\n')
    expect(told(readCorner(body, '8.90'))).toEqual([
      '1 Coffee 250g 890',
      '1 Pen 3 colours 240',
      '-1 Pen 3 colours -240',
      'cash 890',
    ])
  })
  test('a second one takes back the item above that', () => {
    const body = [...goods, row('VOID', '-2.40'), row('VOID', '-8.90'), row('Tea', '3.00')].join('\n')
    expect(told(readCorner(body, '3.00'))).toEqual([
      '1 Coffee 250g 890',
      '1 Pen 3 colours 240',
      '-1 Pen 3 colours -240',
      '-1 Coffee 250g -890',
      '1 Tea 300',
      'cash 300',
    ])
  })
  test('an amount that no item above has is refused', () => {
    const body = [...goods, row('ERROR CORRECT', '-1.40')].join('\n')
    expect(told(readCorner(body, '9.90'))).toEqual(['RECEIPT_UNPARSED'])
  })
})

test.each(['PAID OUT', 'Petty cash', 'BARENTNAHME', 'Kassauttag', 'SALIDA DE CAJA'])(
  '%s: money that moved in the drawer is not a sale',
  heading => {
    const body = `${heading}\n${row('Window cleaner', '20.00')}`
    expect(told(readCorner(body, '20.00'))).toEqual(['no sale: drawer'])
  },
)

test.each(['Cheese 1.076', 'Cheese 1,076', 'Cheese 0.538 kg'])(
  '%s: decimals behind a name that the template does not read are refused, never one unit',
  name => {
    expect(told(readCorner(row(name, '21.52'), '21.52'))).toEqual(['RECEIPT_UNPARSED'])
  },
)
