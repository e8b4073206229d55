import fc from 'fast-check'
import { expect, test } from 'vitest'
import { minute, primary, printer, sale, start, Watched } from './sales.ts'

interface Step {
  readonly kind: 'primary' | 'printer' | 'restart' | 'pass' | 'void' | 'edit'
  readonly sale: number
}
const steps = (count: number) =>
  fc.array(
    fc.record({
      kind: fc.constantFrom<Step['kind']>(
        'primary',
        'printer',
        'printer',
        'primary',
        'restart',
        'pass',
        'void',
        'edit',
      ),
      sale: fc.nat(count - 1),
    }),
    { maxLength: 60 },
  )

const count = 8
const sold = (i: number, hasNumber: boolean) => ({
  ...(hasNumber ? { number: String(i + 1) } : {}),
  at: start + Math.floor(i / 2) * minute, // in pairs of one minute and one price
  total: 250 + (hasNumber ? 0 : i), // without numbers only the total tells them apart
})

test.each([true, false])(
  'however sales come, twice, in whatever order, over restarts: each pair is one, and exactly the missing are missed (numbers: %s)',
  hasNumber =>
    fc.assert(
      fc.property(
        steps(count),
        fc.uniqueArray(fc.nat(count - 1)),
        fc.uniqueArray(fc.nat(count - 1)),
        (script, neverPosted, neverPrinted) => {
          using watched = new Watched()
          const posted = new Set<number>()
          const printed = new Set<number>()
          const apply = ({ kind, sale: i }: Step): void => {
            const facts = sold(i, hasNumber)
            if (kind === 'restart') watched.restart()
            else if (kind === 'pass') watched.pass(6 * minute)
            else if (kind === 'primary' && !neverPosted.includes(i)) {
              posted.add(i)
              watched.absorb(primary, sale(primary, { receipt: `db-${i}`, ...facts, number: String(i + 1) }))
            } else if (kind === 'printer' && !neverPrinted.includes(i)) {
              printed.add(i)
              expect(
                watched
                  .absorb(printer, sale(printer, { receipt: `p-${i}`, ...facts }))
                  .every(e => e.kind === 'sale.posted'),
              ).toBe(true)
            } else if (kind === 'void' && posted.has(i))
              watched.absorb(primary, {
                kind: 'sale.voided',
                at: sale(primary, { receipt: 'x' }).at,
                source: primary,
                receipt: sale(primary, { receipt: `db-${i}` }).receipt,
                reason: 'deleted',
              })
            else if (kind === 'edit' && posted.has(i))
              watched.absorb(
                primary,
                sale(primary, {
                  receipt: `db-${i}`,
                  ...facts,
                  number: String(i + 1),
                  total: 9,
                  fingerprint: 'fedcba9876543210',
                }),
              )
          }
          for (const step of script) apply(step)
          watched.pass(20 * minute)

          const open = new Set(watched.told('sale.unposted'))
          for (const receipt of watched.told('sale.posted')) open.delete(receipt)
          const missing = [...printed].filter(i => !posted.has(i)).map(i => `p-${i}`)
          expect([...open].sort()).toEqual(missing.sort())
          expect(new Set(watched.told('sale.unposted')).size).toBe(watched.told('sale.unposted').length)

          const pairs = watched.db
            .prepare('SELECT receipt, sighting FROM witnessed_sale WHERE sighting IS NOT NULL')
            .all()
          for (const { receipt, sighting } of pairs as { receipt: string; sighting: string }[])
            expect(receipt.replace('db', 'p')).toBe(sighting)

          // everything again, as after a journal restored from its source: nothing is told twice
          const before = watched.events.length
          for (const i of printed) apply({ kind: 'printer', sale: i })
          watched.pass(60 * minute)
          expect(watched.events.length).toBe(before)
        },
      ),
      { numRuns: 500, seed: hasNumber ? 51 : 52 },
    ),
)
