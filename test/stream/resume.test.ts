import { describe, expect, test } from 'vitest'
import { batchCorrupt, newRecords, streamForked, streamGap } from '../../shared/stream/accept.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import {
  type Batch,
  heldWithoutHash,
  type InLog,
  type Mark,
  type Position,
  type ReceivedRecord,
} from '../../shared/stream/log.ts'
import { checkClaim, holdsOf, isAfter, type Resume, resumeSending } from '../../shared/stream/resume.ts'
import { type MemoryOutLog, memoryInLog, memoryOutLog } from './memory-log.ts'

const DEVICE = 'dev_0000000000000000'
const begin = (epoch: number) => genesis('events', DEVICE, epoch)
const nothing: Mark = { epoch: 0, seq: 0, hash: begin(0) }

/** Records 1…count of an epoch. `branch` tells two histories of one epoch apart, from record `from` on. */
function records(epoch: number, count: number, branch = '', from = 1): ReceivedRecord[] {
  let previous = begin(epoch)
  return Array.from({ length: count }, (_, index) => {
    const seq = index + 1
    const body = `{"n":${seq}${seq >= from && branch !== '' ? `,"branch":"${branch}"` : ''}}`
    previous = link(previous, body)
    return { epoch, seq, hash: previous, body }
  })
}
const mark = (epoch: number, seq: number, branch = '', from = 1): Mark =>
  seq === 0
    ? { epoch, seq, hash: begin(epoch) }
    : (({ hash }) => ({ epoch, seq, hash }))(records(epoch, seq, branch, from).at(-1) ?? nothing)

/** A sender's log: epoch 1 with `first` records, and `second` more in an epoch 2 when given. */
function sender(given: {
  first: number
  acked?: number
  pruned?: boolean
  second?: number
  prunedIn?: 2
}): MemoryOutLog {
  const log = memoryOutLog('events', DEVICE)
  for (const { body } of records(1, given.first)) log.append(body)
  void log.acknowledge({ epoch: 1, seq: given.acked ?? 0 })
  if (given.pruned === true) log.prune()
  if (given.second === undefined) return log
  void log.acknowledge({ epoch: 1, seq: given.first })
  void log.renew('receiver-ahead')
  for (let n = 1; n < given.second; n += 1) log.append(`{"n":${n}}`)
  if (given.prunedIn === 2) {
    void log.acknowledge({ epoch: 2, seq: 2 })
    log.prune()
  }
  return log
}

describe('a sender goes on from what the receiver holds', () => {
  const send = (epoch: number, seq: number): Resume => ({ kind: 'send', after: { epoch, seq } })
  const cases: readonly [string, MemoryOutLog, Mark, Resume][] = [
    ['both ends are new', sender({ first: 0 }), nothing, send(1, 0)],
    ['the receiver is new: all from the first', sender({ first: 5 }), nothing, send(1, 0)],
    [
      'the receiver lost all, and the first are pruned: a new epoch with what is left',
      sender({ first: 5, acked: 3, pruned: true }),
      nothing,
      { kind: 'renew', reason: 'records-gone' },
    ],
    ['the receiver holds the epoch’s beginning alone', sender({ first: 5 }), mark(1, 0), send(1, 0)],
    ['the receiver holds some', sender({ first: 5 }), mark(1, 3), send(1, 3)],
    ['the receiver holds all', sender({ first: 5 }), mark(1, 5), send(1, 5)],
    [
      'the receiver holds what is acked and pruned',
      sender({ first: 5, acked: 3, pruned: true }),
      mark(1, 3),
      send(1, 3),
    ],
    [
      'the receiver was restored to before what is pruned',
      sender({ first: 5, acked: 3, pruned: true }),
      mark(1, 2),
      { kind: 'renew', reason: 'records-gone' },
    ],
    [
      'the sender was restored: the receiver is ahead',
      sender({ first: 5, acked: 5 }),
      mark(1, 7),
      { kind: 'renew', reason: 'receiver-ahead' },
    ],
    [
      'the sender was restored and has gone on differently where nothing was acked to it',
      sender({ first: 5, acked: 2 }),
      mark(1, 4, 'other', 3),
      { kind: 'renew', reason: 'receiver-ahead' },
    ],
    [
      'an acked record has another content: two histories',
      sender({ first: 5, acked: 4 }),
      mark(1, 4, 'other', 4),
      { kind: 'forked', at: mark(1, 4, 'other', 4), why: 'an acknowledged record has two contents' },
    ],
    [
      'the receiver knows a later epoch: the sender was restored from before it',
      sender({ first: 5, acked: 5 }),
      mark(2, 1),
      { kind: 'renew', reason: 'receiver-ahead' },
    ],
    [
      'the receiver skipped to an epoch whose beginning is pruned: a new one with what is left',
      sender({ first: 5, second: 4, prunedIn: 2 }),
      mark(1, 9),
      { kind: 'renew', reason: 'records-gone' },
    ],
    ['the receiver is in an earlier epoch', sender({ first: 5, second: 3 }), mark(1, 4), send(1, 4)],
    ['the receiver holds an earlier epoch whole', sender({ first: 5, second: 3 }), mark(1, 5), send(1, 5)],
    [
      'the receiver holds more of an earlier epoch: its own tail stays',
      sender({ first: 5, second: 3 }),
      mark(1, 9),
      send(2, 0),
    ],
    [
      'the receiver holds an earlier epoch’s other tail',
      sender({ first: 5, second: 3 }),
      mark(1, 5, 'other', 4),
      send(2, 0),
    ],
  ]
  test.each(cases)('%s', async (_what, log, held, expected) => {
    expect(await resumeSending(log, held)).toEqual(expected)
  })

  test('a receiver that is ahead by epochs and lacks what it once acked gets everything again', async () => {
    expect(await resumeSending(sender({ first: 5, acked: 5 }), mark(3, 1), 'none')).toEqual({
      kind: 'renew',
      reason: 'records-gone',
    })
  })
})

