import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { traceReceipt } from '../sales/trace.ts'
import { archiveOption, withArchives } from './archives.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'

export const receiptUnknown = defineError(
  'RECEIPT_UNKNOWN',
  (f: { receipt: string; store: string }) =>
    `The hub has no receipt ${f.receipt} of store ${f.store}. Check the number; with --source, give the key that the POS uses.`,
)

export function traceCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('trace', 'show a receipt, its stock movements, what Shopify answered, and its events')
    .argument('<store>', 'the store’s code')
    .argument('<receipt>', 'the receipt’s number as printed')
    .option('--source <source>', 'the receipt is the key that this source’s POS uses')
    .option(...archiveOption)
    .option(...hubFolderOption)
    .option(...databaseOption)
  type Options = HubFolder & { source?: string; archive?: string[] }
  return answers<Options>(
    of,
    terminal,
    async ({ source = null, archive, ...where }, store = '', receipt = '') => {
      const found = await withDb(world, where, db =>
        withArchives(world, db, { data: where.data, archive }, archives =>
          traceReceipt(db, { store, receipt, source, archives }),
        ),
      )
      if (found.length === 0) throw receiptUnknown({ receipt, store })
      return { json: found, text: found.map(textOf).join('\n\n') }
    },
  )
}

type Traced = Awaited<ReturnType<typeof traceReceipt>>[number]

function textOf(one: Traced): string {
  const { receiptNumber, till, source, soldAt, state, revision, currency } = one
  return [
    `Receipt ${receiptNumber} of ${till} (${source}), ${soldAt.replace('T', ' ')}: ${state}, revision ${revision}`,
    `  net ${one.net}, tax ${one.tax}, tendered ${one.tendered} (smallest units of ${currency})`,
    ...one.lines.map(
      l => `  line ${l.line}: ${l.quantity / 1000} × ${l.sku ?? 'no item'} from ${l.warehouse}`,
    ),
    ...one.movements.flatMap(movementText),
    ...one.events.map(
      e => `  event ${e.place}: ${e.kind}, ${e.state}, received ${new Date(e.at).toISOString()}`,
    ),
    ...one.archived.map(e => `  event ${e.place}: in the archive ${e.file}; add --archive ${e.file}`),
    ...one.unreadable.map(e => `  event ${e.place}: ${e.problem}`),
  ].join('\n')
}

function movementText(m: Traced['movements'][number]): string[] {
  const moved = `  movement ${m.kind}, line ${m.line}, revision ${m.revision}: ${m.quantity / 1000} × ${m.sku}`
  if (m.write === null) return [`${moved}, carried by no write yet`]
  const { id, state, problem, answer } = m.write
  const said = problem ?? (answer === null ? 'no answer yet' : JSON.stringify(answer))
  return [`${moved}, carried by write ${id} (${state})`, `    ${said}`]
}
