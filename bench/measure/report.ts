import type { Aim, Row, Spread } from './compare.ts'
import type { MachineFacts } from './machine.ts'

const COLUMNS = ['bench', 'what', 'ours', 'lowest–highest', 'floor', 'ratio', 'aim', 'met'] as const

/** What `npm run bench -- --help` prints. */
export function usageOf(benches: readonly string[]): string {
  return `Usage: npm run bench -- [options]

  --only NAME   run this bench only; may be given several times
  --tiny        small amounts: proves that the benches work, measures nothing
  --json FILE   write the figures to FILE as well
  -h, --help    print this

Benches: ${benches.join(', ')}
`
}

/** A table for people, one line a figure. */
export function tableOf(rows: readonly Row[], machine: MachineFacts): string {
  const cells = [
    [...COLUMNS],
    ...rows.flatMap(row => [
      [
        row.bench,
        row.what,
        `${figure(row.ours.median)} ${row.unit}`,
        range(row.ours),
        ...floorCells(row.floors[0], row.unit),
        aimWords(row.aim),
        row.met === null ? '' : row.met ? 'yes' : 'NO',
      ],
      ...row.floors.slice(1).map(floor => ['', '', '', '', ...floorCells(floor, row.unit), '', '']),
    ]),
  ]
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map(line => line[column]?.length ?? 0)))
  const lines = cells.map(line =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const { node, processor, cores, load } = machine
  return `${lines.join('\n')}\n\nNode ${node}, ${cores} × ${processor}, load ${load} at the end\n`
}

function floorCells(floor: Row['floors'][number] | undefined, unit: string): [string, string] {
  if (floor === undefined) return ['', '']
  return [`${figure(floor.value.median)} ${unit} (${floor.name})`, floor.ratio.toFixed(2)]
}

const range = ({ lowest, highest }: Spread) =>
  lowest === highest ? '' : `${figure(lowest)}–${figure(highest)}`

function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-GB')
  return value.toPrecision(3)
}

function aimWords(aim: Aim): string {
  if ('share' in aim) return `≥ ${Math.round(aim.share * 100)} %`
  if ('atLeast' in aim) return `≥ ${figure(aim.atLeast)}`
  if ('below' in aim) return `< ${figure(aim.below)}`
  return aim.none
}
