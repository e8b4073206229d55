import { faults } from './faults/index.ts'
import { type RunOptions, type Scale, smallScale } from './run.ts'

const sizes = [
  'stores',
  'tills',
  'days',
  'minutes',
  'sales',
  'orders',
  'faults',
] as const satisfies readonly (keyof Scale)[]

/** The command that runs a seed once more as it ran: its scale, its faults, and what shrinking left out. */
export function replayCommand(options: RunOptions): string {
  const { seed, among = faults, without = new Set<number>(), postgres } = options
  const names = among.map(({ name }) => name)
  const isUsual = names.length === faults.length && faults.every(({ name }) => names.includes(name))
  const words = [
    ['seed', seed],
    ...sizes.filter(size => options[size] !== smallScale[size]).map(size => [size, String(options[size])]),
    ...(isUsual ? [] : [['only', names.join(',')]]),
    ...(without.size === 0 ? [] : [['without', [...without].sort((a, b) => a - b).join(',')]]),
    ...(postgres === undefined ? [] : [['postgres']]),
    ['open'],
  ]
  return `npm run simulate -- ${words.map(([name, ...value]) => [`--${name}`, ...value].join(' ')).join(' ')}`
}
