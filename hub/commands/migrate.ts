import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { type CommandParts, type Data, databaseOption, folderOption, withDb } from './command-parts.ts'

export function migrateCommand({ terminal, world }: CommandParts): Command {
  const of = command(
    'migrate',
    'bring the database to this version’s schema; serve does the same when it starts',
  )
    .option(...folderOption)
    .option(...databaseOption)
  return answers<Data>(of, terminal, async ({ data, database }) => {
    await withDb(world, { data, database }, async () => {}, { create: true })
    return { json: { migrated: true }, text: 'The database is up to date.' }
  })
}
