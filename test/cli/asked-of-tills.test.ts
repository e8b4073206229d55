import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openHubDatabase, transaction } from '../../hub/db/db.ts'
import { noteSupportAnswer } from '../../hub/support/support-requests.ts'
import { jsonLog, nodeWorld } from '../../shared/node-world.ts'
import type { SupportAnswer } from '../../shared/support.ts'
import { enrolTestTill } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { runHere } from './command.ts'

const Asked = z.object({ request: z.object({ id: z.string(), state: z.string(), device: z.string() }) })

async function setUp() {
  const folder = temporaryFolder()
  const data = ['--data', folder.path]
  const hub = (...args: string[]) => runHere('hub', [...args, ...data])
  await hub('store', 'add', 'HAR', '--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR')
  const world = nodeWorld({ log: jsonLog('silent', {}) })
  const address = { file: join(folder.path, 'hub.db') }
  const inDb = async <T>(work: (db: Awaited<ReturnType<typeof openHubDatabase>>) => Promise<T>) => {
    await using stack = new AsyncDisposableStack()
    const db = stack.adopt(await openHubDatabase(world, address, { create: false }), it => it.destroy())
    return await work(db)
  }
  await inDb(db => enrolTestTill(manualWorld(), db))
  return {
    out: join(folder.path, 'bundle.json'),
    hub,
    async asked(...args: string[]) {
      const { out, code } = await hub('device', ...args, '--by', 'Maya', '--json')
      expect(code).toBe(3)
      return Asked.parse(JSON.parse(out)).request
    },
    answer: ({ id, device }: { id: string; device: string }, answer: SupportAnswer) =>
      inDb(db => transaction(db, tx => noteSupportAnswer(tx, { id, device }, answer, 1))),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}

test('a till that is away: the command says until when it waits, and its answer is there later, by its id', async () => {
  using one = await setUp()
  const { code, out } = await one.hub('device', 'doctor', 'HAR/Till 1', '--by', 'Maya')
  expect(code).toBe(3)
  expect(out).toMatch(
    /^ask_\w+ waits until HAR · Till 1 is connected and answers, until \d{4}-.* UTC at the latest\./,
  )
  const request = await one.asked('doctor', 'HAR/Till 1')
  expect((await one.hub('device', 'answer', request.id)).code).toBe(3)
  const again = await one.hub('device', 'doctor', 'HAR/Till 1', '--by', 'Tom')
  expect(again.err).toMatch(
    /^Maya asked the same at .* UTC, and the till has not answered yet\. You get the same answer\.\n$/,
  )
  expect(again.out).toContain(request.id)
  expect((await one.hub('device', 'asked')).out).toMatch(
    `${request.id}  HAR · Till 1  doctor  asked by Maya, Tom at `,
  )
  const finding = {
    check: 'pos',
    subject: 'x',
    verdict: 'wrong',
    sentence: 'It is shut.',
    advice: null,
  } as const
  await one.answer(request, { is: 'doctor', findings: [finding] })
  const shown = await one.hub('device', 'answer', request.id)
  expect(shown.code).toBe(1)
  expect(shown.out).toContain('WRONG  pos x: It is shut.\n1 thing is wrong.')
  expect((await one.hub('device', 'forget', request.id)).code).toBe(0)
  expect(await one.hub('device', 'answer', request.id)).toMatchObject({ code: 1, out: '' })
})

test('a bundle goes into the file, for its owner alone; a problem ends with 1', async () => {
  using one = await setUp()
  const request = await one.asked('bundle', 'HAR/Till 1')
  const bundle = { tillbridge: '1', madeAt: '', machine: {}, findings: [] }
  const empty = { settings: {}, device: {}, state: {}, journal: null }
  await one.answer(request, { is: 'bundle', bundle: { ...bundle, ...empty } })
  expect((await one.hub('device', 'answer', request.id, '--out', one.out)).code).toBe(0)
  expect(JSON.parse(readFileSync(one.out, 'utf8'))).toMatchObject(bundle)
  const level = await one.asked('log-level', 'HAR/Till 1', 'debug', '--for', '30m')
  await one.answer(level, { is: 'problem', code: 'AGENT_TOO_OLD', sentence: 'Update it.' })
  expect(await one.hub('device', 'answer', level.id)).toMatchObject({
    code: 1,
    out: 'The till could not do it: Update it. [AGENT_TOO_OLD]\n',
  })
})

test('a question that can’t be answered any more ends with 1 and says why', async () => {
  using one = await setUp()
  const request = await one.asked('doctor', 'HAR/Till 1')
  await one.hub('device', 'revoke', request.device)
  const ended = await one.hub('device', 'answer', request.id)
  expect(ended).toMatchObject({ code: 1 })
  expect(ended.out).toContain('did not answer and does not connect any more')
  expect((await one.hub('device', 'asked')).out).toMatch(/ {2}ended\n$/)
})

test('another log level says whose it replaces, and that one ends with 1', async () => {
  using one = await setUp()
  const first = await one.asked('log-level', 'HAR/Till 1', 'debug')
  const second = await one.hub('device', 'log-level', 'HAR/Till 1', 'info', '--by', 'Tom')
  expect(second.err).toContain('takes the place of the log level that Maya asked for')
  const told = await one.hub('device', 'answer', first.id)
  expect(told).toMatchObject({ code: 1 })
  expect(told.out).toContain('Tom asked for another log level')
})

test.each([['25h'], ['0m'], ['2'], ['2d']])('a log level can’t be asked for %s', async time => {
  using one = await setUp()
  const { code, err } = await one.hub(
    'device',
    'log-level',
    'HAR/Till 1',
    'debug',
    '--by',
    'x',
    '--for',
    time,
  )
  expect(code).toBe(2)
  expect(err).toContain('at most 24h')
})

test('a till that does not exist, and a level that does not exist, are refused', async () => {
  using one = await setUp()
  expect(await one.hub('device', 'doctor', 'HAR/Till 9', '--by', 'x')).toMatchObject({ code: 1 })
  expect(await one.hub('device', 'log-level', 'HAR/Till 1', 'loud', '--by', 'x')).toMatchObject({ code: 2 })
})
