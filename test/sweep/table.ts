import type { Outcome, Result } from './sweep.ts'

const outcomes: readonly Outcome[] = ['went-on', 'recovered', 'ended', 'not-reached']
const HEAD = ['program', 'call', 'error', 'failed', ...outcomes, 'wrong']

/** One row for each program, call and error: how often it was failed, and what came of it. */
export function tableOf(results: readonly (Result & { readonly side: string })[]): string {
  const groups = Map.groupBy(results, ({ side, call, error }) =>
    [side, call.replace('?', ''), error].join(' '),
  )
  const rows = [...groups].map(([name, of]) => [
    ...name.split(' '),
    String(of.length),
    ...outcomes.map(outcome => String(of.filter(each => each.outcome === outcome).length)),
    String(of.filter(({ wrong }) => wrong.length > 0).length),
  ])
  const lines = [HEAD, ...rows]
  const widths = HEAD.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)))
  return lines
    .map(line =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
