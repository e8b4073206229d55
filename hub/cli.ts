import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import packageJson from '../package.json' with { type: 'json' }
import { answers, command, processTerminal, runCommandLine, stopSignal } from '../shared/command-line.ts'
import { defineError } from '../shared/errors.ts'
import { jsonLog, nodeWorld } from '../shared/node-world.ts'
import { closeByHand, listExceptions } from './checks/exceptions.ts'
import { hubPaths, readHubConfig } from './config.ts'
import { type Db, openHubDb, transaction } from './db/db.ts'
import { createEnrolCode, revokeDevice } from './fleet/enrolment.ts'
import { listStores, mapWarehouse, putStore } from './fleet/stores.ts'
import { startHub } from './hub.ts'
import { audit } from './stock/audit.ts'
import { hashPassword, putAccount } from './web/accounts.ts'

const terminal = processTerminal
process.umask(0o077) // what a hub keeps is its user's alone
const world = nodeWorld({ log: jsonLog(process.env['TILLBRIDGE_LOG'] ?? 'info', { part: 'hub' }) })
const pages = fileURLToPath(new URL('../dist/hub', import.meta.url))
const folderOption = [
  '--data <folder>',
  'where this hub keeps its files',
  join(process.cwd(), '.tillbridge-hub'),
] as const

interface Data {
  data: string
  json?: boolean
}

export const databaseMissing = defineError(
  'DATABASE_MISSING',
  (f: { path: string }) =>
    `There is no hub database at ${f.path}. Give the hub's folder with --data, or start with: hub serve.`,
)

export const reasonMissing = defineError(
  'REASON_MISSING',
  () => 'Say with --why what was done, so that others can follow it.',
)

/**
 * A command's work on the database, beside a hub that may be running.
 * @throws DATABASE_MISSING unless the command may begin a new one
 */
async function withDb<T>(folder: string, work: (db: Db) => Promise<T>, mayBegin = false): Promise<T> {
  const path = hubPaths(folder).database
  if (!mayBegin && world.files.sizeOf(path) === null) throw databaseMissing({ path })
  world.files.ensureFolder(folder)
  const db = await openHubDb(world.files, path)
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('it must be a whole number')
  return value
}

function portNumber(text: string): number {
  const port = wholeNumber(text)
  if (port > 65_535) throw new InvalidArgumentError('it must be a whole number from 0 to 65535')
  return port
}

function serve(): Command {
  const of = command('serve', 'run the hub: devices, Shopify, web pages')
    .option(...folderOption)
    .option('--port <port>', 'another port than hub.json says', portNumber)
  return answers<Data & { port?: number }>(of, terminal, async ({ data, port, json }) => {
    const paths = hubPaths(data)
    world.files.ensureFolder(data)
    const read = readHubConfig(world.files, paths.config)
    const config = port === undefined ? read : { ...read, port }
    const stop = stopSignal()
    await using hub = await startHub({ database: paths.database, config, pages, pid: process.pid }, world)
    terminal.out(json === true ? `${JSON.stringify({ url: hub.url })}\n` : `The hub is at ${hub.url}\n`)
    await stop
    return { json: { stopped: true }, text: '' }
  })
}

function migrate(): Command {
  const of = command(
    'migrate',
    'bring the database to this version’s schema; serve does so by itself',
  ).option(...folderOption)
  return answers<Data>(of, terminal, async ({ data }) => {
    await withDb(data, async () => {}, true)
    return { json: { migrated: true }, text: 'The database is up to date.' }
  })
}

async function readStdin(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin) text += String(chunk)
  return text.trim()
}

function user(): Command {
  const add = command(
    'add',
    'add an account, or give it a new password; reads the password from standard input',
  )
    .argument('<name>')
    .option(...folderOption)
  answers<Data>(add, terminal, async ({ data }, name = '') => {
    const hash = await hashPassword(world.random, await readStdin())
    await withDb(data, db => transaction(db, tx => putAccount(tx, name, hash, world.clock.now())), true)
    return { json: { user: name }, text: `${name} can sign in now.` }
  })
  return new Command('user').description('who may sign in').addCommand(add)
}

