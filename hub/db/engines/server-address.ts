import type { ClientConfig } from 'pg'
import { defineError } from '../../../shared/errors.ts'
import type { Files } from '../../../shared/world.ts'

/** A PostgreSQL database. The password is read when a connection is made; without it, PGPASSWORD or PGPASSFILE decide. */
export interface DatabaseServer {
  readonly url: string
  readonly password: (() => string) | null
}

export const databaseUrlInvalid = defineError(
  'DATABASE_URL_INVALID',
  (f: { why: string }) =>
    `The database's address cannot be used: ${f.why}. Write it as postgres://user@host:5432/database.`,
)

const TLS_MODES = ['disable', 'require', 'verify-full'] as const

/** Whether a database is named by the address of a server and not by a file. */
export function isServerUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text)
}

/**
 * What `pg` needs to connect, and how the place is called in messages: without user and password.
 * @throws DATABASE_URL_INVALID, also for a password in the address, which lists of processes and logs would show
 */
export function pgSettings(files: Files, server: DatabaseServer): { client: ClientConfig; where: string } {
  const url = parsed(server.url)
  if (url.password !== '')
    throw databaseUrlInvalid({
      why: 'it holds a password, which others could read. Leave it out, and give it in PGPASSWORD, in PGPASSFILE or in the file that hub.json names as passwordFile',
    })
  const database = decodeURIComponent(url.pathname.slice(1))
  const host = decodeURIComponent(url.hostname)
  const unknown = [...url.searchParams.keys()].find(key => key !== 'sslmode' && key !== 'sslrootcert')
  if (unknown !== undefined) throw databaseUrlInvalid({ why: `it has a setting "${unknown}"` })
  const ssl = tlsOf(files, url)
  return {
    where: `${host === '' ? 'this machine' : url.host}/${database}`,
    client: {
      ...(host === '' ? {} : { host }),
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      ...(url.username === '' ? {} : { user: decodeURIComponent(url.username) }),
      ...(database === '' ? {} : { database }),
      ...(server.password === null ? {} : { password: server.password }),
      ...(ssl === undefined ? {} : { ssl }),
    },
  }
}

function parsed(text: string): URL {
  if (!isServerUrl(text) || !URL.canParse(text))
    throw databaseUrlInvalid({ why: 'it is not a postgres:// address' })
  return new URL(text)
}

/** Undefined: as PGSSLMODE says. */
function tlsOf(files: Files, url: URL): ClientConfig['ssl'] {
  const mode = url.searchParams.get('sslmode')
  if (mode === null) return undefined
  const known = TLS_MODES.find(one => one === mode)
  if (known === undefined)
    throw databaseUrlInvalid({ why: `sslmode is "${mode}", and must be one of ${TLS_MODES.join(', ')}` })
  if (known === 'disable') return false
  if (known === 'require') return { rejectUnauthorized: false }
  const path = url.searchParams.get('sslrootcert')
  if (path === null) return true
  const ca = files.readText(path)
  if (ca === null) throw databaseUrlInvalid({ why: `there is no file ${path}, which sslrootcert names` })
  return { ca }
}
