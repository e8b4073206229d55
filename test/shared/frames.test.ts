import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeFrame,
  encodeBatch,
  encodeFrame,
  type Frame,
  frameMalformed,
  frameTooLarge,
  type Hello,
  limits,
  signedHello,
} from '../../shared/protocol.ts'

const mark = { epoch: 3, seq: 7, hash: 'h'.repeat(43) }
const claim = { last: mark, acked: { ...mark, seq: 5 } }
const device = 'dev_0123456789abcdefghij'
const now = 1_764_061_200_000

/** One whole sample of every frame that is one line. */
const samples = {
  challenge: { protocol: { min: 1, max: 1 }, hub: 'hub_1', nonce: 'n', clock: now },
  hello: {
    protocol: 1,
    device,
    version: '0.1.0',
    instance: 'run_1',
    nonce: 'n',
    clock: now,
    events: claim,
    commands: mark,
    signature: 's',
  },
  welcome: { events: mark, credit: 8_000, commands: claim, clock: now },
  ack: { stream: 'events', epoch: 1, seq: 9, credit: 100 },
  status: {
    unsent: 4,
    oldestUnsentAt: now,
    clock: now,
    sources: [{ source: 'pos', state: 'reading', problem: 'slow', readUntil: null }],
    writeBacks: [],
    unreadCommands: 0,
  },
  ping: { clock: now },
  pong: { clock: now, echo: now },
  refuse: { code: 'HUB_STOPS', sentence: 'The hub stops.' },
} as const
const frames = Object.entries(samples).map(([t, fields]) => ({ t, ...fields }))
const header = { t: 'batch', stream: 'events', epoch: 1, first: 1, prev: 'a', head: 'b' } as const

type Json = null | string | number | boolean | readonly Json[] | { readonly [key: string]: Json }

/** Every place in a value: its path and how the whole looks with that place changed. */
function places(value: Json, path: string[] = []): { path: string; put(to: Json | undefined): Json }[] {
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, inner]: [string, Json]) => {
    const put = (to: Json | undefined): Json => {
      const entries = Object.entries(value).map(([name, of]) => [name, name === key ? to : of])
      return (Array.isArray(value) ? entries.map(([, of]) => of) : Object.fromEntries(entries)) as Json
    }
    return [
      { path: [...path, key].join('.'), put },
      ...places(inner, [...path, key]).map(deeper => ({
        path: deeper.path,
        put: (to: Json | undefined) => put(deeper.put(to)),
      })),
    ]
  })
}

test.each(frames)('a $t frame comes out as it went in', frame => {
  expect(decodeFrame(encodeFrame(frame as Exclude<Frame, { t: 'batch' }>))).toEqual(frame)
})

/** Fields of a status that earlier agents did not send. */
const MAY_BE_MISSING = /^(sources\.\d+\.readUntil|writeBacks|unreadCommands)$/

describe('a bad field is refused by its name', () => {
  const bad = [...frames, header].flatMap(frame =>
    places(frame)
      .filter(place => place.path !== 't' && !/^sources\.\d+$/.test(place.path))
      .flatMap(({ path, put }) => {
        const wrong = { missing: undefined, 'an object': {}, 'a truth value': true, minus: -1 }
        return Object.entries(wrong)
          .filter(([what]) => what !== 'missing' || !MAY_BE_MISSING.test(path))
          .map(([what, value]) => [frame.t, path, what, put(value)] as const)
      }),
  )
  test.each(bad)('%s: %s is %s', (_kind, path, _what, value) => {
    const read = () => decodeFrame(`${JSON.stringify(value)}${_kind === 'batch' ? '\n{}' : ''}`)
    expect(read).toThrow(expect.objectContaining({ code: frameMalformed.code }))
    expect(read).toThrow(new RegExp(`can't be read: ${path.replaceAll('.', '\\.')}`))
  })
  test.each([
    ['hello', 'device', 'dev_SHOUTING0000000000'],
    ['hello', 'signature', 's'.repeat(129)],
    ['hello', 'version', ''],
    ['refuse', 'sentence', 'x'.repeat(1_001)],
    ['ack', 'stream', 'gossip'],
    ['ack', 'seq', 1.5],
    ['ping', 'clock', 9e15],
  ])('%s: %s too long, too short or none of its kind', (t, field, value) => {
    const frame = { ...frames.find(one => one.t === t), [field]: value }
    expect(() => decodeFrame(JSON.stringify(frame))).toThrow(new RegExp(`read: ${field}`))
  })
  test.each(['', 'null', '[]', '7', '"ping"', '{}', '{"t":"dance"}', '{"t":["ping"]}', '{'])(
    '%j is not a frame',
    text => {
      expect(() => decodeFrame(text)).toThrow(expect.objectContaining({ code: frameMalformed.code }))
    },
  )
})

