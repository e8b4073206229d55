import { Command } from 'commander'
import { drawBadgeCode } from '../../shared/badge-code.ts'
import { answers, command, refuseTogether, someWords } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { hashSecret } from '../../shared/secret-hash.ts'
import { readSecret } from '../config.ts'
import { transaction } from '../db/db.ts'
import {
  demandPin,
  type ListedStaff,
  listStaff,
  putStaff,
  removeStaff,
  setBadge,
  setPin,
} from '../fleet/staff.ts'
import { demandStore } from '../fleet/stores.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'
import { processKeyboard, readPassword } from './read-password.ts'

export const staffStoresMissing = defineError(
  'STAFF_STORES_MISSING',
  () => 'Say where the person works: add --store with the codes of the stores, or --all-stores.',
)

/** Who works at the tills, with their PINs and badges. */
export function staffCommand(parts: HubCommandParts): Command {
  return new Command('staff')
    .description('who works at the tills, with their PINs and badges')
    .addCommand(addCommand(parts))
    .addCommand(pinCommand(parts))
    .addCommand(badgeCommand(parts))
    .addCommand(removeCommand(parts))
    .addCommand(listCommand(parts))
}

const CODE = ['<code>', 'the person’s code, such as M17'] as const

function addCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'add',
    'add a person who works at tills; for one who exists, change the name and the stores',
  )
    .argument(...CODE)
    .requiredOption('--name <name>', 'what colleagues see', someWords)
    .option('--store <codes...>', 'the stores in which the person works')
    .option('--all-stores', 'the person works in every store')
    .option(...hubFolderOption)
    .option(...databaseOption)
  refuseTogether(of, 'store', 'all-stores')
  type Options = HubFolder & { name: string; store?: string[]; allStores?: boolean }
  return answers<Options>(of, terminal, async ({ data, database, name, store, allStores }, staff = '') => {
    if (store === undefined && allStores !== true) throw staffStoresMissing({})
    const given = { staff, name, stores: store ?? null }
    const done = await withDb(world, { data, database }, db =>
      transaction(db, tx => putStaff(tx, given, world.clock.now())),
    )
    const where = given.stores === null ? 'every store' : given.stores.join(', ')
    const next = done === 'added' ? ` Set a PIN with: tillbridge-hub staff pin ${staff}.` : ''
    return { json: { ...given, done }, text: `${name} (${staff}) works in ${where}.${next}` }
  })
}

function pinCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'pin',
    'set a person’s PIN; asks for it twice without showing it, or reads it from a file or standard input',
  )
    .argument(...CODE)
    .option('--pin-file <file>', 'a file that holds the PIN')
    .option('--none', 'take the PIN away')
    .option(...hubFolderOption)
    .option(...databaseOption)
  refuseTogether(of, 'pin-file', 'none')
  type Options = HubFolder & { pinFile?: string; none?: boolean }
  return answers<Options>(of, terminal, async ({ data, database, pinFile, none }, staff = '') => {
    const hash =
      none === true
        ? null
        : await hashOfPin({
            file: pinFile ?? null,
            files: world.files,
            keyboard: processKeyboard,
            what: 'PIN',
            say: terminal.err,
          })
    await withDb(world, { data, database }, db =>
      transaction(db, tx => setPin(tx, staff, hash, world.clock.now())),
    )
    const text = hash === null ? `${staff} has no PIN now.` : `${staff} has a new PIN. Its tills are told.`
    return { json: { staff, hasPin: hash !== null }, text }
  })

  async function hashOfPin(given: Parameters<typeof readPassword>[0]): Promise<string> {
    const pin = await readPassword(given)
    demandPin(pin)
    return hashSecret(world.random, pin)
  }
}

function badgeCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('badge', 'give a person a badge: prints its code once, for a barcode of type Code 128')
    .argument(...CODE)
    .option('--code-file <file>', 'a file that holds the code of a card that the person has already')
    .option('--alone', 'the badge needs no PIN beside it')
    .option('--none', 'take the badge away')
    .option(...hubFolderOption)
    .option(...databaseOption)
  for (const option of ['code-file', 'alone']) refuseTogether(of, option, 'none')
  type Options = HubFolder & { codeFile?: string; alone?: boolean; none?: boolean }
  return answers<Options>(of, terminal, async ({ data, database, codeFile, alone, none }, staff = '') => {
    const own = codeFile === undefined ? null : readSecret(world.files, codeFile, 'code of the badge')
    const code = own ?? drawBadgeCode(world.random)
    const isAlone = alone === true
    const badge = none === true ? null : { code, isAlone }
    await withDb(world, { data, database }, db =>
      transaction(db, tx => setBadge(tx, staff, badge, world.clock.now())),
    )
    if (badge === null) return { json: { staff, badge: 'none' }, text: `${staff} has no badge now.` }
    const how = isAlone ? 'alone is enough' : 'names the person, and the PIN is asked for'
    const shown = own === null ? ` Its code, which is not shown again: ${code}` : ''
    return {
      json: { staff, badge: isAlone ? 'alone' : 'with-pin', code: own === null ? code : null },
      text: `${staff} has a new badge, which ${how}.${shown}`,
    }
  })
}

function removeCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('remove', 'remove a person: PIN and badge open no till any more')
    .argument(...CODE)
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async ({ data, database }, staff = '') => {
    await withDb(world, { data, database }, db =>
      transaction(db, tx => removeStaff(tx, staff, world.clock.now())),
    )
    const text = `${staff} is removed. A till that is offline learns of it when it is connected again.`
    return { json: { staff }, text }
  })
}

const badgeWords: Readonly<Record<ListedStaff['badge'], string>> = {
  none: 'no badge',
  'with-pin': 'badge with PIN',
  alone: 'badge alone',
}

function listCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('list', 'who works at the tills, where, and whether they have a PIN and a badge')
    .option('--store <code>', 'only those who work in this store')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { store?: string }>(of, terminal, async ({ data, database, store }) => {
    const found = await withDb(world, { data, database }, async db => {
      if (store !== undefined) await demandStore(db, store)
      return listStaff(db, store)
    })
    const lines = found.map(({ staff, name, stores, hasPin, badge }) => {
      const where = stores === null ? 'every store' : stores.join(', ')
      return `${staff}  ${name}  ${where}  ${hasPin ? 'PIN' : 'no PIN'}  ${badgeWords[badge]}`
    })
    return { json: found, text: lines.join('\n') || 'There are no staff yet.' }
  })
}
