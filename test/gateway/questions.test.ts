import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { GatewayParts } from '../../hub/gateway/gateway.ts'
import { limitQuestions } from '../../hub/gateway/question-limit.ts'
import { answerQuestions } from '../../hub/gateway/questions.ts'
import type { ReturnAnswer, ReturnQuestion } from '../../shared/returns.ts'
import { manualWorld, temporaryFolder, turns, until } from '../manual-world.ts'
import { enrolTestTill, network, sale, startTestHub, startTestTill } from './till-and-hub.ts'

const nothing: ReturnAnswer = { is: 'orders', orders: [], isMore: false }
const about = (text: string): ReturnQuestion => ({ ask: 'find-orders', text })

async function tillOf(answer: GatewayParts['answer'], isOnline = true) {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  const world = manualWorld()
  const hub = stack.use(
    await startTestHub(world, folder.path, 'hub.db', answer === undefined ? {} : { answer }),
  )
  const device = await enrolTestTill(world, hub.db)
  const net = network(isOnline ? hub.gateway : null)
  const till = stack.use(startTestTill(world, device, join(folder.path, 'journal.db'), net))
  if (isOnline) await until('the till is online', () => till.uplink.state().link === 'online')
  return { world, hub, net, till, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('a till asks on its own connection, as the store that it belongs to', async () => {
  const heard: string[] = []
  await using one = await tillOf(async (device, question) => {
    heard.push(`${device.store}: ${question.ask === 'find-orders' ? question.text : question.order}`)
    return nothing
  })
  expect(await one.till.uplink.ask(about('Ann'))).toEqual(nothing)
  expect(heard).toEqual(['HAR: Ann'])
})

test('a till that looks up without end is held back for an hour, and others are not', async () => {
  const world = manualWorld()
  const named: string[] = []
  const limited = limitQuestions(
    world,
    async () => nothing,
    async ({ device }, limit) => void named.push(`${device} ${limit}`),
  )
  const [stolen, other] = [
    { device: 'dev_one', store: 'HAR' },
    { device: 'dev_two', store: 'HAR' },
  ]
  for (let count = 0; count < 240; count += 1) expect(await limited(stolen, about('an'))).toEqual(nothing)
  expect(await limited(stolen, about('an'))).toMatchObject({ is: 'problem', code: 'TOO_MANY_LOOK_UPS' })
  await limited(stolen, about('an'))
  expect(await limited(other, about('an'))).toEqual(nothing)
  expect(named).toEqual(['dev_one 240']) // once an hour
  await world.advance(3_600_000)
  expect(await limited(stolen, about('an'))).toEqual(nothing)
})

test('what a till asked before its connection ended is not looked up any more', async () => {
  const gate = Promise.withResolvers<ReturnAnswer>()
  const heard: string[] = []
  let isOpen = true
  const questions = answerQuestions({
    async answer(question) {
      heard.push(question.ask === 'find-orders' ? question.text : '')
      return gate.promise
    },
    send: () => heard.push('sent'),
    isOpen: () => isOpen,
  })
  for (const text of ['a', 'b']) questions.take({ t: 'ask', id: `ask_${text}`, question: about(text) })
  await until('the first is asked', () => heard.length === 1)
  isOpen = false
  gate.resolve(nothing)
  await turns()
  expect(heard).toEqual(['a', 'sent'])
})

test('questions wait for each other, sales don’t wait for them, and too many are refused', async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
  let begun = 0
  await using one = await tillOf(async () => {
    begun += 1
    await gates[begun === 1 ? 0 : 1].promise
    return nothing
  })
  const asked = ['a', 'b', 'c', 'd'].map(text => one.till.uplink.ask(about(text)))
  expect(await asked[3]).toMatchObject({ is: 'problem', code: 'TOO_MANY_QUESTIONS' })
  expect(begun).toBe(1)
  await one.till.journal.record([sale(1)])
  await until('the sale is acked', () => one.till.journal.unsent().events === 0)
  gates[0].resolve()
  gates[1].resolve()
  expect(await Promise.all(asked.slice(0, 3))).toEqual([nothing, nothing, nothing])
})

test('without a connection, with an older hub, or without an answer in time the till says so', async () => {
  await using offline = await tillOf(async () => nothing, false)
  expect(await offline.till.uplink.ask(about('a'))).toMatchObject({ code: 'HUB_OFFLINE' })
  await using older = await tillOf(undefined)
  expect(await older.till.uplink.ask(about('a'))).toMatchObject({ code: 'HUB_ANSWERS_NOTHING' })
  expect(older.till.uplink.state().link).toBe('online')
  const never = Promise.withResolvers<ReturnAnswer>()
  await using slow = await tillOf(() => never.promise)
  const asked = slow.till.uplink.ask(about('a'))
  await slow.world.advance(31_000)
  expect(await asked).toMatchObject({ code: 'HUB_SLOW' })
  const cut = slow.till.uplink.ask(about('b'))
  slow.net.plug(null)
  expect(await cut).toMatchObject({ code: 'HUB_OFFLINE' })
  never.resolve(nothing)
})
