import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import encodeQR from 'qr'
import { answers, command, writeNamed } from '../../shared/command-line.ts'
import { enrolLink } from '../../shared/enrol-link.ts'
import { defineError } from '../../shared/errors.ts'
import { shownMinute } from '../../shared/shown-minute.ts'
import { hubPaths, readHubConfig } from '../config.ts'
import { transaction } from '../db/db.ts'
import { createCodes, type MadeCode, readTillList } from '../fleet/bulk-codes.ts'
import { longestCodeDays } from '../fleet/enrolment.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  wholeNumber,
  withDb,
} from './command-parts.ts'

const DAY_MS = 24 * 3_600_000

export const codeDaysRefused = defineError(
  'CODE_DAYS_REFUSED',
  (f: { days: number; most: number }) =>
    `Codes can't work for ${f.days} days: give --days a number from 1 to ${f.most}. No code was made.`,
)

export const codesFileThere = defineError(
  'CODES_FILE_EXISTS',
  (f: { file: string }) =>
    `${f.file} is there already, and the codes in it may have been handed out: they still work. Give the new ones another file, or delete it first. No code was made.`,
)

export const codesFilesSame = defineError(
  'CODES_FILES_SAME',
  (f: { file: string }) => `--out and --sheet are both ${f.file}: give each a file. No code was made.`,
)

type Options = HubFolder & { out: string; sheet?: string; days: number; replaceCodes?: boolean }

export function codesCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'codes',
    'make a code for each till of a list (CSV with the columns store and till); all of them or none',
  )
    .argument('<list>', 'the CSV file')
    .requiredOption('--out <file>', 'where the codes go, as CSV; only this user may read it')
    .option(
      '--sheet <file>',
      'where a page to print goes, one slip a till, with a square code to scan when hub.json names publicUrl',
    )
    .option(
      '--replace-codes',
      'also for tills that have a code which still works: that one is ended. Without it they are refused',
    )
    .option('--days <days>', `for how many days they work, at most ${longestCodeDays}`, wholeNumber, 7)
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<Options>(of, terminal, async ({ data, database, out, sheet, days, ...more }, list = '') => {
    if (days < 1 || days > longestCodeDays) throw codeDaysRefused({ days, most: longestCodeDays })
    if (sheet !== undefined && resolve(sheet) === resolve(out)) throw codesFilesSame({ file: out })
    for (const file of [out, sheet])
      if (file !== undefined && existsSync(file)) throw codesFileThere({ file })
    const tills = readTillList(readFileSync(list, 'utf8'))
    const validMs = days * DAY_MS
    const until = shownMinute(world.clock.now() + validMs)
    const { publicUrl } = readHubConfig(world.files, hubPaths(data).config)
    const hub = publicUrl?.startsWith('https:') === true ? publicUrl : null
    const how = { validMs, endsOpen: more.replaceCodes === true }
    // written before the codes count: a code that works is always in a file
    const written: string[] = []
    const write = (file: string, text: string) => {
      writeNamed(file, path => world.files.writePrivate(path, text))
      written.push(file)
    }
    const made = await withDb(world, { data, database }, db =>
      transaction(db, async tx => {
        const codes = await createCodes(tx, world, tills, how)
        write(out, asCsv(codes, until))
        if (sheet !== undefined) {
          if (existsSync(sheet)) throw codesFilesSame({ file: out }) // by a link, or in other letters: it was not there before
          write(sheet, asSheet(codes, { until, hub }))
        }
        return codes
      }),
    ).catch((error: unknown) => {
      for (const file of written) world.files.remove(file) // none of these codes works
      throw error
    })
    return {
      json: { made: made.length, out, sheet: sheet ?? null, until },
      text: `${made.length === 1 ? '1 code is' : `${made.length} codes are`} in ${out}. Each works once, until ${until}. Delete the file when the tills are enrolled.`,
    }
  })
}

/** A cell that a spreadsheet takes for text, never for a formula. */
function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n;]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

function asCsv(made: readonly MadeCode[], until: string): string {
  const rows = made.map(({ store, till, code }) => [store, till, code, until].map(cell).join(','))
  return `${['store,till,code,until', ...rows].join('\n')}\n`
}

const escaped = (text: string) => text.replace(/[&<>"']/g, letter => `&#${letter.codePointAt(0) ?? 0};`)

/** @param of.hub where tills reach the hub; null: not said, so that the slips have no square code */
function asSheet(
  made: readonly MadeCode[],
  of: { readonly until: string; readonly hub: string | null },
): string {
  const slips = made.map(one => slip(one, of)).join('\n')
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Enrolment codes</title>
<style>body{font:14px sans-serif}section{border:1px dashed #666;padding:1em;margin:1em 0;break-inside:avoid;display:flex;gap:2em;align-items:center}
.code{font:700 24px monospace}.link{font-size:10px;overflow-wrap:anywhere}svg{width:42mm;height:42mm;flex:none}</style>
${slips}
</html>
`
}

function slip(
  { store, till, code }: MadeCode,
  { until, hub }: { until: string; hub: string | null },
): string {
  const link = hub === null ? '' : enrolLink({ hub, code })
  const square = link === '' ? '' : encodeQR(link, 'svg', { ecc: 'medium', border: 4 })
  const how =
    hub === null
      ? ''
      : `<p>At the till: tillbridge-agent enrol --hub ${escaped(hub)}, then type the code or scan the square one. Or open this link on the till's PC:</p><p class="link">${escaped(link)}</p>`
  return `<section>${square}<div><h2>${escaped(store)} · ${escaped(till)}</h2><p class="code">${escaped(code)}</p>${how}<p>Works once, until ${until}.</p></div></section>`
}