describe('a receiver says how much it has of what a sender claims', () => {
  const log = memoryInLog('events', DEVICE, [...records(1, 5), ...records(2, 3)])
  const archived: Pick<InLog, 'hashAt'> = { hashAt: () => heldWithoutHash }
  test.each<[string, Pick<InLog, 'hashAt'>, Mark, Mark, string]>([
    ['all of an older copy', log, mark(1, 4), mark(1, 2), 'last'],
    ['all of a new log', log, mark(1, 0), mark(1, 0), 'last'],
    ['what was acked of a copy that went on alone', log, mark(1, 5, 'other', 4), mark(1, 3), 'acked'],
    ['nothing that was acked', log, mark(1, 9), mark(1, 7), 'none'],
    ['another history', log, mark(1, 5, 'other', 2), mark(1, 4, 'other', 2), 'none'],
    ['an archived record counts', archived, mark(1, 5, 'other', 2), mark(1, 4, 'other', 2), 'last'],
  ])('%s', async (_what, into, last, acked, expected) => {
    expect(await holdsOf(into, { last, acked })).toBe(expected)
  })
})

describe('a receiver checks what a sender claims before it takes anything', () => {
  const receiver = memoryInLog('events', DEVICE, records(1, 5))
  const later = memoryInLog('events', DEVICE, [...records(1, 5), ...records(2, 3)])
  const pruned = memoryInLog('events', DEVICE, [...records(1, 5).slice(3), ...records(2, 3)])
  const fine = { kind: 'fine' }
  test.each([
    ['nothing sent yet', receiver, mark(1, 0), mark(1, 0), fine],
    ['a receiver without a record', memoryInLog('events', DEVICE), mark(1, 2), mark(1, 0), fine],
    ['the ack is known', receiver, mark(1, 9), mark(1, 5), fine],
    ['an older ack is known', receiver, mark(1, 9), mark(1, 2), fine],
    ['the receiver lacks two it had acked', receiver, mark(1, 9), mark(1, 7), { kind: 'behind', missing: 2 }],
    [
      'the receiver lacks an epoch it had acked',
      receiver,
      mark(2, 9),
      mark(2, 4),
      { kind: 'behind', missing: 4 },
    ],
    ['the receiver has forgotten an old record', pruned, mark(2, 3), mark(1, 2), fine],
    [
      'the acked record has another content here',
      receiver,
      mark(1, 9),
      mark(1, 4, 'other', 4),
      { kind: 'forked', at: mark(1, 4, 'other', 4), why: 'an acknowledged record has two contents' },
    ],
    ['the sender was restored from before an epoch that this end knows', later, mark(1, 9), mark(1, 5), fine],
    [
      'an ack from before a later epoch has another content here',
      later,
      mark(1, 9),
      mark(1, 4, 'other', 4),
      { kind: 'forked', at: mark(1, 4, 'other', 4), why: 'an acknowledged record has two contents' },
    ],
  ])('%s', async (_what, log, last, acked, expected) => {
    expect(await checkClaim(log, { last, acked })).toEqual(expected)
  })
})

