import { join } from 'node:path'
import { z } from 'zod'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import type { Failure } from './failure.ts'
import { judge } from './invariants.ts'
import { SHOP_DOMAIN, SHOP_TOKEN } from './shop-machine.ts'
import type { Order } from './truth.ts'
import { openWorld, type World, type WorldOptions } from './world.ts'

const MINUTE_MS = 60_000

/** A company that a scenario acts out in, and what its author may do there. */
export interface Scene extends World {
  minutes(count: number): Promise<void>
  /** Judges now. Gives the first broken promise of these names, in words; null when all are kept. */
  broken(...invariants: string[]): Promise<string | null>
  /** What Shopify shows on hand. */
  online(store: string, sku: string): number
  /** Another app or a person in Shopify: any request to its Admin API. */
  admin(document: string, variables?: object): Promise<unknown>
  /** Waits for a promise while time passes. */
  settle<T>(promise: Promise<T>): Promise<T>
  /** A customer's order that is paid. */
  order(store: string, sku: string, units: number): Promise<Order>
  /** Staff at a till press these buttons for an order, one after the other. */
  press(store: string, till: number, order: Order, ...moves: string[]): Promise<void>
  /** Open exceptions, as `kind: sentence`. */
  exceptions(): Promise<readonly string[]>
}

/** Runs a scenario in a small company without any other faults. */
export async function scene(
  play: (world: Scene) => Promise<string | null>,
  options: Partial<WorldOptions> = {},
): Promise<string | null> {
  await using world = await openWorld({
    seed: 'scene',
    stores: 1,
    tills: 1,
    epoch: Date.UTC(2026, 10, 25, 8),
    unitsOf: () => 60,
    ...options,
  })
  return await play(sceneOf(world)) // before the world is disposed
}

const Gone = z.object({ data: z.unknown() })

function sceneOf(world: World): Scene {
  const { time } = world.universe
  const settle = <T>(promise: Promise<T>) => time.settle('a step of the scenario', promise)
  return Object.assign(world, {
    settle,
    minutes: (count: number) => world.pass(count * MINUTE_MS),
    async broken(...invariants: string[]) {
      const failures = await settle(judge(world))
      const first = failures.find(({ invariant }) => invariants.includes(invariant))
      return first === undefined ? null : wordsOf(first)
    },
    online(store: string, sku: string) {
      const levels = z
        .record(z.string(), z.record(z.string(), z.object({ on_hand: z.number() })))
        .parse(world.shop.shop().state().levels)
      return levels[sku]?.[store]?.on_hand ?? 0
    },
    async admin(query: string, variables: object = {}) {
      const answer = await settle(
        world.shop.shop().fetch(`https://${SHOP_DOMAIN}/admin/api/2026-10/graphql.json`, {
          method: 'POST',
          headers: { 'X-Shopify-Access-Token': SHOP_TOKEN, 'content-type': 'application/json' },
          body: JSON.stringify({ query, variables }),
        }),
      )
      return Gone.parse(await answer.json()).data
    },
    async order(store: string, sku: string, units: number) {
      const placed = world.shop
        .shop()
        .createOrder({ location: store, lines: [{ sku, quantity: units }], customer: { name: 'Ana Ruiz' } })
      const order: Order = {
        name: placed.name,
        store,
        lines: [{ sku, units }],
        ordered: units,
        state: 'waiting',
        handOvers: 0,
        paidBackMinor: 0,
      }
      world.truth.orders.set(order.name, order)
      await world.pass(MINUTE_MS)
      return order
    },
    async press(store: string, till: number, order: Order, ...moves: string[]) {
      for (const move of moves) {
        await settle(world.counter(store, till).staff.press(order.name, move))
        await world.pass(20_000)
      }
    },
    exceptions: () =>
      settle(
        world.hub.look(async db =>
          (await listExceptions(db)).map(({ kind, sentence }) => `${kind}: ${sentence}`),
        ),
      ),
  })
}

const wordsOf = ({ invariant, subject, detail }: Failure) => `${invariant}, ${subject}: ${detail}`

/** The hub's database, and an agent's journal. */
export const fileOf = (machine: { readonly folder: string }, name: 'hub.db' | 'journal.db') =>
  join(machine.folder, name)
