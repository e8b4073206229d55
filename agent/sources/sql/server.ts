import { z } from 'zod'
import type { SourceParts } from '../source.ts'
import { posPasswordMissing } from './server-problems.ts'

/** How to reach a database server. The password is never among the settings: they name where it is. */
export const serverSettings = {
  host: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535).optional(),
  database: z.string().min(1).max(128),
  user: z.string().min(1).max(128),
  /** A file that holds the password and nothing else; its last line end is left out. */
  passwordFile: z.string().min(1).optional(),
  /** The name of an environment variable that holds it. */
  passwordVariable: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .optional(),
  /** true: the server's certificate must be one that this machine trusts; `ca`: one that this file signed. */
  tls: z.union([z.boolean(), z.strictObject({ ca: z.string().min(1) })]).default(false),
}
const ServerSettings = z.strictObject(serverSettings)
export type ServerSettings = z.infer<typeof ServerSettings>

/** A server with everything that a client needs. Never logged: it holds the password. */
export interface Server {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
  /** Null: in the clear. `ca` null: what this machine trusts. */
  readonly tls: { readonly ca: string | null } | null
  /** `host:port`, for people. */
  readonly where: string
}

/** Times that bound every talk with a server, in milliseconds. */
export const serverTimes = {
  connect: 5_000,
  /** The server gives a query up. */
  statement: 5_000,
  /** This side gives it up: the server or the network is gone. */
  answer: 8_000,
  /** Shortest wait for somebody's lock that the product knows. */
  lock: 200,
}

/** Reads password and certificate. @throws POS_PASSWORD_MISSING, POS_TLS_FAILED */
export function serverOf(
  settings: ServerSettings,
  defaultPort: number,
  { readText }: Pick<SourceParts, 'readText'>,
): Server {
  const { host, port = defaultPort, database, user, tls } = settings
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const ca = typeof tls === 'object' ? demandText(tls.ca, readText) : null
  const password = passwordOf(settings, readText)
  return { host, port, database, user, password, tls: tls === false ? null : { ca }, where }
}

function passwordOf(
  { passwordFile, passwordVariable }: ServerSettings,
  readText: SourceParts['readText'],
): string {
  if (passwordFile !== undefined) return demandText(passwordFile, readText).replace(/\r?\n$/, '')
  if (passwordVariable === undefined) return ''
  const value = process.env[passwordVariable]
  if (value === undefined)
    throw posPasswordMissing({ from: `the variable ${passwordVariable}`, reason: 'it is not set' })
  return value
}

function demandText(file: string, readText: SourceParts['readText']): string {
  let text: string | null
  try {
    text = readText(file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw posPasswordMissing({ from: file, reason }, error)
  }
  if (text === null) throw posPasswordMissing({ from: file, reason: 'there is no such file' })
  return text
}

/** What an error of a socket or of TLS says by its code. */
export const unreachable: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EHOSTDOWN',
  'ENOENT',
])
export function isTlsProblem(code: string, message: string): boolean {
  return (
    /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_|HANDSHAKE_)/.test(code) ||
    /does not support (SSL|secure)|self[- ]signed|certificate/i.test(message)
  )
}

/**
 * What the MySQL client is told of a server, to read from it and to write to it. The certificate must be trusted and
 * name this host.
 */
export function mysqlAccess(server: Server) {
  const rules = certificateRules(server)
  return { ...loginOf(server), ...(rules === null ? {} : { ssl: { ...rules, verifyIdentity: true } }) }
}

/** What the PostgreSQL client is told of a server; with a certificate it checks the host's name by itself. */
export function postgresAccess(server: Server) {
  return { ...loginOf(server), ssl: certificateRules(server) ?? false, application_name: 'tillbridge' }
}

function loginOf({ host, port, database, user, password }: Server) {
  return { host, port, database, user, password }
}

/** Null: in the clear. */
function certificateRules({ tls }: Server) {
  return tls === null ? null : { rejectUnauthorized: true, ...(tls.ca === null ? {} : { ca: tls.ca }) }
}
