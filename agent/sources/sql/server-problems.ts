import { defineError } from '../../../shared/errors.ts'

/** Why a database server can't be read. No message holds a password; `where` is host and port. */
export const posServerUnreachable = defineError(
  'POS_SERVER_UNREACHABLE',
  (f: { where: string; reason: string }) =>
    `No database server answers at ${f.where} (${f.reason}). Start it, or correct "host" and "port" in this source's settings; reading then resumes automatically.`,
)
export const posServerLost = defineError(
  'POS_SERVER_LOST',
  (f: { where: string; reason: string }) =>
    `The connection to the database server at ${f.where} broke (${f.reason}). It is reopened automatically; if this persists, check the server and the network.`,
)
export const posServerFull = defineError(
  'POS_SERVER_FULL',
  (f: { where: string }) =>
    `The database server at ${f.where} accepts no more connections. Raise its connection limit, or this user's; reading then resumes automatically.`,
)
export const posServerTooOld = defineError(
  'POS_SERVER_TOO_OLD',
  (f: { product: string; found: string; needed: string }) =>
    `The database server is ${f.product} ${f.found}, which can't be read safely beside the POS. Update it to ${f.needed} or later.`,
)
export const posLoginRefused = defineError(
  'POS_LOGIN_REFUSED',
  (f: { where: string; user: string }) =>
    `The database server at ${f.where} refuses the user "${f.user}": wrong name or password. Correct "user", or the password in its file or variable; reading then resumes automatically.`,
)
export const posHostRefused = defineError(
  'POS_HOST_REFUSED',
  (f: { where: string; user: string }) =>
    `The database server at ${f.where} does not let "${f.user}" connect from this machine. Allow it there (PostgreSQL: pg_hba.conf; MySQL: the user's host, FLUSH HOSTS); reading then resumes automatically.`,
)
export const posDatabaseMissing = defineError(
  'POS_DATABASE_MISSING',
  (f: { where: string; database: string }) =>
    `The database server at ${f.where} has no database "${f.database}". Correct "database" in this source's settings.`,
)
export const posRightsMissing = defineError(
  'POS_RIGHTS_MISSING',
  (f: { user: string; what: string }) =>
    `The database user "${f.user}" may not read ${f.what}. Grant SELECT on it; docs/sources-sql.md has the statements. Reading then resumes automatically.`,
)
export const posTlsFailed = defineError(
  'POS_TLS_FAILED',
  (f: { where: string; reason: string }) =>
    `No protected connection to the database server at ${f.where} (${f.reason}). Set "tls" as the server needs it: false, true, or { "ca": file } with the certificate that signed the server's.`,
)
export const posPasswordMissing = defineError(
  'POS_PASSWORD_MISSING',
  (f: { from: string; reason: string }) =>
    `The password of the POS database can't be read from ${f.from} (${f.reason}). Put it there, readable for the agent's user; reading then resumes automatically.`,
)
export const posQueryFailed = defineError(
  'POS_QUERY_FAILED',
  (f: { where: string; code: string; reason: string }) =>
    `The database server at ${f.where} could not answer (${f.code}: ${f.reason}). Check the server; reading then resumes automatically.`,
)
export const posDatabaseLocked = defineError(
  'POS_DATABASE_LOCKED',
  (f: { seconds: number }) =>
    `Another program keeps the POS's tables locked${f.seconds === 0 ? '' : `, for ${f.seconds} s by now`}. The agent waits and delays no one; if this persists, look for a backup or a report that hangs.`,
)
