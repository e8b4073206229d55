import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AgentEvent } from '../../shared/events.ts'
import { items } from '../sandbox/catalogue.ts'
import { openPos } from '../sandbox/pos/pos.ts'
import type { TestMemory } from './memory.ts'
import { booksOf, replay } from './replay.ts'
import { harbour, Till, tempFolder } from './till.ts'

/** A POS with more receipts than the tail scan reads again, so that "far back" is far back. */
const folder = tempFolder()
const history = join(folder.path, 'history.db')
beforeAll(() => {
  let ids = 0
  const pos = openPos(history, harbour, { newId: () => `${((++ids * 40_503) % 65_536).toString(16)}-${ids}` })
  pos.db.transaction(() => {
    for (let n = 0; n < 130; n += 1)
      pos.sell({
        at: `2026-11-20 ${10 + Math.floor(n / 60)}:${10 + (n % 50)}:00`,
        lines: [{ sku: 'TOTE-NAT', units: 1 }],
      })
  })()
  pos.close()
})
afterAll(() => folder[Symbol.dispose]())

const sku = fc.constantFrom(...items.map(item => item.sku))
const lines = fc.array(fc.record({ sku, units: fc.constantFrom(1, 2, 3, 0.5, -1) }), {
  minLength: 1,
  maxLength: 4,
})
const which = fc.nat(1_000)
const old = fc.integer({ min: 10, max: 28 }).map(day => `2026-10-${day} 12:00:00`)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('sell' as const), lines }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sell late' as const), lines, at: old }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('edit' as const), which, lines }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move back' as const), which, lines, at: old }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('damage' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('mend' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('cash' as const), minor: fc.integer({ min: -99, max: 99 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('diary' as const), sku, units: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete diary' as const), which }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('poll' as const), ms: fc.constantFrom(0, 250, 2_000) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('back up' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const RECEIPT_TABLES = [
  ['payments', 'receipt'],
  ['taxlines', 'receipt'],
  ['ticketlines', 'ticket'],
  ['tickets', 'id'],
  ['receipts', 'id'],
] as const

/** A shop, its reader, and a hub that keeps every event it was ever told. */
class Shop implements Disposable {
  readonly till = new Till({}, history)
  readonly told: AgentEvent[] = []
  #counted = 0
  #backup: TestMemory | null = null

  async poll(read: () => Promise<void> = () => this.till.poll()): Promise<void> {
    await read()
    this.told.push(...this.till.memory.events.slice(this.#counted))
    this.#counted = this.till.memory.events.length
  }

  restart(memory: TestMemory): void {
    this.till.restart(memory)
    this.#counted = memory.events.length
  }

  mend(): void {
    this.till.sql(`UPDATE ticketlines SET units = CAST(substr(units, 2) AS REAL) WHERE units LIKE 'x%'`)
  }

  async take(step: Step): Promise<void> {
    const { till } = this
    const { pos } = till
    const one = (sql: string, nth: number) => {
      const ids = pos.db.prepare(sql).pluck().all() as string[]
      return ids[nth % Math.max(1, ids.length)]
    }
    const ticket = (nth: number) => one('SELECT id FROM tickets ORDER BY id', nth)
    if (step.do === 'sell' || step.do === 'sell late') pos.sell(step)
    else if (step.do === 'edit' || step.do === 'move back') {
      const id = ticket(step.which)
      this.mend()
      if (id !== undefined) pos.editReceipt(id, step)
    } else if (step.do === 'delete') {
      const id = ticket(step.which)
      pos.db.pragma('foreign_keys = OFF') // whatever its state, and whatever deletes it
      for (const [table, key] of RECEIPT_TABLES) till.sql(`DELETE FROM ${table} WHERE ${key} = ?`, id)
      pos.db.pragma('foreign_keys = ON')
    } else if (step.do === 'damage')
      till.sql(
        `UPDATE ticketlines SET units = 'x' || units WHERE ticket = ? AND units NOT LIKE 'x%'`,
        ticket(step.which),
      )
    else if (step.do === 'mend') this.mend()
    else if (step.do === 'cash') pos.cashMovement({ minor: step.minor, note: 'change' })
    else if (step.do === 'diary') pos.stockDiary({ sku: step.sku, reason: 1, units: step.units })
    else if (step.do === 'delete diary')
      till.sql(
        'DELETE FROM stockdiary WHERE id = ?',
        one('SELECT id FROM stockdiary ORDER BY id', step.which),
      )
    else if (step.do === 'poll') {
      till.clock.pass(step.ms)
      await this.poll()
    } else if (step.do === 'restart') this.restart(till.memory)
    else if (step.do === 'back up') this.#backup = till.memory.copy()
    else if (this.#backup !== null) {
      // What is both sold and deleted between backup and restore cannot be known: see docs/sources-sql.md.
      await this.poll(() => till.round())
      this.restart(this.#backup.copy())
      await this.poll(() => till.round())
    }
  }

  [Symbol.dispose](): void {
    this.till[Symbol.dispose]()
  }
}

test('whatever happens to the POS and to the reader, what was reported adds up to what the POS holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), async steps => {
      using shop = new Shop()
      await shop.poll()
      for (const each of steps) await shop.take(each)
      shop.mend()
      await shop.poll(() => shop.till.round())
      await shop.poll(() => shop.till.round())
      const told = replay(shop.told)
      const held = booksOf(shop.till.pos)
      expect(new Map([...told.receipts].sort())).toEqual(new Map([...held.receipts].sort()))
      expect(new Map([...told.diary].sort())).toEqual(new Map([...held.diary].sort()))
      expect([...shop.till.memory.rows.values()].filter(row => row.state === 'refused')).toEqual([])
    }),
    { numRuns: Number(process.env['SOURCE_RUNS'] ?? 20) },
  )
})
