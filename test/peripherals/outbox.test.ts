import { expect, test } from 'vitest'
import { MAX_UNTAKEN_CAPTURE, MAX_UNTAKEN_SCANS, openOutbox } from '../../agent/peripherals/host/outbox.ts'
import type { FromHost } from '../../agent/peripherals/host/protocol.ts'
import { peripheralName } from './real-till.ts'

const [path, scanner] = [peripheralName('path'), peripheralName('scanner')]

function outbox() {
  const sent: Extract<FromHost, { is: 'said' }>[] = []
  const one = openOutbox(message => {
    if (message.is === 'said') sent.push(message)
  })
  const takeAll = () =>
    sent.splice(0).map(({ n, what }) => {
      one.took(n, true)
      return what
    })
  return { one, sent, takeAll }
}
const captured = (job: number, ...bytes: number[]) =>
  ({ is: 'captured', job, towards: 'printer', bytes: Uint8Array.from(bytes) }) as const

test('captured bytes keep their order; small pieces that wait become one', () => {
  const { one, sent, takeAll } = outbox()
  one.say(path, { ...captured(1), bytes: new Uint8Array(300_000) })
  one.say(path, captured(1, 1, 2))
  one.say(path, captured(1, 3))
  one.say(path, { ...captured(1, 4), towards: 'pos' })
  one.say(path, { is: 'capture-ended', job: 1 })
  one.say(path, captured(2, 5))
  expect(sent).toHaveLength(1)
  takeAll()
  expect(takeAll()).toEqual([
    captured(1, 1, 2, 3),
    { ...captured(1, 4), towards: 'pos' },
    { is: 'capture-ended', job: 1 },
    captured(2, 5),
  ])
})

test('beyond 4 MiB captured bytes are let go and counted, of each job, and later ones pass again', () => {
  const { one, takeAll } = outbox()
  const piece = { ...captured(1), bytes: new Uint8Array(65_536) }
  for (let i = 0; i < 100; i += 1) one.say(path, piece)
  one.say(path, { is: 'capture-ended', job: 1 })
  one.say(path, { ...piece, job: 2 })
  let [taken, lost] = [0, 0]
  const order: string[] = []
  for (let batch = takeAll(); batch.length > 0; batch = takeAll())
    for (const what of batch) {
      if (what.is === 'captured') taken += what.bytes.length
      if (what.is === 'capture-lost') lost += what.bytes
      if ('job' in what) order.push(`${what.is} ${what.job}`)
    }
  expect(taken + lost).toBe(101 * 65_536)
  expect(taken).toBeLessThanOrEqual(MAX_UNTAKEN_CAPTURE)
  expect(order.slice(-3)).toEqual(['capture-lost 1', 'capture-ended 1', 'capture-lost 2'])
  one.say(path, captured(3, 1))
  expect(takeAll()).toEqual([captured(3, 1)])
})

test('scans and states pass captured bytes by', () => {
  const { one, sent } = outbox()
  for (let i = 0; i < 100; i += 1) one.say(path, { ...captured(1), bytes: new Uint8Array(65_536) })
  one.say(scanner, { is: 'scanned', bytes: Uint8Array.of(1), via: 'serial' })
  one.say(scanner, { is: 'connected' })
  expect(sent.slice(-2).map(({ what }) => what.is)).toEqual(['scanned', 'connected'])
})

test('scans that are not accepted are dropped beyond 4 MiB, and reported once one is accepted', () => {
  const { one, sent, takeAll } = outbox()
  const bytes = new Uint8Array(4_096)
  const count = 1_500
  for (let i = 0; i < count; i += 1) one.say(scanner, { is: 'scanned', bytes, via: 'serial' })
  const sentScans = sent.length
  expect(sentScans * bytes.length).toBeLessThanOrEqual(MAX_UNTAKEN_SCANS)
  expect(sentScans).toBeGreaterThan(900)
  takeAll()
  expect(takeAll()).toEqual([
    { is: 'scan-dropped', bytes: (count - sentScans) * bytes.length, sentence: expect.any(String) },
  ])
})
