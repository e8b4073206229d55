import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'

export function migrateCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'migrate',
    'bring the database to this version’s schema; serve does the same when it starts',
  )
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async ({ data, database }) => {
    await withDb(world, { data, database }, async () => {}, { create: true })
    return { json: { migrated: true }, text: 'The database is up to date.' }
  })
}
