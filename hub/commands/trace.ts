import type { Command } from 'commander'
import { answers, command, exitCodes } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { demandStore } from '../fleet/stores.ts'
import { traceReceipt } from '../sales/trace.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'
import { archiveOption, withArchives } from './given-archives.ts'
import { traceReport, traceText } from './trace-report.ts'

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
      const found = await withDb(world, where, async db => {
        await demandStore(db, store)
        return await withArchives(world, db, { data: where.data, archive }, archives =>
          traceReceipt(db, { store, receipt, source, archives }),
        )
      })
      if (found.length === 0) throw receiptUnknown({ receipt, store })
      const reports = found.map(traceReport)
      const isWhole = reports.every(({ unreadable }) => unreadable.length === 0)
      return {
        json: reports,
        text: reports.map(traceText).join('\n\n'),
        exitCode: isWhole ? exitCodes.ok : exitCodes.failed,
      }
    },
  )
}
