import type { Command } from 'commander'
import { answers, command, needsOption } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { closeByHand, listExceptions } from '../checks/exceptions.ts'
import { transaction } from '../db/db.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  wholeNumber,
  withDb,
} from './command-parts.ts'

export const reasonMissing = defineError(
  'REASON_MISSING',
  () => 'Add --why with a few words on what was done, so that others can follow it.',
)

type Options = HubFolder & { close?: number; why?: string }

export function exceptionsCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('exceptions', 'open exceptions, most urgent first; or close one that is dealt with')
    .option('--close <id>', 'the number of the exception to close', wholeNumber)
    .option('--why <words>', 'what was done; needed with --close')
    .option(...hubFolderOption)
    .option(...databaseOption)
  needsOption(of, 'why', 'close')
  return answers<Options>(of, terminal, async ({ data, database, close, why }) => {
    if (close !== undefined) {
      if (why === undefined || why.trim() === '') throw reasonMissing({})
      await withDb(world, { data, database }, db =>
        transaction(db, tx => closeByHand(tx, close, why.trim(), world.clock.now())),
      )
      return {
        json: { closed: close },
        text: `Exception ${close} is closed. It opens again if the problem is found again.`,
      }
    }
    const open = await withDb(world, { data, database }, listExceptions)
    const lines = open.map(e => `${e.id}  ${e.severity}  ${e.kind}  ${e.owner}  ${e.sentence}`)
    return { json: open, text: lines.join('\n') || 'No open exceptions.' }
  })
}
