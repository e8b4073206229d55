import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { archiveEnd, entryHeader, entryPadding } from '../../agent/updates/archive.ts'
import { nodeUpdateFiles } from '../../agent/updates/node-update-files.ts'
import { beginTrial, keepUpdate, planStart } from '../../agent/updates/plan-start.ts'
import {
  readStaged,
  readUpdateState,
  type UpdateState,
  updatePaths,
  writeUpdateState,
} from '../../agent/updates/update-state.ts'
import { startUpdates } from '../../agent/updates/updates.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'
import { listed, madeRelease, releaseKey } from './made-release.ts'

const MINUTE = 60_000
const noState = () => readUpdateState(manualWorld(), 'no such file')

function packageOf(version: string): Buffer {
  const bytes = Buffer.from(`the agent ${version}`)
  const header = entryHeader({ path: 'bin/tillbridge-agent.mjs', isProgram: false }, bytes.length)
  return gzipSync(Buffer.concat([header, bytes, entryPadding(bytes.length), archiveEnd]))
}

/** A running agent whose hub serves any version; `isBusy`: the till records something all the time. */
function runningTill(
  over: { version?: string; trialOf?: string; state?: UpdateState; stagedBefore?: string } = {},
) {
  const folder = temporaryFolder()
  const world = manualWorld()
  const version = over.version ?? '0.1.0'
  const paths = updatePaths(folder.path)
  const till = {
    isBusy: false,
    isOnline: true,
    restarts: 0,
    asked: [] as string[],
    /** Answers to files wait until it is set free. */
    held: null as Promise<void> | null,
    /** Tokens that the hub refuses by now. */
    refused: new Set<string>(),
    /** When releases were signed; null: now. */
    signedAt: null as number | null,
    healthy: 0,
  }
  if (over.trialOf !== undefined) {
    const staged = { version: over.trialOf, offered: `${over.trialOf}#1`, journal: 1, worked: [] }
    nodeUpdateFiles.ensureFolder(paths.updates)
    writeUpdateState(
      world.files,
      paths.state,
      beginTrial(readUpdateState(world, paths.state), staged, '0.1.0'),
    )
  }
  if (over.stagedBefore !== undefined) {
    const staged = { version: over.stagedBefore, offered: `${over.stagedBefore}#1`, journal: 1, worked: [] }
    nodeUpdateFiles.ensureFolder(paths.updates)
    writeUpdateState(world.files, paths.staged, staged)
  }
  if (over.state !== undefined) {
    nodeUpdateFiles.ensureFolder(paths.updates)
    writeUpdateState(world.files, paths.state, over.state)
  }
  async function fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const [, , named = '', what] = new URL(url).pathname.split('/')
    const token = new Headers(init.headers).get('authorization')?.slice('Bearer '.length) ?? ''
    till.asked.push(`${named} ${what}`)
    if (till.refused.has(token)) return new Response(null, { status: 403 })
    const bytes = packageOf(named)
    const files = [listed(`tillbridge-agent-${named}-linux-x64.update.tgz`, bytes)]
    if (what === 'manifest')
      return Response.json(
        madeRelease(named, till.signedAt ?? world.clock.now(), { files, journal: 1, updatesFrom: '0.0.1' }),
      )
    await till.held
    return new Response(new Uint8Array(bytes))
  }
  const updates = startUpdates({
    world: { ...world, sockets: { ...world.sockets, fetch } },
    folder: folder.path,
    journal: join(folder.path, 'journal.db'),
    hubUrl: 'http://127.0.0.1:1',
    version,
    host: {
      launcher: {
        healthy() {
          till.healthy += 1
        },
        notYet() {},
        restart() {
          till.restarts += 1
        },
      },
      keys: [releaseKey.publicKey],
      platform: 'linux-x64',
      disk: { ...nodeUpdateFiles, freeBytes: () => 10 ** 12 },
    },
    isTryingSettings: () => false,
    confirmMs: MINUTE,
    quietMs: MINUTE,
    well: {
      isOnline: () => till.isOnline,
      readSources: () => [],
      lastRecordedMs: () => (till.isBusy ? world.clock.monotonicMs() : Number.NEGATIVE_INFINITY),
      canWrite: () => true,
    },
    changed() {},
  })
  return {
    till,
    world,
    updates,
    paths,
    staged: () => readStaged(world, paths.staged),
    offer: (named: string | null, token = 'good') =>
      updates.offered({
        t: 'update',
        offered: named === null ? '' : `${named}#1`,
        version: named,
        token: named === null ? null : token,
      }),
    [Symbol.dispose]() {
      updates[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}

type Till = ReturnType<typeof runningTill>

/** Minutes pass until it is so. */
const later = ({ world }: Till, what: string, is: () => boolean) =>
  until(what, async () => {
    await world.advance(MINUTE)
    return is()
  })

/** Half an hour passes, and nothing is due in it. */
async function halfAnHour({ world }: Till): Promise<void> {
  for (let minute = 0; minute < 30; minute += 1) await world.advance(MINUTE)
}

test('a till that is offered a release in a quiet moment restarts with it', async () => {
  using run = runningTill()
  run.offer('0.2.0')
  await later(run, 'a restart', () => run.till.restarts === 1)
  expect(run.staged()?.version).toBe('0.2.0')
})

/** What a till does as the hub says something else. */
const moments = {
  'is fetched': async (run: Till) => {
    const free = Promise.withResolvers<void>()
    run.till.held = free.promise
    run.offer('0.2.0')
    await until('the file is asked for', () => run.till.asked.includes('0.2.0 file'))
    return () => {
      run.till.held = null
      free.resolve()
    }
  },
  'waits for a quiet moment': async (run: Till) => {
    run.till.isBusy = true
    run.offer('0.2.0')
    await later(run, 'it is fetched', () => run.staged() !== null)
    return () => {
      run.till.isBusy = false
    }
  },
  'waits to be tried again': async (run: Till) => {
    run.till.refused.add('old')
    run.offer('0.2.0', 'old')
    await until('it was refused', () => run.updates.running().update?.state === 'waiting')
    return () => undefined
  },
}
const words = [
  ['takes it back', [null]],
  ['offers a newer one', ['0.3.0']],
  ['pauses it and goes on', [null, '0.2.0']],
  ['offers a newer one and takes that back', ['0.3.0', null]],
  ['offers a newer one, and the first again', ['0.3.0', '0.2.0']],
  ['offers it again', ['0.2.0']],
] as const
const orders = Object.entries(moments).flatMap(([moment, reach]) =>
  words.map(([does, said]) => ({ moment, does, reach, said })),
)
test.each(orders)(
  'while a release $moment, the hub $does: its last word counts, without a restart of the PC',
  async ({ reach, said }) => {
    using run = runningTill()
    const goOn = await reach(run)
    for (const word of said) run.offer(word)
    goOn()
    const last = said.at(-1) ?? null
    if (last === null) await halfAnHour(run)
    else await later(run, 'a restart', () => run.till.restarts > 0)
    expect({ restarts: run.till.restarts, staged: run.staged()?.version ?? null }).toEqual({
      restarts: last === null ? 0 : 1,
      staged: last,
    })
  },
)

test('a release that is taken back just before the restart is not put on trial by it', async () => {
  using run = runningTill()
  run.offer('0.2.0')
  await later(run, 'a restart', () => run.till.restarts === 1)
  run.offer(null)
  expect(run.staged()).toBeNull()
})

test('what was made ready before the PC was restarted waits for the hub’s word', () => {
  using run = runningTill({ stagedBefore: '0.2.0' })
  expect(run.staged()).toBeNull()
})

test('a till does not restart while the line is down: the hub may have taken the release back meanwhile', async () => {
  using run = runningTill()
  run.till.isOnline = false
  run.offer('0.2.0')
  await until('it is fetched', () => run.staged() !== null)
  await halfAnHour(run)
  expect(run.till.restarts).toBe(0)
  run.till.isOnline = true
  await run.world.advance(10_000)
  expect(run.till.restarts).toBe(0) // the hub has not said yet what it thinks of it
  await later(run, 'a restart', () => run.till.restarts === 1)
})

test('an update that was gone back from is not fetched again when the hub offers another one in between', async () => {
  const failed = {
    offered: '0.2.0#1',
    version: '0.2.0',
    code: 'UPDATE_CRASHED',
    sentence: 'It ended.',
    at: 1,
  }
  using run = runningTill({ state: { ...noState(), failed } })
  run.till.isBusy = true
  run.offer('0.3.0')
  await until('it is fetched', () => run.staged() !== null)
  run.offer('0.2.0')
  await halfAnHour(run)
  expect(run.updates.running().update).toMatchObject({ offered: '0.2.0#1', state: 'rolled-back' })
  expect(run.till.asked.filter(what => what.startsWith('0.2.0'))).toEqual([])
})

test('a till that runs what is offered has nothing to fetch', async () => {
  using run = runningTill({ version: '0.2.0' })
  run.offer('0.2.0')
  await halfAnHour(run)
  expect(run.till.asked).toEqual([])
})

test('a release that is offered while another is on trial is installed once that one has proven itself', async () => {
  using run = runningTill({ version: '0.2.0', trialOf: '0.2.0' })
  run.offer('0.3.0') // the next step of two, offered as soon as the trial connects
  await later(run, 'a restart', () => run.till.restarts === 1)
  expect(run.till.healthy).toBe(1)
  expect(run.updates.running()).toMatchObject({ health: 'healthy', offered: '0.3.0#1' })
  expect(run.staged()?.version).toBe('0.3.0')
})

test('a till that heard of a release more than a day ago says so, and takes the token of the next offer', async () => {
  using run = runningTill()
  run.till.refused.add('old')
  run.offer('0.2.0', 'old')
  await until('it says so', () => run.updates.running().update?.state === 'waiting')
  run.offer('0.2.0', 'good')
  await later(run, 'a restart', () => run.till.restarts === 1)
  expect(run.updates.running().update).toBeNull()
})

/** What the launcher of an installed 0.3.0 keeps once a signed roll-back to 0.2.0 has proven itself. */
function rolledBack(): UpdateState {
  const staged = { version: '0.2.0', offered: '0.2.0#1', journal: 1, worked: [] }
  const begun = beginTrial(noState(), staged, '0.3.0')
  return keepUpdate(planStart(begun, '0.3.0', () => true, 0).state)
}

test('after a signed roll-back no release is taken that is older than what was installed and worked, unless it is one as well', async () => {
  using run = runningTill({ version: '0.2.0', state: rolledBack() })
  run.offer('0.2.5') // an old one with a known hole, offered by a hub that was taken over
  await until('it is judged', () => run.updates.running().update !== null)
  expect(run.updates.running().update).toMatchObject({ state: 'refused', code: 'RELEASE_OLDER' })
})

test('a till whose clock is a year ahead refuses no release for good: it says so, and installs it once its clock is right', async () => {
  using it = runningTill()
  const now = it.world.clock.now()
  it.till.signedAt = now
  it.world.setWallClock(now + 365 * 24 * 60 * MINUTE) // an empty battery, and no NTP yet
  it.offer('0.2.0')
  await later(it, 'it says so', () => it.updates.running().update !== null)
  expect(it.updates.running().update).toMatchObject({ state: 'waiting', code: 'UPDATE_EXPIRED' })
  it.world.setWallClock(now + 10 * MINUTE)
  await later(it, 'the update', () => it.till.restarts === 1)
  expect(it.staged()?.version).toBe('0.2.0')
})
