import { Currency, decimalFromMinor } from '../../../shared/money.ts'
import type { Proposal, SampleResult } from './propose.ts'

/** A proposal for people: what was found, how each sample reads, what is left to do. */
export function learnText({ template, evidence, coverage, problems }: Proposal): string {
  const currency = template.currency ?? Currency.parse('EUR')
  const result = ({ receipt, is, items, total, code, why }: SampleResult): string => {
    if (is === 'sale')
      return `  ${receipt}: adds up, ${items} items, ${decimalFromMinor(total ?? 0, currency)}`
    return is === 'none' ? `  ${receipt}: no sale (${why})` : `  ${receipt}: NOT READ, ${code}: ${why}`
  }
  return [
    'Found:',
    ...evidence.map(
      ({ what, as, example }) => `  ${what}: ${as}${example === null ? '' : `    e.g. ${example}`}`,
    ),
    '',
    `Read with it: ${coverage.sales} of ${coverage.receipts} are sales that add up, ${coverage.notSales} are not sales, ${coverage.unparsed} could not be read.`,
    ...coverage.results.map(result),
    '',
    ...(problems.length === 0
      ? ['Nothing is left open.']
      : ['Look at this:', ...problems.map(each => `  - ${each}`)]),
    '',
  ].join('\n')
}
