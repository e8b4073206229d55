import type { Command } from 'commander'
import { answers, command, needsOption, someWords } from '../../shared/command-line.ts'
import { transaction } from '../db/db.ts'
import {
  createEnrolCode,
  demandNoOpenCode,
  demandTillName,
  endOpenCodes,
  freeTillName,
} from '../fleet/enrolment.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'

type Options = HubFolder & { till?: string; replace?: boolean; force?: boolean; replaceCodes?: boolean }

export function enrolCodeCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('enrol-code', 'make a code that enrols one till; it works once and for a day')
    .argument('<store>', 'the store’s code')
    .option('--till <name>', 'what staff call this till; otherwise the next free "Till N"', someWords)
    .option('--replace', 'the new PC replaces the till of that name')
    .option('--force', 'with --replace: also while that till is connected')
    .option(
      '--replace-codes',
      'also for a till that has a code which still works: that one is ended. Without it the till is refused',
    )
    .option(...hubFolderOption)
    .option(...databaseOption)
  needsOption(of, 'force', 'replace')
  return answers<Options>(of, terminal, async ({ data, database, ...asked }, store = '') => {
    const made = await withDb(world, { data, database }, db =>
      transaction(db, async tx => {
        const now = world.clock.now()
        const till = asked.till ?? (await freeTillName(tx, store, now))
        const replaces = asked.replace !== true ? null : asked.force === true ? 'any' : 'disconnected'
        await demandTillName(tx, { store, till, replaces }, now)
        if (asked.replaceCodes === true) await endOpenCodes(tx, { store, till }, now)
        else await demandNoOpenCode(tx, { store, till }, now)
        return { store, till, code: await createEnrolCode(tx, world, store, till, replaces) }
      }),
    )
    return { json: made, text: made.code }
  })
}
