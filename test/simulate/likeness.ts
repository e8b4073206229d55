import type { Chance } from './chance.ts'
import type { ShopLikeness } from './shop-machine.ts'

/** What is not known of the real Shopify, as its switches say it. The first of each is what the pretend one does unless told otherwise. */
const unknown = {
  userErrors: ['all', 'first'],
  keyReplay: ['before-compare', 'after-compare'],
  keyAfterUserErrors: ['used', 'free'],
  keyScope: ['shop', 'mutation'],
  onHandUpdatedAt: ['own-change', 'any-change'],
  idempotencyKeys: ['kept', 'kept', 'kept', 'ignored'],
  removedUnits: ['leave-total', 'stay-in-total'],
  deliveryMethodFilter: ['any-group', 'first-group'],
  refundShortfall: ['settled', 'owed'],
} as const satisfies { readonly [K in keyof ShopLikeness]: readonly ShopLikeness[K][] }

/** A Shopify that is as the real one may be: each run draws one. */
export function likenessOf(chance: Chance): ShopLikeness {
  const drawn = Object.entries(unknown).map(([name, ways]) => [name, chance.pick<unknown>(ways)])
  return Object.fromEntries(drawn) as ShopLikeness // each value is one that its switch takes
}

/** What of it is not as usual, for the story. */
export function wordsOf(likeness: ShopLikeness): string {
  const [usual, now] = [Object.entries(unknown), new Map<string, unknown>(Object.entries(likeness))]
  const odd = usual.filter(([name, [first]]) => now.get(name) !== first)
  return odd.map(([name]) => `${name} ${String(now.get(name))}`).join(', ') || 'as usual'
}
