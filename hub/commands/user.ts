import { Command } from 'commander'
import { answers, command, someWords } from '../../shared/command-line.ts'
import { transaction } from '../db/db.ts'
import { hashPassword, putAccount } from '../web/accounts.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'
import { processKeyboard, readPassword } from './read-password.ts'

export function userCommand(parts: HubCommandParts): Command {
  return new Command('user').description('who may sign in').addCommand(addCommand(parts))
}

function addCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'add',
    'add an account or change its password; asks for the password twice without showing it, or reads it from a file or standard input',
  )
    .argument('<name>', 'the name to sign in with', someWords)
    .option('--password-file <file>', 'a file that holds the password')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { passwordFile?: string }>(
    of,
    terminal,
    async ({ data, database, passwordFile }, name = '') => {
      const password = await readPassword({
        file: passwordFile ?? null,
        files: world.files,
        keyboard: processKeyboard,
        say: terminal.err,
      })
      const hash = await hashPassword(world.random, password)
      const done = await withDb(
        world,
        { data, database },
        db => transaction(db, tx => putAccount(tx, name, hash, world.clock.now())),
        {
          create: true,
        },
      )
      const text =
        done === 'added'
          ? `${name} can now sign in.`
          : `${name} had an account: its password was changed, and its sessions were ended.`
      return { json: { user: name }, text }
    },
  )
}
