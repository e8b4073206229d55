import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { WriteBackJob } from '../../agent/write-back/job.ts'
import { withPlaces } from '../../agent/write-back/named-values.ts'
import { posArticleUnknown, posWriteUnavailable } from '../../agent/write-back/problems.ts'
import type { TargetKind } from '../../agent/write-back/target.ts'
import {
  startWriteBack,
  WriteBackConfig,
  type WriteBackParts,
  writeBackRules,
} from '../../agent/write-back/write-back.ts'
import { openWriteBacks, type WriteBackOutcome, writeBackTables } from '../../agent/write-back/write-backs.ts'
import type { AgentEvent } from '../../shared/events.ts'
import { manualWorld } from '../manual-world.ts'
import { Till } from '../sources/till.ts'
import { job, partsFor, restocked, target } from './parts.ts'

/** A POS of the test's: what it does with a job. */
function pretendPos(act: (job: WriteBackJob) => void): {
  kind: TargetKind
  opened: () => number
  closed: () => number
} {
  let opened = 0
  let closed = 0
  const kind: TargetKind = {
    kind: 'pretend',
    settings: WriteBackConfig,
    configure: () => async () => {
      opened += 1
      return {
        write: async each => act(each),
        close: async () => {
          closed += 1
        },
      }
    },
  }
  return { kind, opened: () => opened, closed: () => closed }
}

function setUp(kind: TargetKind, settings: unknown = {}) {
  const world = manualWorld()
  const db = new SQLite(':memory:')
  db.exec(writeBackTables)
  const config = WriteBackConfig.parse({ target, kind: kind.kind, what: ['return'], settings })
  const writeBacks = openWriteBacks(db, writeBackRules([config]), world.clock.now)
  const events: AgentEvent[] = []
  const outbox: WriteBackParts['outbox'] = {
    take: writeBacks.take,
    dueAt: writeBacks.dueAt,
    async noteOutcome(of, id, outcome: WriteBackOutcome) {
      events.push(...writeBacks.noteOutcome(of, id, outcome))
    },
  }
  const running = startWriteBack([config], { world, outbox, partsFor: () => partsFor(), kinds: [kind] })
  const plan = (id: string): void => {
    writeBacks.plan(restocked(id, world.clock.now()))
    running.wake()
  }
  const told = () =>
    events.map(event =>
      event.kind === 'pos.written' ? [event.externalId.split(':')[2], event.problem?.code ?? null] : [],
    )
  return {
    world,
    running,
    plan,
    told,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      db.close()
    },
  }
}

test('what is planned is written at once, one after another, and told', async () => {
  const written: string[] = []
  const pos = pretendPos(({ externalId }) => void written.push(externalId))
  await using shop = setUp(pos.kind)
  for (const id of ['1', '2', '3']) shop.plan(id)
  await shop.world.advance(10)
  expect(written).toEqual(['1', '2', '3'].map(id => `tillbridge:return:${id}`))
  expect(shop.told()).toEqual([
    ['1', null],
    ['2', null],
    ['3', null],
  ])
  expect(pos.opened()).toBe(1)
})

test('an unreachable POS is reopened at growing intervals, and nothing is lost or reported', async () => {
  let isThere = false
  let tries = 0
  const pos = pretendPos(() => {
    tries += 1
    if (!isThere) throw posWriteUnavailable({ target, reason: 'off' })
  })
  await using shop = setUp(pos.kind)
  shop.plan('1')
  await shop.world.advance(600_000)
  expect(shop.running.states()[0]).toMatchObject({ state: 'unavailable', code: 'POS_WRITE_UNAVAILABLE' })
  expect(tries).toBeGreaterThan(20)
  expect(tries).toBeLessThan(200)
  expect(pos.closed()).toBe(tries)
  expect(shop.told()).toEqual([])
  shop.plan('2') // must not hurry it
  isThere = true
  await shop.world.advance(40_000)
  expect(shop.told()).toEqual([
    ['1', null],
    ['2', null],
  ])
  expect(shop.running.states()[0]).toMatchObject({ state: 'ready', problem: null })
})

