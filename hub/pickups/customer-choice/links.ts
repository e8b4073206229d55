import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Random } from '../../../shared/world.ts'
import { type Db, type Tx, transaction } from '../../db/db.ts'
import { readSetting, writeSetting } from '../../db/setting.ts'

/**
 * The key that signs customers' links. It is in the database like the hub's own key, so that a restored hub and all hubs on one
 * PostgreSQL know the links; a backup is as secret as it.
 */
const SETTING = 'customer-page-key'
const KEY_BYTES = 32
const ID_BYTES = 16
/** Two base64url texts and a time in base 36. */
const TOKEN = /^([\w-]{22})\.([0-9a-z]{1,9})\.([\w-]{43})$/

/** What a link says, once its signature was found right. */
export interface SignedQuestion {
  readonly id: string
  /** Until when it may be answered; hub clock, ms. */
  readonly until: number
}

/** Makes the links under which customers choose, and checks them. */
export interface CustomerLinks {
  /** A new question and its link, which no one can guess or change. Null: customers don't reach this hub. */
  make(until: number): Promise<{ readonly id: string; readonly link: string } | null>
  /** What a link's last part says; null: this hub did not sign it. Whether it has expired, the caller looks. */
  read(token: string): Promise<SignedQuestion | null>
}

/** @param parts.address where customers reach the hub, without a slash at its end; null: they don't */
export function openCustomerLinks(parts: {
  readonly db: Db
  readonly random: Random
  readonly address: string | null
}): CustomerLinks {
  const { db, random, address } = parts
  let known: Promise<Buffer> | null = null
  const key = () => {
    known ??= transaction(db, tx => makeKey(tx, random))
    known.catch(() => {
      known = null // the caller is told; the next one asks again
    })
    return known
  }
  return {
    async make(until) {
      if (address === null) return null
      const id = Buffer.from(random.bytes(ID_BYTES)).toString('base64url')
      const text = `${id}.${until.toString(36)}`
      return { id, link: `${address}/choice/${text}.${signatureOf(await key(), text).toString('base64url')}` }
    },
    async read(token) {
      const [, id = '', until = '', signature = ''] = TOKEN.exec(token) ?? []
      if (id === '') return null
      const right = signatureOf(await key(), `${id}.${until}`)
      const given = Buffer.from(signature, 'base64url')
      // the last letter has bits to spare: only one spelling of them counts
      const isOne = given.toString('base64url') === signature && given.length === right.length
      return isOne && timingSafeEqual(given, right) ? { id, until: Number.parseInt(until, 36) } : null
    },
  }
}

const signatureOf = (key: Buffer, text: string) =>
  createHmac('sha256', key).update(`tillbridge customer choice 1\n${text}`).digest()

/** The first hub that asks draws it. */
async function makeKey(tx: Tx, random: Random): Promise<Buffer> {
  const known = await readSetting(tx, SETTING)
  if (known !== null) return Buffer.from(known, 'base64url')
  const drawn = Buffer.from(random.bytes(KEY_BYTES))
  await writeSetting(tx, SETTING, drawn.toString('base64url'))
  return drawn
}

/** A text as those read it who may only look: with a link one can choose in the customer's place. */
export const withoutLinks = (text: string): string => text.replaceAll(/https?:\/\/\S*\/choice\/\S+/g, '…')
