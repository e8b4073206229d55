import { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { keyFingerprint } from '../../shared/signing.ts'
import { type Tx, transaction } from '../db/db.ts'
import { readHubId, readHubKey, rotateHubKey } from '../fleet/hub-key.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'
import { confirmationMissing } from './recovery.ts'

/** The key by which tills know this hub. */
export function keyCommand(parts: HubCommandParts): Command {
  return new Command('key')
    .description('the key by which tills know this hub')
    .addCommand(showCommand(parts))
    .addCommand(rotateCommand(parts))
}

function showCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('show', 'the key’s fingerprint, as a till’s doctor shows it')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async ({ data, database }) => {
    const key = await withDb(world, { data, database }, db =>
      transaction(db, tx => readHubKey(tx, world.random)),
    )
    return { json: { key, fingerprint: keyFingerprint(key) }, text: keyFingerprint(key) }
  })
}

function rotateCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'rotate',
    'give the hub a new key, signed by the old one; tills learn it at their next contact',
  )
    .option('--leaked', 'others may have the old key: it signs nothing, and every till has to be re-enrolled')
    .option('--yes', 'do it; it can’t be undone')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { leaked?: boolean; yes?: boolean }>(
    of,
    terminal,
    async ({ data, database, leaked = false, yes = false }) => {
      if (!yes) throw confirmationMissing({ what: leaked ? AFTER_LEAK : AFTER_ROTATION })
      const rotate = async (tx: Tx) =>
        rotateHubKey(tx, world.random, { hub: await readHubId(tx, world.random), isLeaked: leaked })
      const key = await withDb(world, { data, database }, db => transaction(db, rotate))
      world.log.warn({ key: keyFingerprint(key), leaked }, "the hub's key was changed")
      const text = `The hub’s key is now ${keyFingerprint(key)}. ${leaked ? AFTER_LEAK : AFTER_ROTATION}`
      return { json: { key, fingerprint: keyFingerprint(key), leaked }, text }
    },
  )
}

const AFTER_ROTATION =
  'Tills learn the new key at their next contact. Make a backup of the database at once: an older one holds the old key.'
const AFTER_LEAK =
  'Every till refuses this hub until it is re-enrolled. Make a backup of the database at once, and destroy the older ones.'
