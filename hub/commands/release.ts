import { Command } from 'commander'
import { answers, command, refuseTogether, someWords } from '../../shared/command-line.ts'
import { isExpired } from '../../shared/releases.ts'
import { transaction } from '../db/db.ts'
import { setStoreUpdates, storesWithUpdates } from '../releases/release-stores.ts'
import {
  demandPinnable,
  demandVersion,
  listReleases,
  offerRelease,
  pauseRelease,
  readFloor,
  rollOutTally,
  withdrawRelease,
  writeFloor,
} from '../releases/releases.ts'
import { type Stage, stages } from '../releases/rings.ts'
import {
  choiceOf,
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'
import { addReleaseCommand } from './release-add.ts'
import { releaseKeyCommand, signReleaseCommand } from './release-sign.ts'

/** Updates of the tills: signed elsewhere, offered here ring by ring. */
export function releaseCommand(parts: HubCommandParts): Command {
  return new Command('release')
    .description('updates of the tills')
    .addCommand(releaseKeyCommand(parts))
    .addCommand(signReleaseCommand(parts))
    .addCommand(addReleaseCommand(parts))
    .addCommand(listCommand(parts))
    .addCommand(offerCommand(parts))
    .addCommand(pauseCommand(parts))
    .addCommand(storeUpdatesCommand(parts))
    .addCommand(floorCommand(parts))
    .addCommand(withdrawCommand(parts))
}

function listCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('list', 'the releases, how far each has come and how the tills fare with it')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async ({ data, database }) => {
    const found = await withDb(world, { data, database }, async db => ({
      floor: await readFloor(db),
      stores: [...(await storesWithUpdates(db))].map(([store, is]) => ({ store, ...is })),
      releases: await Promise.all(
        (await listReleases(db)).map(async ({ signed: _, manifest, ...release }) => ({
          ...release,
          expiresAt: manifest.expiresAt,
          isExpired: isExpired(manifest, world.clock.now()),
          isRollBack: manifest.isRollBack,
          files: manifest.files.map(({ name }) => name),
          ...(await rollOutTally(db, release)),
        })),
      ),
    }))
    return { json: found, text: listText(found) }
  })
}

function listText(found: {
  floor: string | null
  stores: readonly { store: string; isCanary: boolean; isPaused: boolean; pinned: string | null }[]
  releases: readonly {
    version: string
    state: string
    stage: Stage
    healthy: number
    failed: number
    waiting: number
    why: string | null
    expiresAt: number
    isExpired: boolean
  }[]
}): string {
  const releases = found.releases.map(
    one =>
      `${one.version}  ${one.state}${one.state === 'offered' ? ` to ${one.stage}` : ''}${lastDayText(one)}  ${one.healthy} well, ${one.failed} failed, ${one.waiting} waiting${one.why === null ? '' : `  (${one.why})`}`,
  )
  const stores = found.stores.map(({ store, isCanary, isPaused, pinned }) => {
    const says = [
      ...(isCanary ? ['canary'] : []),
      ...(isPaused ? ['paused'] : []),
      ...(pinned === null ? [] : [`pinned to ${pinned}`]),
    ]
    return `store ${store}: ${says.join(', ') || 'as every store'}`
  })
  const floor = found.floor === null ? [] : [`no till is to run less than ${found.floor}`]
  return [...(releases.length === 0 ? ['No release is here.'] : releases), ...floor, ...stores].join('\n')
}

const lastDayText = (one: { readonly expiresAt: number; readonly isExpired: boolean }) =>
  one.isExpired
    ? `, to no more tills: its last day was ${new Date(one.expiresAt).toISOString().slice(0, 10)}`
    : ''

function offerCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'offer',
    'offer a release to the canary stores, then to one till of ten, then to all; a paused one goes on, a stopped one begins again',
  )
    .argument('<version>', 'the release’s version')
    .option('--to <ring>', 'begin with this ring: canary, tenth or all', choiceOf(stages))
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { to?: Stage }>(of, terminal, async ({ data, database, to }, version = '') => {
    const stage = await withDb(world, { data, database }, db =>
      transaction(db, tx => offerRelease(tx, version, { from: to ?? null, now: world.clock.now() })),
    )
    return { json: { version, stage }, text: `${version} is offered; ring: ${stage}.` }
  })
}

function pauseCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('pause', 'offer a release to no further till until it is offered again')
    .argument('<version>', 'the release’s version')
    .option('--why <text>', 'why, for those who look at the list', someWords)
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { why?: string }>(
    of,
    terminal,
    async ({ data, database, why }, version = '') => {
      await withDb(world, { data, database }, db =>
        transaction(db, tx => pauseRelease(tx, version, why ?? null)),
      )
      return { json: { version, state: 'paused' }, text: `${version} is paused. Tills that have it keep it.` }
    },
  )
}

interface StoreOptions extends HubFolder {
  canary?: boolean
  pause?: boolean
  pin?: string
  unpin?: boolean
}

function storeUpdatesCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('store', 'show or set what is different about updates in a store')
    .argument('<store>', 'the store’s code')
    .option('--canary', 'its tills get each release first')
    .option('--no-canary', 'they wait for their ring again')
    .option('--pause', 'its tills get no update')
    .option('--no-pause', 'they get updates again')
    .option('--pin <version>', 'its tills run this version and no other')
    .option('--unpin', 'they follow the rings again')
    .option(...hubFolderOption)
    .option(...databaseOption)
  refuseTogether(of, 'canary', 'no-canary')
  refuseTogether(of, 'pause', 'no-pause')
  refuseTogether(of, 'pin', 'unpin')
  return answers<StoreOptions>(of, terminal, async ({ data, database, ...asked }, store = '') => {
    const set = await withDb(world, { data, database }, db =>
      transaction(db, async tx => {
        if (asked.pin !== undefined) await demandPinnable(tx, asked.pin)
        return setStoreUpdates(tx, store, {
          ...(asked.canary === undefined ? {} : { isCanary: asked.canary }),
          ...(asked.pause === undefined ? {} : { isPaused: asked.pause }),
          ...(asked.pin === undefined ? {} : { pinned: asked.pin }),
          ...(asked.unpin === true ? { pinned: null } : {}),
        })
      }),
    )
    const { isCanary, isPaused, pinned } = set
    const text = `${store}: ${isCanary ? 'gets releases first' : 'waits for its ring'}${isPaused ? ', paused' : ''}${pinned === null ? '' : `, pinned to ${pinned}`}.`
    return { json: { store, ...set }, text }
  })
}

function floorCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'floor',
    'show or set the version below which no till is to stay; such tills skip the rings',
  )
    .argument('[version]', 'the lowest version')
    .option('--none', 'no floor')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { none?: boolean }>(of, terminal, async ({ data, database, none }, version) => {
    if (version !== undefined && none === true)
      of.error("error: option '--none' cannot be used with a version")
    const given = version === undefined ? undefined : demandVersion(version)
    const floor = await withDb(world, { data, database }, async db => {
      if (given !== undefined || none === true)
        await transaction(db, tx => writeFloor(tx, none === true ? null : (given ?? null)))
      return readFloor(db)
    })
    return {
      json: { floor },
      text: floor === null ? 'No floor is set.' : `No till is to run less than ${floor}.`,
    }
  })
}

function withdrawCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('withdraw', 'end a release for good: it is neither offered nor served')
    .argument('<version>', 'the release’s version')
    .requiredOption('--why <text>', 'why', someWords)
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder & { why: string }>(of, terminal, async ({ data, database, why }, version = '') => {
    const pinned = await withDb(world, { data, database }, async db => {
      await transaction(db, tx => withdrawRelease(tx, version, why))
      return [...(await storesWithUpdates(db))].flatMap(([store, is]) =>
        is.pinned === version ? [store] : [],
      )
    })
    const stuck =
      pinned.length === 0
        ? ''
        : ` Pinned to it, and offered no other: ${pinned.join(', ')}. Free each with: tillbridge-hub release store STORE --unpin`
    const text = `${version} is withdrawn. Tills that have it keep it until another release is offered to them.${stuck}`
    return { json: { version, state: 'withdrawn', pinned }, text }
  })
}
