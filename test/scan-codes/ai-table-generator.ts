import { readFileSync } from 'node:fs'

/**
 * Writes agent/codecs/scan-codes/ai-table.generated.ts from a release of GS1's Barcode Syntax Dictionary:
 *
 *     npx node test/scan-codes/ai-table-generator.ts gs1-syntax-dictionary.txt > agent/codecs/scan-codes/ai-table.generated.ts
 */
const ENTRY = /^(\d{2,4}(?:-\d{2,4})?)\s+([^\sA-Z]*)\s+([^#]*?)\s*(?:#\s*(.*))?$/

export function generateAiTable(dictionary: string): string {
  const rows = dictionary
    .split(/\r?\n/)
    .map(line => ENTRY.exec(line))
    .filter(entry => entry !== null)
    .map(([, numbers = '', flags = '', rest = '', title = '']) => {
      const words = rest.split(/\s+/)
      const valuesOf = (key: string) =>
        words.filter(word => word.startsWith(`${key}=`)).map(word => word.slice(key.length + 1))
      const parts = words.filter(word => /^\[?[NXYZ](\d|\.\.)/.test(word)).join(' ')
      const key = words.includes('dlpkey') ? '' : (valuesOf('dlpkey')[0] ?? null)
      return [numbers, flags, parts, valuesOf('req'), valuesOf('ex').join(','), key, title.trim()]
    })
  return [
    '// Written by test/scan-codes/ai-table-generator.ts from GS1’s Barcode Syntax Dictionary. Do not edit.',
    "import type { AiRow } from './ai-row.ts'",
    '',
    '/** Numbers, flags (* no separator needed, ? may be in a link), form, requisites, exclusions, key of a link, title. */',
    'export const aiRows: readonly AiRow[] = [',
    ...rows.map(row => `  ${JSON.stringify(row)},`),
    ']',
    '',
  ].join('\n')
}

const [, , path] = process.argv
if (import.meta.main && path !== undefined) process.stdout.write(generateAiTable(readFileSync(path, 'utf8')))