function store(): Command {
  const add = command('add', 'add a store, or change its name, zone and currency')
    .argument('<code>')
    .requiredOption('--name <name>')
    .requiredOption('--zone <zone>', 'IANA time zone, such as Europe/Berlin')
    .requiredOption('--currency <code>', 'ISO 4217, such as EUR')
    .option(...folderOption)
  answers<Data & { name: string; zone: string; currency: string }>(
    add,
    terminal,
    async ({ data, name, zone, currency }, code = '') => {
      await withDb(
        data,
        db => transaction(db, tx => putStore(tx, { code, name, zone, currency }, world.clock.now())),
        true,
      )
      return { json: { code, name, zone, currency }, text: `Store ${code} is ${name}.` }
    },
  )
  const map = command(
    'map',
    'say which Shopify location mirrors a POS warehouse; the first is the store’s main one',
  )
    .argument('<store>')
    .argument('<warehouse>', 'the POS’s own code')
    .argument('<location>', 'Shopify location id')
    .option(...folderOption)
  answers<Data>(map, terminal, async ({ data }, code = '', warehouse = '', location = '') => {
    await withDb(data, db =>
      transaction(db, tx => mapWarehouse(tx, code, warehouse, location, world.clock.now())),
    )
    return {
      json: { store: code, warehouse, location },
      text: `Warehouse "${warehouse}" of ${code} is location ${location}.`,
    }
  })
  const list = command('list', 'the stores and their warehouses').option(...folderOption)
  answers<Data>(list, terminal, async ({ data }) => {
    const { stores, warehouses } = await withDb(data, async db => ({
      stores: await listStores(db),
      warehouses: await db.selectFrom('warehouse').selectAll().execute(),
    }))
    const found = stores.map(s => ({ ...s, warehouses: warehouses.filter(w => w.store === s.code) }))
    return {
      json: found,
      text: found
        .map(
          s =>
            `${s.code}  ${s.name}  ${s.warehouses.map(w => `${w.code} → ${w.location_id ?? 'not mapped'}`).join(', ')}`,
        )
        .join('\n'),
    }
  })
  return new Command('store')
    .description('stores and what of Shopify mirrors them')
    .addCommand(add)
    .addCommand(map)
    .addCommand(list)
}

function enrolCode(): Command {
  const of = command('enrol-code', 'make a code that enrols one till, once, within a day')
    .argument('<store>')
    .option('--till <name>', 'what staff call this till', 'Till 1')
    .option(...folderOption)
  return answers<Data & { till: string }>(of, terminal, async ({ data, till }, code = '') => {
    const made = await withDb(data, db => transaction(db, tx => createEnrolCode(tx, world, code, till)))
    return { json: { store: code, till, code: made }, text: made }
  })
}

function device(): Command {
  const list = command('list', 'every device and how it stands').option(...folderOption)
  answers<Data>(list, terminal, async ({ data }) => {
    const rows = await withDb(data, db =>
      db.selectFrom('device').selectAll().orderBy('store').orderBy('till').execute(),
    )
    const found = rows.map(({ public_key: _, sources_json: __, ...row }) => row)
    return { json: found, text: found.map(d => `${d.device}  ${d.store}  ${d.till}  ${d.state}`).join('\n') }
  })
  const revoke = command('revoke', 'take a device’s right to connect away')
    .argument('<device>')
    .option(...folderOption)
  answers<Data>(revoke, terminal, async ({ data }, id = '') => {
    await withDb(data, db => transaction(db, tx => revokeDevice(tx, id)))
    return { json: { device: id, state: 'revoked' }, text: `${id} is revoked.` }
  })
  return new Command('device').description('the enrolled tills').addCommand(list).addCommand(revoke)
}

function exceptions(): Command {
  const of = command('exceptions', 'what is wrong now, by urgency; or close one that somebody has dealt with')
    .option('--close <id>', 'the number of the exception that is dealt with', wholeNumber)
    .option('--why <words>', 'what was done; needed with --close')
    .option(...folderOption)
  return answers<Data & { close?: number; why?: string }>(of, terminal, async ({ data, close, why }) => {
    if (close !== undefined) {
      if (why === undefined || why.trim() === '') throw reasonMissing({})
      await withDb(data, db => transaction(db, tx => closeByHand(tx, close, why.trim(), world.clock.now())))
      return {
        json: { closed: close },
        text: `Exception ${close} is closed. It opens again if it is found again.`,
      }
    }
    const open = await withDb(data, listExceptions)
    const lines = open.map(e => `${e.id}  ${e.severity}  ${e.kind}  ${e.owner}  ${e.sentence}`)
    return { json: open, text: lines.join('\n') || 'Nothing is wrong.' }
  })
}

function auditCommand(): Command {
  const of = command(
    'audit',
    'recount everything, read-only: chains, levels, lines, promises; exit code 1 on a finding',
  ).option(...folderOption)
  return answers<Data>(of, terminal, async ({ data }) => {
    const report = await withDb(data, audit)
    if (report.findings.length > 0) process.exitCode = 1
    const counted = `${report.events} events, ${report.sales} receipts, ${report.movements} movements, ${report.levels} levels`
    const text = [counted, ...report.findings.map(f => `${f.invariant}  ${f.subject}: ${f.sentence}`)]
    return { json: report, text: report.findings.length === 0 ? `${counted}: all agree.` : text.join('\n') }
  })
}

const program = new Command('tillbridge-hub')
  .description('Keeps every till and Shopify in agreement.')
  .version(packageJson.version)
  .addCommand(serve())
  .addCommand(migrate())
  .addCommand(user())
  .addCommand(store())
  .addCommand(enrolCode())
  .addCommand(device())
  .addCommand(exceptions())
  .addCommand(auditCommand())

const code = await runCommandLine(program, process.argv.slice(2), terminal)
if (code !== 0) process.exitCode = code
