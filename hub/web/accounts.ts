import { hash } from 'node:crypto'
import { defineError } from '../../shared/errors.ts'
import { hashSecret, NO_SECRET, secretFits } from '../../shared/secret-hash.ts'
import type { Random } from '../../shared/world.ts'
import { type Db, type ReadDb, type Tx, transaction } from '../db/db.ts'

export const passwordTooShort = defineError(
  'PASSWORD_TOO_SHORT',
  () => 'A password needs at least 12 characters.',
)
export const loginWrong = defineError('LOGIN_WRONG', () => 'Name or password is wrong.')
export const loginThrottled = defineError(
  'LOGIN_THROTTLED',
  () => 'Too many wrong passwords. Wait a few minutes, then try again.',
)

export const loginBusy = defineError(
  'LOGIN_BUSY',
  () => 'Many people are logging in at the moment. Try again in a few seconds.',
)

const SESSION_MS = 12 * 3_600_000

/** A password as it is kept. @throws PASSWORD_TOO_SHORT */
export async function hashPassword(random: Random, password: string): Promise<string> {
  if (password.length < 12) throw passwordTooShort({})
  return hashSecret(random, password)
}

export interface Account {
  readonly name: string
  readonly role: string
}

export async function putAccount(
  tx: Tx,
  name: string,
  password_hash: string,
  now: number,
): Promise<'added' | 'changed'> {
  const former = await tx.selectFrom('account').select('name').where('name', '=', name).executeTakeFirst()
  await tx
    .insertInto('account')
    .values({ name, password_hash, role: 'owner', created_at: now })
    .onConflict(c => c.column('name').doUpdateSet({ password_hash }))
    .execute()
  await tx.deleteFrom('session').where('account', '=', name).execute()
  return former === undefined ? 'added' : 'changed'
}

/** An account's password as it is kept; null: there is no such account. */
export async function passwordHashOf(db: ReadDb, name: string): Promise<string | null> {
  const found = await db
    .selectFrom('account')
    .select('password_hash')
    .where('name', '=', name)
    .executeTakeFirst()
  return found?.password_hash ?? null
}

/** Under what a session is kept: the token itself is never. */
export const tokenHash = (token: string) => hash('sha256', token, 'base64url')

/** Opens a session and gives its token, of which only the hash is kept. @throws LOGIN_WRONG */
export async function openSession(
  db: Db,
  random: Random,
  name: string,
  password: string,
  now: number,
): Promise<{ token: string; account: Account }> {
  const account = await db.selectFrom('account').selectAll().where('name', '=', name).executeTakeFirst()
  const fits = await secretFits(password, account?.password_hash ?? NO_SECRET)
  if (account === undefined || !fits) throw loginWrong({})
  const token = Buffer.from(random.bytes(32)).toString('base64url')
  await transaction(db, async tx => {
    await tx
      .deleteFrom('session')
      .where(e => e.or([e('expires_at', '<', now), e('expires_at', '>', now + SESSION_MS)]))
      .execute()
    await tx
      .insertInto('session')
      .values({ token_hash: tokenHash(token), account: name, created_at: now, expires_at: now + SESSION_MS })
      .execute()
  })
  return { token, account: { name, role: account.role } }
}

export async function sessionOf(db: ReadDb, token: string, now: number): Promise<Account | null> {
  const found = await db
    .selectFrom('session')
    .innerJoin('account', 'account.name', 'session.account')
    .select(['account.name', 'account.role'])
    .where('token_hash', '=', tokenHash(token))
    .where('expires_at', '>', now)
    .where('expires_at', '<=', now + SESSION_MS) // else it was opened while the clock was ahead
    .executeTakeFirst()
  return found ?? null
}

/** Which of these sessions last still, by the hash of their token. */
export async function openSessions(
  db: ReadDb,
  hashes: readonly string[],
  now: number,
): Promise<ReadonlySet<string>> {
  const found = await db
    .selectFrom('session')
    .innerJoin('account', 'account.name', 'session.account')
    .select('token_hash')
    .where('token_hash', 'in', hashes)
    .where('expires_at', '>', now)
    .where('expires_at', '<=', now + SESSION_MS)
    .execute()
  return new Set(found.map(({ token_hash }) => token_hash))
}

/**
 * The database was put back: a session that was ended since is open in it, and a password that was changed since is the former
 * one. Everyone signs in again. @returns how many sessions there were
 */
export async function endAllSessions(tx: Tx): Promise<number> {
  const { count } = await tx
    .selectFrom('session')
    .select(e => e.fn.countAll<number | string>().as('count'))
    .executeTakeFirstOrThrow()
  await tx.deleteFrom('session').execute()
  return Number(count)
}

export async function endSession(db: Db, token: string): Promise<void> {
  await transaction(db, tx => tx.deleteFrom('session').where('token_hash', '=', tokenHash(token)).execute())
}