test('what the POS refuses does not hold up the next, and is retried automatically', async () => {
  let hasIt = false
  const pos = pretendPos(({ externalId, order }) => {
    if (externalId.endsWith(':1') && !hasIt) throw posArticleUnknown({ order, sku: 'GONE', barcode: null })
  })
  await using shop = setUp(pos.kind)
  shop.plan('1')
  shop.plan('2')
  await shop.world.advance(10)
  expect(shop.told()).toEqual([
    ['1', 'POS_ARTICLE_UNKNOWN'],
    ['2', null],
  ])
  hasIt = true
  await shop.world.advance(3_700_000)
  expect(shop.told()).toEqual([
    ['1', 'POS_ARTICLE_UNKNOWN'],
    ['2', null],
    ['1', null],
  ])
})

test('wrong settings and unknown kinds are said, and stop nothing', async () => {
  const kind = pretendPos(() => undefined).kind
  await using shop = setUp({
    ...kind,
    configure() {
      throw new Error('no')
    },
  })
  shop.plan('1')
  await shop.world.advance(1_000)
  expect(shop.running.states()[0]).toMatchObject({ state: 'unavailable', problem: 'no' })
  const config = WriteBackConfig.parse({ target, kind: 'nothing', what: ['order'], settings: {} })
  const world = manualWorld()
  const outbox = { take: () => null, noteOutcome: async () => undefined, dueAt: () => null }
  await using running = startWriteBack([config], { world, outbox, partsFor: () => partsFor() })
  expect(running.states()[0]?.problem).toContain('unicenta, sql, file-drop')
})

test('what we write into uniCenta, our own source does not tell as a sale or a stock movement', async () => {
  using till = new Till()
  till.pos.sell({ lines: [{ sku: 'TEE-WHT-S', units: 1 }] })
  till.clock.pass(5_000)
  await till.news()
  const before = till.pos.db
    .prepare("SELECT units FROM stockcurrent WHERE product = 'product-tee-wht-s'")
    .pluck()
    .get()
  const { unicentaTarget } = await import('../../agent/write-back/sql-target.ts')
  const settings = {
    database: { product: 'sqlite', file: till.file },
    zone: 'Europe/Berlin',
    warehouse: till.pos.db.prepare('SELECT location FROM stockcurrent LIMIT 1').pluck().get(),
  }
  const pos = await unicentaTarget.configure('pos', settings)(partsFor())
  await pos.write(job('hand-over', '1'))
  await pos.write(job('return', '1'))
  await pos.write(job('hand-over', '2'))
  await pos.close()
  const after = till.pos.db
    .prepare("SELECT units FROM stockcurrent WHERE product = 'product-tee-wht-s'")
    .pluck()
    .get()
  expect(Number(after)).toBe(Number(before) - 2)
  expect(
    till.pos.db.prepare("SELECT COUNT(*) FROM stockdiary WHERE id LIKE 'tillbridge:%'").pluck().get(),
  ).toBe(3)
  till.clock.pass(60_000)
  await till.round()
  expect(await till.news()).toEqual([])
  expect(till.memory.events.map(event => event.kind)).toEqual(['sale.completed'])
})

test('named values become places; names in quotes, comments and casts do not', () => {
  const values = { a: 1, b: 'x' }
  const sql = `SELECT ':a', "b:a", \`:a\`, :a::text /* :b */ -- :b\n, :b, :a`
  expect(withPlaces(sql, values, n => `$${n}`)).toEqual({
    sql: `SELECT ':a', "b:a", \`:a\`, $1::text /* :b */ -- :b\n, $2, $3`,
    values: [1, 'x', 1],
  })
  expect(() => withPlaces('SELECT :c', values, () => '?')).toThrow(':c')
  expect(() => withPlaces('SELECT :toString', values, () => '?')).toThrow(':toString')
})
