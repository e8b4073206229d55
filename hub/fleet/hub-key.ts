import { z } from 'zod'
import { type HubProof, signedHubKey } from '../../shared/protocol.ts'
import { newSigningKey, signingKey } from '../../shared/signing.ts'
import { randomId, type World } from '../../shared/world.ts'
import { type Db, type Reads, type Tx, transaction } from '../db/db.ts'
import { readSetting, writeSetting } from '../db/setting.ts'

/** The hub's own name, drawn at the hub's first start; devices enrol with it and refuse another. */
export async function readHubId(tx: Tx, random: World['random']): Promise<string> {
  const known = await readSetting(tx, 'hub')
  if (known !== null) return known
  const drawn = randomId(random, 'hub', 16)
  await writeSetting(tx, 'hub', drawn)
  return drawn
}

/**
 * The key by which tills know this hub. It is in the database, so that a restored hub and all hubs on one PostgreSQL
 * have it; a backup of the database is therefore as secret as the key.
 */
const StoredKey = z.strictObject({
  /** PKCS #8 DER, base64url. */
  privateKey: z.string(),
  passed: z.array(z.strictObject({ from: z.string(), to: z.string(), signature: z.string() })),
})
type StoredKey = z.infer<typeof StoredKey>

const SETTING = 'hub-key'
const MOST_PASSED = 20
/** How long a running hub may not notice that its key was changed. */
const FRESH_MS = 30_000

async function storedKey(db: Reads): Promise<StoredKey | null> {
  const text = await readSetting(db, SETTING)
  return text === null ? null : StoredKey.parse(JSON.parse(text))
}

/** The key in the database; the first hub that asks draws it. */
async function makeKey(tx: Tx, random: World['random']): Promise<StoredKey> {
  const known = await storedKey(tx)
  if (known !== null) return known
  const drawn = { privateKey: newSigningKey(random).privateKey, passed: [] }
  await writeSetting(tx, SETTING, JSON.stringify(drawn))
  return drawn
}

/** @returns the hub's public key, drawn if the hub has no key yet */
export async function readHubKey(tx: Tx, random: World['random']): Promise<string> {
  return signingKey((await makeKey(tx, random)).privateKey).publicKey
}

/**
 * Gives the hub a new key.
 * @param isLeaked the old key is known to others, so it passes nothing on: every till has to be re-enrolled
 */
export async function rotateHubKey(
  tx: Tx,
  random: World['random'],
  { hub, isLeaked }: { hub: string; isLeaked: boolean },
): Promise<string> {
  const { privateKey, passed } = await makeKey(tx, random)
  const old = signingKey(privateKey)
  const next = newSigningKey(random)
  const signature = old.sign(signedHubKey(hub, next.publicKey))
  const kept = isLeaked ? [] : [...passed, { from: old.publicKey, to: next.publicKey, signature }]
  const stored: StoredKey = { privateKey: next.privateKey, passed: kept.slice(-MOST_PASSED) }
  await writeSetting(tx, SETTING, JSON.stringify(stored))
  return next.publicKey
}

/** What a running hub signs with. */
export interface HubKey {
  publicKey(): Promise<string>
  /** Proves that this hub said `text`. */
  prove(text: string): Promise<HubProof>
}

/** The hub's key, read again from time to time: another process may have changed it. */
export function openHubKey({ db, world }: { db: Db; world: Pick<World, 'random' | 'clock'> }): HubKey {
  const read = async () => (await storedKey(db)) ?? (await transaction(db, tx => makeKey(tx, world.random)))
  let known: { readonly at: number; readonly stored: Promise<StoredKey> } | null = null
  async function current(): Promise<{ sign(text: string): string } & Omit<HubProof, 'signature'>> {
    const now = world.clock.monotonicMs()
    if (known === null || now - known.at > FRESH_MS) {
      const stored = read()
      known = { at: now, stored }
      stored.catch(() => {
        known = null // the caller is told; the next one asks again
      })
    }
    const { privateKey, passed } = await known.stored
    const { publicKey, sign } = signingKey(privateKey)
    return { key: publicKey, passed, sign }
  }
  return {
    publicKey: async () => (await current()).key,
    async prove(text) {
      const { sign, key, passed } = await current()
      return { key, passed, signature: sign(text) }
    },
  }
}