describe('a receiver takes of a batch what is new, or nothing', () => {
  const two = [...records(1, 5), ...records(2, 3)]
  const id = { stream: 'events', device: DEVICE } as const
  /** What of a history comes behind its first `skip` records, as a batch. */
  const batchOf = (history: readonly ReceivedRecord[], skip = 0, over: Partial<Batch> = {}): Batch => {
    const some = history.slice(skip)
    const { epoch, seq } = some[0] ?? { epoch: 1, seq: 1 }
    return {
      epoch,
      first: seq,
      prev: history[skip - 1]?.hash ?? begin(epoch),
      head: some.at(-1)?.hash ?? '',
      bodies: some.map(({ body }) => body),
      ...over,
    }
  }
  const take = (known: readonly ReceivedRecord[], batch: Batch) => {
    const log = memoryInLog('events', DEVICE, [...known])
    return newRecords(id, log, log.held() as Mark, batch)
  }
  const seqs = (some: readonly Position[]) => some.map(({ epoch, seq }) => `${epoch}/${seq}`)
  const one = (count: number) => records(1, count)

  test.each([
    ['the first of all', [], batchOf(one(3)), ['1/1', '1/2', '1/3']],
    ['the next ones', one(2), batchOf(one(4), 2), ['1/3', '1/4']],
    ['the same again', one(3), batchOf(one(3)), []],
    ['old ones again', one(5), batchOf(one(3), 1), []],
    ['some old and some new', one(3), batchOf(one(5), 1), ['1/4', '1/5']],
    ['the first of the next epoch', one(5), batchOf(records(2, 2)), ['2/1', '2/2']],
    ['a whole epoch that was skipped', one(5), batchOf(records(4, 1)), ['4/1']],
    ['an earlier epoch again', two, batchOf(one(5), 2), []],
  ])('%s', async (_what, known, batch, expected) => {
    const fresh = await take(known, batch)
    expect(seqs(fresh)).toEqual(expected)
    expect(fresh.map(({ body }) => body)).toEqual(batch.bodies.slice(batch.bodies.length - fresh.length))
  })

  const other = (epoch: number, count: number, from: number) => records(epoch, count, 'other', from)
  test.each<[string, ReceivedRecord[], Batch, { code: string }]>([
    ['no record at all', one(2), batchOf([], 0, { head: begin(1) }), batchCorrupt],
    ['a head that does not fit', one(2), batchOf(one(3), 2, { head: 'x' }), batchCorrupt],
    ['a body changed on the way', one(2), { ...batchOf(one(3), 2), bodies: ['{"n":4}'] }, batchCorrupt],
    ['a body lost on the way', [], { ...batchOf(one(3)), bodies: ['{"n":1}', '{"n":3}'] }, batchCorrupt],
    ['a gap', one(2), batchOf(one(5), 3), streamGap],
    ['a new epoch from its middle', one(2), batchOf(records(2, 3), 1), streamGap],
    ['a next record that follows another one', one(2), batchOf(other(1, 3, 2), 2), streamForked],
    ['another content of the last record', one(3), batchOf(other(1, 3, 3)), streamForked],
    ['another content in the overlap, new ones behind', one(3), batchOf(other(1, 5, 3)), streamForked],
    ['an epoch that begins with a foreign hash', one(2), chained(2, 'foreign'), streamForked],
    ['a closed epoch that has gone on', two, batchOf(one(7), 5), streamForked],
    ['a closed epoch with another content', two, batchOf(other(1, 5, 4)), streamForked],
  ])('refused: %s', async (_what, known, batch, kind) => {
    await expect(take(known, batch)).rejects.toThrow(expect.objectContaining({ code: kind.code }))
  })

  function chained(epoch: number, prev: string): Batch {
    return { epoch, first: 1, prev, head: link(prev, '{}'), bodies: ['{}'] }
  }

  test('a fork says which record, a gap what was expected', async () => {
    await expect(take(one(3), batchOf(other(1, 3, 3)))).rejects.toThrow(/epoch 1, record 3.*another content/)
    await expect(take(one(2), batchOf(one(5), 3))).rejects.toThrow(/from record 3 to 4 in epoch 1/)
  })

  test('the same text under another device, direction or epoch is another chain', () => {
    const starts = [begin(1), begin(2), genesis('commands', DEVICE, 1), genesis('events', 'dev_1', 1)]
    expect(new Set(starts).size).toBe(4)
    expect(link(begin(1), '{}')).not.toBe(link(begin(2), '{}'))
  })
})

test.each([
  [{ epoch: 2, seq: 0 }, { epoch: 1, seq: 9 }, true],
  [{ epoch: 1, seq: 2 }, { epoch: 1, seq: 1 }, true],
  [{ epoch: 1, seq: 1 }, { epoch: 1, seq: 1 }, false],
  [{ epoch: 1, seq: 9 }, { epoch: 2, seq: 0 }, false],
])('%j is after %j: %s', (a, b, expected) => {
  expect(isAfter(a, b)).toBe(expected)
})
