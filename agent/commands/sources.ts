import { Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { pause } from '../../shared/back-off.ts'
import { answers, command, stopSignal } from '../../shared/command-line.ts'
import { agentPaths } from '../config.ts'
import { type JournalledEvent, openJournalReader } from '../journal/reading.ts'
import { settingsInUse } from '../remote-settings/start-with-settings.ts'
import { type PreviewRow, previewSource } from '../sources/preview.ts'
import { type CommandParts, type Data, folderOption } from './command-parts.ts'
import { agentNotRunning } from './running-agent.ts'
import { sourceTable } from './source-table.ts'
import { proveCommand } from './sources-prove.ts'
import { tryCommand } from './sources-try.ts'

function rowCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('it must be a whole number above 0')
  return count
}

export function sourcesCommand(parts: CommandParts): Command {
  const { terminal, world } = parts
  const of = command('check', 'show what each source would read, row by row; nothing is kept or sent')
    .option('--limit <rows>', 'rows to show of each source', rowCount, 20)
    .option(...folderOption)
  answers<Data & { limit: number }>(of, terminal, async ({ data, limit }) => {
    const { config } = settingsInUse({ world, folder: data })
    const { kindsToLookAt } = await import('./source-kinds.ts') // other commands need none of them
    const kinds = kindsToLookAt(world, data)
    const found = []
    const tables: string[] = []
    for (const source of config.sources) {
      const rows: PreviewRow[] = []
      let hasMore = false
      for await (const row of previewSource(source, world, kinds)) {
        hasMore = rows.length === limit
        if (hasMore) break
        rows.push(row)
      }
      found.push(...rows.map(row => ({ source: source.source, ...row })))
      tables.push(sourceTable(source, rows, { hasMore }))
    }
    return { json: found, text: tables.length === 0 ? 'No source is configured.' : tables.join('\n\n') }
  })
  return new Command('sources')
    .description('the POS data that this agent reads')
    .addCommand(of)
    .addCommand(tryCommand(parts))
    .addCommand(proveCommand(parts))
    .addCommand(tail(parts))
}

const TAIL_MS = 500

/** Follows the journal of the running agent; each event is one line. */
function tail({ terminal, world }: CommandParts): Command {
  const of = command('tail', 'show what is read while the agent runs, line by line, until Ctrl-C')
    .option('--last <events>', 'how many earlier events to show first', rowCount, 10)
    .option('--source <name>', 'only events of this source')
    .option('--limit <events>', 'stop after this many events', rowCount)
    .option(...folderOption)
  type Options = Data & { last: number; source?: string; limit?: number }
  return answers<Options>(of, terminal, async ({ data, last, source, limit, json }) => {
    const { journal } = agentPaths(data)
    if (world.files.sizeOf(journal) === null) throw agentNotRunning({ folder: data })
    using reader = openJournalReader(world.files, journal)
    reader.seek(last)
    const stop = stopSignal().then(() => true)
    let left = limit ?? Number.POSITIVE_INFINITY
    while (left > 0) {
      const events = reader.next(100).filter(({ body }) => source === undefined || sourceOf(body) === source)
      for (const event of events.slice(0, left))
        terminal.out(`${json === true ? JSON.stringify(event) : lineOf(event)}\n`)
      left -= events.length
      if (left > 0 && (await Promise.race([stop, pause(world, TAIL_MS).then(() => false)]))) break
    }
    return { json: undefined, text: '' }
  })
}

const Named = z.object({ source: z.string() })
function sourceOf(body: unknown): string | null {
  return Named.safeParse(body).data?.source ?? null
}

function lineOf({ at, kind, body, epoch, seq }: JournalledEvent): string {
  const { kind: _kind, at: _at, ...rest } = z.record(z.string(), z.unknown()).parse(body)
  return `${new Date(at).toISOString()}  ${epoch}/${seq}  ${kind}  ${JSON.stringify(rest).slice(0, 200)}`
}
