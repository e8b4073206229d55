import { createInterface } from 'node:readline'
import { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { settingsInUse } from '../remote-settings/start-with-settings.ts'
import { type CommandParts, type Data, folderOption } from './command-parts.ts'
import { type DecodedLine, decodeScanLine } from './decode-scans.ts'

/** `scan decode`: what barcode scans mean, one a line on standard input, one a line on standard output. */
export function scanCommand({ terminal, world }: CommandParts): Command {
  const of = command(
    'decode',
    'say what scans mean: one a line on standard input, AIM identifier first if there is one, \\x1d for FNC1',
  ).option(...folderOption)
  answers<Data>(of, terminal, async ({ data, json }) => {
    const rules = settingsInUse({ world, folder: data }).config.scans
    const thisYear = new Date(world.clock.now()).getUTCFullYear()
    const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
    for await (const line of lines) {
      if (line.trim() === '') continue
      const decoded = decodeScanLine(line, rules, thisYear)
      terminal.out(`${json === true ? JSON.stringify(decoded) : inWords(decoded)}\n`)
    }
    return { json: undefined, text: '' }
  })
  return new Command('scan').description('barcode scans').addCommand(of)
}

function inWords({
  input,
  symbology,
  gtin,
  elements,
  item,
  order,
  text,
  error,
  warnings,
}: DecodedLine): string {
  const parts = [
    `${JSON.stringify(input)}: ${symbology ?? 'unknown symbology'}`,
    ...(gtin === null ? [] : [`GTIN ${gtin}`]),
    ...elements.map(({ ai, value, label }) => `(${ai}) ${label} ${value}`),
    ...(item === null ? [] : [`item ${item.code} by rule "${item.rule}"`]),
    ...(order === null ? [] : [`order ${order}`]),
    ...(gtin === null && elements.length === 0 && item === null && order === null
      ? [`text ${JSON.stringify(text)}`]
      : []),
    ...(error === null ? [] : [`${error.sentence} [${error.code}]`]),
    ...warnings.map(({ code, sentence }) => `${sentence} [${code}]`),
  ]
  return parts.join('\n    ')
}
