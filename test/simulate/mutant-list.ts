/** A small fault put into the product, which the simulator must notice. */
export interface Mutant {
  readonly name: string
  readonly file: string
  /** This text of the file, which occurs once … */
  readonly find: string
  /** … becomes this. */
  readonly replace: string
}

export const mutants: readonly Mutant[] = [
  {
    name: 'the hub acks before it has committed',
    file: 'hub/gateway/event-intake.ts',
    find: 'const now = await commitPart(held, part)',
    replace: `const last = part.at(-1)
    if (last !== undefined) parts.ack(last, credit())
    const now = await commitPart(held, part)`,
  },
  {
    name: 'commits are synced later: one connection is left at NORMAL',
    file: 'shared/durable-sqlite.ts',
    find: "db.pragma('synchronous = FULL')",
    replace: "db.pragma('synchronous = NORMAL')\n    if (Math.abs(1) === 1) return db",
  },
  {
    name: 'what a POS posted is answered before it is journalled',
    file: 'agent/sources/http/http-source.ts',
    find: 'await memory.commit({\n      events: [...used.events, ...step.events],',
    replace: 'void memory.commit({\n      events: [...used.events, ...step.events],',
  },
  {
    name: 'a source remembers a receipt in another transaction than its event',
    file: 'agent/sources/source-memory.ts',
    find: `            return write(() => {
              for (const event of absorb(source, events)) append(event)
              memory.save(source, reading)
            })`,
    replace: `            return write(() => memory.save(source, reading)).then(() =>
              write(() => {
                for (const event of absorb(source, events)) append(event)
              }),
            )`,
  },
  {
    name: 'after a reconnection the sender goes on from its own end',
    file: 'shared/stream/resume.ts',
    find: "  return { kind: 'send', after: { epoch: held.epoch, seq: held.seq } }\n}\n\nasync function resumeFromNothing",
    replace:
      "  return { kind: 'send', after: { epoch: last.epoch, seq: last.seq } }\n}\n\nasync function resumeFromNothing",
  },
  {
    name: 'a record that was sent again is applied again',
    file: 'hub/sales/decide.ts',
    find: "if (current?.state === 'sold' && current.fingerprint === fingerprint) return null\n  const sale = current?.sale ?? fresh",
    replace: 'const sale = fresh',
  },
  {
    name: 'a void is taken off with the wrong sign',
    file: 'hub/sales/decide.ts',
    find: "movement(origin, line, line.quantity, { kind: 'sale-reversal'",
    replace: "movement(origin, line, -line.quantity, { kind: 'sale-reversal'",
  },
  {
    name: 'a corrected receipt leaves its former lines standing',
    file: 'hub/sales/decide.ts',
    find: 'movements: [...reversal(current, origin), ...sold],',
    replace: 'movements: sold,',
  },
  {
    name: 'a stock write whose answer is lost counts as done',
    file: 'hub/shopify/stock/send.ts',
    find: "    case 'unknown':\n      await postpone(work, write, result.problem)",
    replace: "    case 'unknown':\n      await transaction(db, tx => confirm(tx, write, request, {}, now))",
  },
  {
    name: 'a stock write is sent under a new key each time, without a compare',
    file: 'hub/shopify/stock/send.ts',
    find: 'const result = await client.write(adjustQuantities, request.variables, ',
    replace: `const key = randomId(world.random, 'tb')
  const input = JSON.parse(JSON.stringify(request.variables.input).replace(/"changeFromQuantity":-?\\d+/g, '"changeFromQuantity":null'))
  const result = await client.write(adjustQuantities, { key, input }, `,
  },
  {
    name: 'movements that a write carries stay due',
    file: 'hub/outbox/postings.ts',
    find: "for (const table of ['due_movement', 'due'] as const)\n    await tx",
    replace: "for (const table of [] as readonly ('due_movement' | 'due')[])\n    await tx",
  },
  {
    name: 'a hand-over moves no stock in the ledger',
    file: 'hub/pickups/allocation.ts',
    find: "        kind: 'hand-over',\n        revision: 0,\n        quantity: -units(line.quantity),",
    replace: "        kind: 'hand-over',\n        revision: 0,\n        quantity: 0 * units(line.quantity),",
  },
  {
    name: 'Shopify never hears that an order is ready',
    file: 'hub/pickups/apply-move.ts',
    find: "event.move === 'finish' ? 'ready' : ",
    replace: '',
  },
  {
    name: 'Shopify never hears that an order was collected',
    file: 'hub/pickups/apply-move.ts',
    find: "event.move === 'collect' ? 'collected' : null",
    replace: 'null',
  },
  {
    name: 'orders are found by webhooks alone',
    file: 'hub/shopify/orders/order-poll.ts',
    find: '  async function poll(): Promise<void> {\n',
    replace: '  async function poll(): Promise<void> {\n    if (seen.size === 0) return\n',
  },
  {
    name: 'a till acks commands that it has not kept',
    file: 'shared/stream/receiver.ts',
    find: 'const now = fresh.length === 0 ? held : await parts.log.commit(fresh)\n',
    replace:
      "const now = fresh.at(-1) ?? held\n        parts.ack(now, parts.credit)\n        if (parts.id.stream === 'events') await parts.log.commit(fresh)\n",
  },
  {
    name: 'a half-open line is never noticed by the till',
    file: 'agent/uplink/connection.ts',
    find: 'if (clock.monotonicMs() - this.#heardAt > limits.silenceMs)',
    replace: 'if (clock.monotonicMs() - this.#heardAt > 1e12)',
  },
  {
    name: 'the till never connects again',
    file: 'agent/uplink/uplink.ts',
    find: 'cancelRetry = world.timers.after(wait, connect)',
    replace: 'cancelRetry = world.timers.after(wait + 3_600_000, connect)',
  },
  {
    name: 'a journal whose disk failed is not opened again',
    file: 'agent/run.ts',
    find: "if (end === 'stopped') return\n",
    replace: "if (end === 'stopped') return\n    await stopped\n",
  },
  {
    name: 'what the till owes is lost when it begins a new epoch',
    file: 'agent/journal/outbox.ts',
    find: "const facts = moving.filter(row => row.kind !== 'epoch.opened')",
    replace: 'const facts = moving.slice(0, 0)',
  },
  {
    name: 'a cancelled order keeps its units promised',
    file: 'hub/pickups/allocation.ts',
    find: '  if (!lines.committed) return lines\n',
    replace: '  if (lines.committed) return { ...lines, committed: false }\n',
  },
  {
    name: 'a write that Shopify did not take is never sent again',
    file: 'hub/outbox/writes.ts',
    find: 'const change = { due_at: dueAt, problem }',
    replace: 'const change = { due_at: dueAt + 86_400_000, problem }',
  },
  {
    name: 'the staff of the other till do not hear of a move',
    file: 'hub/gateway/live-sessions.ts',
    find: 'if (store === null || device.store === store) session.commandsAppended()',
    replace: 'if (store === null) session.commandsAppended()',
  },
]
