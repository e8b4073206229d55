import { describe, expect, test } from 'vitest'
import { countsAfter, lineToCount, nextOpenLine, openUnits, tallyOf } from '../../agent/ui/picking/counts.ts'
import { scanMeaning } from '../../agent/ui/scan/scan-meaning.ts'
import { line, pickup } from './canned-till.ts'

/** What the picking page makes of counts and codes, without a browser. */

const lack = (units: number) => ({ units, reason: 'damaged', said: null }) as const
const linesOf = (...lines: Parameters<typeof line>[]) =>
  pickup({ number: 1, lines: lines.map(one => line(...one)) }).lines

describe('counting', () => {
  test('adds up what was found, what is missing and what is open', () => {
    const lines = linesOf([3, 'bag', { picked: 1, missing: lack(1) }], [2, 'mug', { picked: 2 }])
    expect(tallyOf(lines)).toEqual({ units: 5, picked: 3, missing: 1, open: 1 })
  })

  test('never counts more than was ordered, nor less than none', () => {
    const [bag] = linesOf([2, 'bag', { picked: 2 }])
    if (bag === undefined) throw new Error('no line')
    expect(countsAfter(bag, 1)).toBeNull()
    expect(countsAfter(bag, -1)).toEqual({ picked: 1, missing: null })
    expect(countsAfter({ ...bag, picked: 0 }, -1)).toBeNull()
  })

  test('what was missing and turns up is counted, and no longer missing', () => {
    const [bag] = linesOf([3, 'bag', { picked: 1, missing: lack(2) }])
    if (bag === undefined) throw new Error('no line')
    expect(openUnits(bag)).toBe(0)
    expect(countsAfter(bag, 1)).toEqual({ picked: 2, missing: lack(1) })
    expect(countsAfter(bag, 2)).toEqual({ picked: 3, missing: null })
  })

  test('goes on with the next open line, around the end', () => {
    const lines = linesOf([1, 'bag'], [1, 'mug', { picked: 1 }], [1, 'hat'])
    expect(nextOpenLine(lines, null)?.title).toBe('bag')
    expect(nextOpenLine(lines, 'bag-1')?.title).toBe('hat')
    expect(nextOpenLine(lines, 'hat-1')?.title).toBe('bag')
    expect(nextOpenLine(linesOf([1, 'mug', { picked: 1 }]), null)).toBeNull()
  })

  test('two lines of one item are filled one after the other', () => {
    const same = linesOf([1, 'bag', { id: 'first', picked: 1 }], [2, 'bag', { id: 'second' }])
    expect(lineToCount(same)?.id).toBe('second')
    expect(lineToCount(same.map(one => ({ ...one, picked: one.units })))?.id).toBe('first')
  })
})

describe('a scanned code', () => {
  const open = pickup({ number: 1, lines: [line(1, 'bag', { barcode: '4006381333931', sku: 'READY-1' })] })
  const other = pickup({ number: 2, lines: [line(1, 'hat', { barcode: '5012345678900' })] })
  const ended = pickup({
    number: 3,
    state: 'collected',
    lines: [line(1, 'book', { barcode: '9520110000079' })],
  })
  const all = [open, other, ended]
  const meaning = (code: string, on: typeof open | undefined = open) => scanMeaning(code, all, on)

  test('on the page of an order is one of its items, another order, or an item that belongs elsewhere', () => {
    expect(meaning('04006381333931')).toMatchObject({ is: 'line', line: { title: 'bag' } })
    expect(meaning('1')).toEqual({ is: 'same' })
    expect(meaning('#2')).toMatchObject({ is: 'pickup', pickup: { order: { name: '#2' } } })
    expect(meaning('5012345678900')).toEqual({ is: 'elsewhere', title: 'hat', orders: ['#2'] })
    expect(meaning('9520110000079')).toEqual({ is: 'unknown' })
  })

  test('READY and COLLECTED are commands, in any case; an SKU that begins with them is not', () => {
    expect(meaning(' ready ')).toEqual({ is: 'command', command: 'ready' })
    expect(meaning('COLLECTED', undefined)).toEqual({ is: 'command', command: 'collected' })
    expect(meaning('READY-1')).toMatchObject({ is: 'line' })
  })
})
