/** A small fault put into the product, which the simulator must notice. */
export interface Mutant {
  readonly name: string
  readonly file: string
  /** This text of the file, which occurs once … */
  readonly find: string
  /** … becomes this. */
  readonly replace: string
  /** Words of the scenario that must notice it, where what it takes comes about too seldom in seeds. */
  readonly scenario?: string
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
    find: `            write(() => {
              for (const event of absorb(source, reading.events)) told(event, append(event))
              memory.save(source, reading)
            }),`,
    replace: `            write(() => memory.save(source, reading)).then(() =>
              write(() => {
                for (const event of absorb(source, reading.events)) told(event, append(event))
              }),
            ),`,
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
    find: "if (current?.state === 'sold' && current.fingerprint === fingerprint) return null\n  const { number: sale, revision } = nextRevision(current?.sale, current, fresh)",
    replace: 'const { number: sale, revision } = fresh()',
  },
  {
    name: 'a void is taken off with the wrong sign',
    file: 'hub/sales/decide.ts',
    find: 'movement(origin, line, line.quantity, key, origin.moments?.change)',
    replace: 'movement(origin, line, -line.quantity, key, origin.moments?.change)',
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
    find: "    case 'unknown':\n      await postpone(work, write, result.problem, 'unanswered')",
    replace:
      "    case 'unknown':\n      await transaction(db, tx => confirm(tx, write, request, { proof: {}, levels: null }, now))",
  },
  {
    name: 'a stock write is sent under a new key each time, without a compare',
    file: 'hub/shopify/stock/send.ts',
    find: 'const result = await client.write(adjustQuantities, request.variables, ',
    replace: `const key = randomId(world.random, 'tb')
  const input = JSON.parse(JSON.stringify(request.variables.input).replace(/"changeFromQuantity":-?\\d+/g, '"changeFromQuantity":null'))
  const result = await client.write(adjustQuantities, { key, input }, `,
    scenario: 'carries out only after the hub has given up',
  },
  {
    name: 'movements that a write carries stay due',
    file: 'hub/outbox/postings.ts',
    find: "for (const table of ['due_movement', 'due'] as const)\n    await tx",
    replace: "for (const table of [] as readonly ('due_movement' | 'due')[])\n    await tx",
  },
  {
    name: 'a hand-over moves no stock in the ledger',
    file: 'hub/pickups/fulfillments.ts',
    find: "const left = kind === 'fulfillment' ? adopted - counted : counted",
    replace: "const left = 0 * (kind === 'fulfillment' ? adopted - counted : counted)",
  },
  {
    name: 'Shopify never hears that an order is ready',
    file: 'hub/pickups/finish.ts',
    find: "await planPickupWrite(tx, 'ready', packed, when)",
    replace: '',
  },
  {
    name: 'Shopify never hears that an order was collected',
    file: 'hub/pickups/apply-move.ts',
    find: "await planPickupWrite(tx, 'collected', moved, when, { handed, beyond, of })",
    replace: '',
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
    find: "if (end === 'stopped') return forgetStartWithSettings(own)\n",
    replace: "if (end === 'stopped') return forgetStartWithSettings(own)\n    await stopped\n",
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
  {
    name: 'the till takes everything for acked as soon as anything is',
    file: 'agent/journal/outbox.ts',
    find: '      const hash = hashAt(upTo)\n      const packed = packPosition(upTo)\n',
    replace:
      '      const newest = rows.newest()\n      const hash = newest?.hash ?? hashAt(upTo)\n      const packed = newest?.position ?? packPosition(upTo)\n',
  },
  {
    name: 'a void is not applied',
    file: 'hub/sales/decide.ts',
    find: "if (current?.state !== 'sold') return null\n  return {\n    decided: { held: { ...current, state: 'voided' }",
    replace:
      "if (current?.state !== 'voided') return null\n  return {\n    decided: { held: { ...current, state: 'voided' }",
  },
  {
    name: 'goods that are taken back are taken off once more',
    file: 'hub/sales/decide.ts',
    find: "movement(origin, line, -line.quantity, { kind: 'sale', cause: sale",
    replace: "movement(origin, line, -Math.abs(line.quantity), { kind: 'sale', cause: sale",
  },
  {
    name: 'a corrected receipt keeps its first number of revision',
    file: 'hub/sales/decide.ts',
    find: 'return { number, revision: current.revision + 1 }',
    replace: 'return { number, revision: current.revision }',
  },
  {
    name: 'a restored till begins an epoch that the hub knows already',
    file: 'agent/journal/outbox.ts',
    find: 'const epoch = Math.max(before.epoch, above) + 1',
    replace: 'const epoch = before.epoch + 1',
  },
  {
    name: 'a restored till goes on in its old epoch',
    file: 'shared/stream/resume.ts',
    find: "    return { kind: 'renew', reason: 'receiver-ahead' }\n  }\n  const here",
    replace: "    return { kind: 'send', after: { epoch: last.epoch, seq: last.seq } }\n  }\n  const here",
  },
  {
    name: 'a step of a pickup is shown at the till and never sent',
    file: 'agent/pickups/pickup-store.ts',
    find: 'const mark = append(event)\n            rows.addMove(event, mark, step(event))',
    replace:
      "const mark = append({ ...event, pickup: 'gid://shopify/FulfillmentOrder/1' as never })\n            rows.addMove(event, mark, step(event))",
  },
  {
    name: 'a till keeps the first state of a pickup',
    file: 'agent/pickups/pickup-store.ts',
    find: 'WHERE excluded.version >= pickup.version',
    replace: 'WHERE excluded.version < pickup.version',
  },
  {
    name: 'taxes are counted twice',
    file: 'hub/sales/sale-rows.ts',
    find: 'tax: sum(content.taxes.map(({ amount }) => amount)),',
    replace: 'tax: 2 * sum(content.taxes.map(({ amount }) => amount)),',
  },
  {
    name: 'a throttled write is given up',
    file: 'hub/shopify/api/response.ts',
    find: "if (codes.includes('THROTTLED')) return { kind: 'not-sent', problem: 'Shopify throttles.', retryAfterMs: 0 }",
    replace: "if (codes.includes('THROTTLED')) return { kind: 'answered', data: {}, denials: [] }",
  },
  {
    name: 'an answer of 5xx counts as an empty one',
    file: 'hub/shopify/api/response.ts',
    find: "if (parsed === null || !parsed.success)\n    return {\n      outcome: { kind: 'unknown',",
    replace:
      "if (parsed === null || !parsed.success)\n    return {\n      outcome: { kind: 'answered', data: {}, denials: [],",
  },
  {
    name: 'stock that waits is sent with the wrong sign',
    file: 'hub/outbox/postings.ts',
    find: 'quantity: Number(row.quantity),\n    movements: Number(row.movements),\n    since',
    replace: 'quantity: -Number(row.quantity),\n    movements: Number(row.movements),\n    since',
  },
  {
    name: 'a half-open line is never noticed by the hub',
    file: 'hub/gateway/session.ts',
    find: 'if (silentMs() > limits.silenceMs) return',
    replace: 'if (silentMs() > 1e12) return',
  },
  {
    name: 'a till sees that an order was cancelled only when it asks again',
    file: 'hub/pickups/apply-move.ts',
    find: "  await refuseMove(tx, at, event, pickup)\n  return ['commands']",
    replace: '  await refuseMove(tx, at, event, pickup)\n  return []',
  },
  {
    name: 'a hand-over that Shopify still has is taken back',
    file: 'hub/pickups/fulfillments.ts',
    find: "} else if (row.state === 'booked' && isOff(told)) {",
    replace: "} else if (row.state === 'booked') {",
  },
  {
    name: 'the order poll begins where it ended, without an overlap',
    file: 'hub/shopify/orders/order-poll.ts',
    find: 'const since = new Date(watermark - overlapMs).toISOString()',
    replace: 'const since = new Date(watermark + 60_000).toISOString()',
  },
  {
    name: 'a write is planned and its movements are forgotten',
    file: 'hub/outbox/writes.ts',
    find: "    .set({ subject: plan.subject, request_json: JSON.stringify(plan.request) })\n    .where('id', '=', id)\n    .where('state', '=', 'planned')",
    replace:
      "    .set({ subject: plan.subject, request_json: JSON.stringify(plan.request), settled_at: 1 })\n    .where('id', '=', id)\n    .where('state', '=', 'planned')",
  },
  {
    name: 'the hub says that all is acked while nothing is kept',
    file: 'hub/gateway/event-intake.ts',
    find: 'return await log.commit(part)',
    replace: 'return part.at(-1) ?? (await log.commit(part))',
  },
  {
    name: 'a first send that failed leaves no trace of the attempt after it',
    file: 'hub/outbox/writes.ts',
    find: '    attempts: e.attempts + 1,\n    first_sent_at: e.first_sent_at ?? now,',
    replace: '    attempts: e.attempts + 1,\n    first_sent_at: null,',
  },
  {
    name: 'a receipt that the hub does not hold yet is taken for a correction',
    file: 'hub/sales/decide.ts',
    find: "if (current?.state !== 'sold') return []\n  const { sale, revision } = current",
    replace: "if (current?.state !== 'voided') return []\n  const { sale, revision } = current",
  },
  {
    name: 'a reminder that was undone stays at the tills',
    file: 'hub/pickups/reminders.ts',
    find: 'const numbers = new Set(noted.map(({ number }) => number))',
    replace: 'const numbers = new Set(noted.flatMap(one => (one.undone_at === null ? [one.number] : [])))',
  },
  {
    name: 'a stock change that Shopify does not take is named nowhere',
    file: 'hub/checks/stock-write-stuck.ts',
    find: 'if (!isDue(found.since + STUCK_MS, now, STUCK_MS)) return',
    replace: 'if (isDue(found.since, now, STUCK_MS)) return',
    scenario: 'is named, and made once when Shopify works again',
  },
]
