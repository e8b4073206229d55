import { readFileSync } from 'node:fs'
import { type AgentJournal, openAgentJournal } from '../../agent/agent-journal.ts'
import type { CommandDraft } from '../../hub/streams/command-log.ts'
import { EpochMs, PickupId } from '../../shared/ids.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import type { Position } from '../../shared/stream/log.ts'
import { type ManualWorld, manualWorld } from '../manual-world.ts'

export const DEVICE = 'dev_0123456789abcdefghij'

/** A manual world whose disk has room for any ballast at no cost: 16 MB at each opening say nothing in most tests. */
export function lightWorld(): ManualWorld {
  const real = manualWorld()
  return { ...real, files: { ...real.files, reserve: () => true } }
}

/** The agent's journal on a file of the test's own, and what it said when it broke. */
export function openTestJournal(world: ManualWorld, path: string, device = DEVICE) {
  const failures: { code: string; message: string }[] = []
  const journal = openAgentJournal({ path, device, world, failed: error => failures.push(error) })
  return { journal, failures, [Symbol.dispose]: () => journal[Symbol.dispose]() }
}

/** Every record a journal holds, with its chain checked link by link. */
export async function readChain(
  journal: AgentJournal,
  device = DEVICE,
  from: Position = { epoch: 1, seq: 0 },
) {
  const bodies: string[] = []
  let at = from
  let head = await journal.events.hashAt(at)
  for (;;) {
    const batch = await journal.events.read(at, { records: 100, characters: 200_000 })
    if (batch === null) return bodies
    if (batch.epoch !== at.epoch) head = genesis('events', device, batch.epoch)
    if (batch.prev !== head) throw new Error(`the chain is broken before ${batch.epoch}/${batch.first}`)
    for (const body of batch.bodies) head = link(head ?? '', body)
    if (batch.head !== head)
      throw new Error(`the chain is broken in the batch from ${batch.epoch}/${batch.first}`)
    bodies.push(...batch.bodies)
    at = { epoch: batch.epoch, seq: batch.first + batch.bodies.length - 1 }
  }
}

/** Commits commands as the connection does, one record each, behind what the journal holds. */
export async function receiveCommands(journal: AgentJournal, bodies: readonly object[], device = DEVICE) {
  let { epoch, seq, hash } = await journal.commands.held()
  if (epoch === 0) [epoch, seq, hash] = [1, 0, genesis('commands', device, 1)]
  const records = bodies.map(body => {
    const text = JSON.stringify(body)
    seq += 1
    hash = link(hash, text)
    return { epoch, seq, hash, body: text }
  })
  return journal.commands.commit(records)
}

export const PICKUP = PickupId.parse('gid://shopify/FulfillmentOrder/1')

/** The hub's word on a pickup. `seen`: up to where in this till's stream it had applied events. */
export function put(over: Partial<CommandDraft & { kind: 'pickup.put' }> & { seen?: Position } = {}) {
  return {
    kind: 'pickup.put' as const,
    at: EpochMs.parse(1_795_597_200_000),
    pickup: PICKUP,
    version: 1,
    order: { name: '#1001', placedAt: EpochMs.parse(1_795_597_000_000) },
    customer: { name: 'A. Customer', phoneEnd: '42' },
    note: null,
    promisedBy: null,
    lines: [],
    state: 'received' as const,
    movedBy: null,
    movedAt: null,
    shopify: 'nothing-due' as const,
    notice: null,
    seen: { epoch: 0, seq: 0 },
    ...over,
  }
}

/** How many transactions a WAL file holds: frames that end one carry the database's size (SQLite's WAL format). */
export function commitsIn(wal: string): number {
  const bytes = readFileSync(wal)
  const pageSize = bytes.readUInt32BE(8)
  const salts = bytes.subarray(16, 24)
  let commits = 0
  for (let at = 32; at + 24 <= bytes.length; at += 24 + pageSize) {
    if (!bytes.subarray(at + 8, at + 16).equals(salts)) break
    if (bytes.readUInt32BE(at + 4) > 0) commits += 1
  }
  return commits
}