test('fields of a newer version are let through unseen', () => {
  expect(decodeFrame('{"t":"ping","clock":1,"mood":"fine"}')).toEqual({ t: 'ping', clock: 1 })
})

const body = fc.string({ unit: 'grapheme', maxLength: 40 }).map(text => JSON.stringify({ text }))

test('a batch comes out as it went in, whatever its bodies hold', () => {
  const batch = fc.record({
    epoch: fc.integer({ min: 1 }),
    first: fc.integer({ min: 1 }),
    prev: fc.stringMatching(/^[\w-]{1,43}$/),
    head: fc.stringMatching(/^[\w-]{1,43}$/),
    bodies: fc.array(body, { minLength: 1, maxLength: 20 }),
  })
  fc.assert(
    fc.property(batch, fc.constantFrom('events' as const, 'commands' as const), (sent, stream) => {
      expect(decodeFrame(encodeBatch(stream, sent))).toEqual({ t: 'batch', stream, ...sent })
    }),
  )
})

test('a batch holds from one to a thousand records, other frames are one line', () => {
  const lines = (count: number) => `${JSON.stringify(header)}${'\n{}'.repeat(count)}`
  expect(() => decodeFrame(lines(0))).toThrow(/holds 1 to 1000 records, this one 0/)
  expect(decodeFrame(lines(1))).toMatchObject({ bodies: ['{}'] })
  expect(decodeFrame(lines(limits.batchRecords))).toMatchObject({ t: 'batch' })
  expect(() => decodeFrame(lines(limits.batchRecords + 1))).toThrow(/this one 1001/)
  expect(() => decodeFrame('{"t":"ping","clock":1}\n')).toThrow(/a ping frame has more than one line/)
})

test('a frame may be as large as the limit and not larger', () => {
  const start = `${JSON.stringify(header)}\n`
  const whole = start + 'x'.repeat(limits.frameBytes - start.length)
  expect(decodeFrame(whole)).toMatchObject({ t: 'batch' })
  const read = () => decodeFrame(`${whole}x`)
  expect(read).toThrow(expect.objectContaining({ code: frameTooLarge.code }))
  expect(read).toThrow(new RegExp(`${limits.frameBytes + 1} bytes`))
})

test('the largest body fits a frame even when each of its characters takes three bytes', () => {
  const frame = encodeBatch('events', { ...header, bodies: ['€'.repeat(limits.bodyCharacters)] })
  expect(Buffer.byteLength(frame)).toBeLessThan(limits.frameBytes)
})

test('what is signed covers every field and not the order in which they were set', () => {
  const { signature: _, ...said } = { ...samples.hello } as unknown as Omit<Hello, 't'>
  const text = signedHello('hub_1', 'nonce', said)
  const reversed = Object.fromEntries(Object.entries(said).reverse()) as typeof said
  const turned = { ...reversed, commands: { hash: mark.hash, seq: mark.seq, epoch: mark.epoch } }
  expect(signedHello('hub_1', 'nonce', turned)).toBe(text)
  const changed = places(said as unknown as Json)
    .filter(({ path }) => !/^(events|commands|events\.(last|acked))$/.test(path))
    .map(({ put }) => signedHello('hub_1', 'nonce', put('other') as unknown as typeof said))
  const all = [...changed, signedHello('hub_2', 'nonce', said), signedHello('hub_1', 'other', said), text]
  expect(changed).toHaveLength(15)
  expect(new Set(all).size).toBe(all.length)
})
