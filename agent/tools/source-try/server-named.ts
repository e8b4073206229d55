import { defineError } from '../../../shared/errors.ts'

export const passwordInName = defineError(
  'SOURCE_PASSWORD_IN_NAME',
  () =>
    'The name of the database holds a password, which others on this PC can see. Put it into a file that this user alone may read, and name that with --password-file.',
)

/** A database server as the setting `database` names it. */
export interface NamedServer extends Readonly<Record<string, unknown>> {
  readonly product: 'mysql' | 'postgres'
  readonly host: string
  readonly database: string
  readonly user: string
}

const PRODUCTS: ReadonlyMap<string, NamedServer['product']> = new Map([
  ['mysql:', 'mysql'],
  ['mariadb:', 'mysql'],
  ['postgres:', 'postgres'],
  ['postgresql:', 'postgres'],
])

/** `mysql://user@host:3306/database`; null: it is the name of a file. @throws SOURCE_PASSWORD_IN_NAME */
export function serverNamed(text: string): NamedServer | null {
  const url = URL.canParse(text) ? new URL(text) : null
  const product = PRODUCTS.get(url?.protocol ?? '')
  if (url === null || product === undefined) return null
  if (url.password !== '') throw passwordInName({})
  const port = url.port === '' ? {} : { port: Number(url.port) }
  const [host, database, user] = [
    url.hostname.replace(/^\[(.*)\]$/, '$1'),
    url.pathname.slice(1),
    url.username,
  ].map(decodeURIComponent)
  return { product, host: host ?? '', ...port, database: database ?? '', user: user ?? '' }
}
