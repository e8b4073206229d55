import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { transaction } from '../db/db.ts'
import { createEnrolCode } from '../fleet/enrolment.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'

export function enrolCodeCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('enrol-code', 'make a code that enrols one till; it works once and for a day')
    .argument('<store>', 'the store’s code')
    .option('--till <name>', 'what staff call this till', 'Till 1')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { till: string }>(of, terminal, async ({ data, database, till }, code = '') => {
    const made = await withDb(world, { data, database }, db =>
      transaction(db, tx => createEnrolCode(tx, world, code, till)),
    )
    return { json: { store: code, till, code: made }, text: made }
  })
}
