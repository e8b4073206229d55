import { globSync, readFileSync } from 'node:fs'

/** `npm run lengths`: how long files and functions are. Reported and not enforced. */
const LONG = 80

interface Measured {
  readonly name: string
  readonly lines: number
}

/**
 * Functions by Biome's layout: one that begins at an indentation ends at the next line of the same indentation that
 * closes it. Callbacks in the middle of an expression count to the function around them.
 */
const START =
  /^(\s*)(?:export )?(?:default )?(?:async )?(?:function\*? (\w+)|const (\w+) = (?:async )?(?:\([^=]*\)|\w+)(?:: [^=]+)? =>|(?:static |async |get |set )*(\w+)\([^;]*\)(?:: [^;]+)? \{$)/
const KEYWORD = /^(?:if|for|while|switch|catch|with|return)$/

function functionsOf(path: string, lines: readonly string[]): Measured[] {
  return lines.flatMap((line, at) => {
    const [, indent, ...names] = START.exec(line) ?? []
    const name = names.find(found => found !== undefined)
    if (indent === undefined || name === undefined || KEYWORD.test(name) || !/[{(]$/.test(line)) return []
    const end = lines.findIndex(
      (other, i) => i > at && other.startsWith(`${indent}}`) && other[indent.length + 1] !== ')',
    )
    return end < 0 ? [] : [{ name: `${path}:${at + 1} ${name}`, lines: end - at + 1 }]
  })
}

function report(what: string, all: readonly Measured[]): void {
  const sorted = all.map(({ lines }) => lines).sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  const sum = sorted.reduce((total, lines) => total + lines, 0)
  console.log(`${what}: ${all.length}, ${sum} lines; median ${at(0.5)}, p90 ${at(0.9)}, longest ${at(1)}`)
}

const files = globSync(['{agent,hub,shared}/**/*.{ts,tsx}'])
  .filter(path => !path.includes('.generated.'))
  .map(path => ({ path, lines: readFileSync(path, 'utf8').split('\n') }))
const functions = files.flatMap(({ path, lines }) => functionsOf(path, lines))
report(
  'files',
  files.map(({ path, lines }) => ({ name: path, lines: lines.length })),
)
report('functions', functions)
const long = functions.filter(({ lines }) => lines > LONG).sort((a, b) => b.lines - a.lines)
console.log(`functions over ${LONG} lines: ${long.length}`)
for (const { name, lines } of long) console.log(`  ${lines}  ${name}`)
