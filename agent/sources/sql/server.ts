import { z } from 'zod'
import type { SourceParts } from '../source.ts'
import { posPasswordMissing } from './server-problems.ts'

/** How to reach a database server. The settings never hold the password, only where to find it. */
export const serverSettings = {
  host: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535).optional(),
  database: z.string().min(1).max(128),
  user: z.string().min(1).max(128),
  /** A file that holds only the password; a final line end is ignored. */
  passwordFile: z.string().min(1).optional(),
  /** The name of an environment variable that holds it. */
  passwordVariable: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .optional(),
  /** true: this machine must trust the server's certificate; `ca`: the file that holds the certificate which signed it. */
  tls: z.union([z.boolean(), z.strictObject({ ca: z.string().min(1) })]).default(false),
}
const ServerSettings = z.strictObject(serverSettings)
export type ServerSettings = z.infer<typeof ServerSettings>

/** A server with all that a client needs to connect. Never log it: it holds the password. */
export interface Server {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
  /** Null: no TLS. `ca` null: the certificates this machine trusts. */
  readonly tls: { readonly ca: string | null } | null
  /** `host:port`, for people. */
  readonly where: string
}

/** Limits of every exchange with a server, in milliseconds. */
export const serverTimes = {
  connect: 5_000,
  /** After this the server cancels a statement. */
  statement: 5_000,
  /** After this the client stops waiting: the server or the network is gone. */
  answer: 8_000,
} as const

/** How long a statement may wait for a lock, in milliseconds: reading hardly at all, writing a little. */
export const lockWaits = { reading: 200, writing: 2_000 } as const

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

/** Socket error codes that mean that no server answers. */
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
 * Options of the MySQL client, for reading and for writing. The certificate must be trusted and name this host. Dates
 * arrive as text, and an integer as text only where a number would not hold it.
 */
export function mysqlConnection(server: Server) {
  const rules = certificateRules(server)
  return {
    ...loginOf(server),
    ...(rules === null ? {} : { ssl: { ...rules, verifyIdentity: true } }),
    charset: 'utf8mb4',
    connectTimeout: serverTimes.connect,
    enableKeepAlive: true,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: false,
    connectAttributes: { program_name: 'tillbridge' },
  }
}

/** Options of the PostgreSQL client, for reading and for writing. With a certificate, the client checks the host's name too. */
export function postgresConnection(server: Server) {
  return {
    ...loginOf(server),
    ssl: certificateRules(server) ?? false,
    application_name: 'tillbridge',
    connectionTimeoutMillis: serverTimes.connect,
    query_timeout: serverTimes.answer,
    keepAlive: true,
  }
}

function loginOf({ host, port, database, user, password }: Server) {
  return { host, port, database, user, password }
}

/** Null: no TLS. */
function certificateRules({ tls }: Server) {
  return tls === null ? null : { rejectUnauthorized: true, ...(tls.ca === null ? {} : { ca: tls.ca }) }
}
