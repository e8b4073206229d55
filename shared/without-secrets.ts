import { withoutSecretShapes } from './secret-shapes.ts'

/** In a name of any case, with or without signs between its words. */
const WITHIN =
  /password|passwd|passphrase|passcode|passwort|kennwort|pwd|secret|token|private|credential|authori[sz]ation|signature|cookie|session[ _-]?id|contrase[ñn]a|wachtwoord|mot[ _-]?de[ _-]?passe|lösenord|hasło|(?:access|activation|auth|enrol|link|pairing|recovery|security|unlock|verification)[ _-]?code/iu
/** As a word of a name: `posPin` and `x-auth` are secrets, `pinned` and `author` are not. */
const WORDS = new Set([
  ...['pass', 'pin', 'pins', 'auth', 'sig', 'bearer', 'jwt', 'otp', 'sas', 'keys', 'sid', 'community'],
  ...['pw', 'psw', 'psk', 'dbpw', 'dbpass', 'userpass', 'mdp', 'clave', 'senha'],
])
/** Names of pairs, such as `{"name": "password", "value": "x"}`. */
const NAMES_OF_PAIRS = ['name', 'key', 'header', 'field', 'option', 'id', 'k', 'label', 'type', 'setting']
const VALUES_OF_PAIRS = /^(?:value|values|content|val|v|text)$/

const LEFT_OUT = '[left out]'

/**
 * Any JSON value with all that lies below secret-sounding names left out, also inside texts. A path to a secret (`passwordFile`) and the
 * name of a variable with one (`secretEnv`) are kept.
 * @param ofText what is left of a text; left out: it is looked through now
 */
export function withoutSecrets(
  value: unknown,
  ofText: (text: string) => string = textWithoutSecrets,
): unknown {
  if (typeof value === 'string') return ofText(value)
  if (Array.isArray(value)) return listWithoutSecrets(value, ofText)
  if (typeof value !== 'object' || value === null) return value
  const parts = Object.entries(value)
  const isSecretPair = parts.some(
    ([key, part]) => NAMES_OF_PAIRS.includes(key) && typeof part === 'string' && isSecretName(part),
  )
  return Object.fromEntries(
    parts.map(([key, part]) => {
      const isNamed = isSecretName(key) || (isSecretPair && VALUES_OF_PAIRS.test(key)) || isNoPlace(key, part)
      return [key, isNamed && part !== null ? LEFT_OUT : withoutSecrets(part, ofText)]
    }),
  )
}

/** A name and its value may follow each other: `["--password", "x"]`, `["Authorization", "x"]`. */
function listWithoutSecrets(list: readonly unknown[], ofText: (text: string) => string): readonly unknown[] {
  const arePairs = list.length % 2 === 0 && list.every(each => typeof each === 'string')
  return list.map((each, place) => {
    const before = list[place - 1]
    const option = typeof before === 'string' ? /^--?([\w.-]{1,80})$/.exec(before)?.[1] : undefined
    const name = option ?? (arePairs && place % 2 === 1 ? before : undefined)
    const isNamed = typeof name === 'string' && /^[\w. -]{1,80}$/.test(name) && isSecretName(name)
    const isPassword = option === 'p' && typeof each === 'string' && !/^[\d:]{1,11}$/.test(each) // else a port
    return (isNamed || isPassword) && each !== null ? LEFT_OUT : withoutSecrets(each, ofText)
  })
}

/** Whether a name promises a file or a variable, and what it holds looks like neither. */
function isNoPlace(name: string, value: unknown): boolean {
  const [, secret = '', what = ''] = /^(.*?)[ _-]?(file|env)$/i.exec(name) ?? []
  if (typeof value !== 'string' || !isSecretName(secret)) return false
  return what.toLowerCase() === 'file' ? !/[/\\.]/.test(value) : !/^[A-Z_][A-Z0-9_]*$/.test(value)
}

function isSecretName(name: string): boolean {
  if (/(?:file|env)$/i.test(name)) return false
  if (/^session$/i.test(name)) return true
  if (WITHIN.test(name) || /key$/i.test(name)) return true
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
  return words.split(/[^a-z]+/).some(word => WORDS.has(word))
}

/** Each part of bounded length, as anyone may have written it. What an address names before its host is greedy: a password may hold an @, and a slash or a blank that should have been escaped. */
const IN_ADDRESS =
  /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)(?:[^\s/?#:"'<>@]{0,100}:(?!\d{1,5}(?:[/?#\s"']|$))[^\n"'<>]{0,200}@|[^\s/?#"'<>]{1,300}@)/gi
const IN_QUERY = /([?&])([\w.%[\]-]{1,80})=([^\s&#"'<>]+)/g
const SCHEME = /\b(bearer\s{1,3})[^\s"',;]{4,}/gi
const BASIC = /\b([Bb]asic\s{1,3})(?=[^\s]{0,200}[0-9A-Z=])[A-Za-z0-9+/]{6,}={0,2}/g
/** A name before its value, as settings, connection strings, headers and JSON write it. */
const NAME =
  /(?<![\p{L}\p{N}_.-])((?:mot de passe|[\p{L}\p{N}_.-]{1,80}))((?:\\?["'])?\s{0,3}(?:[=:]|=>)\s{0,40})/gu
/** The value: as far as its quote, its line or its semicolon goes. */
const VALUE =
  /\\"(?:(?!\\")[^\n])*(?:\\")?|"(?:\\[^\n]|[^"\\\n])*"?|'(?:\\[^\n]|[^'\\\n])*'?|[[{][\s\S]*|[^\s;][^;\n]*/y
const OPTION = /(?<![\w-])(--?)([\w-]{1,80})(\s{1,3})(?!-)("[^"\n]*"?|'[^'\n]*'?|\S+)/g

/** A text without what in it is secret. */
export function textWithoutSecrets(text: string): string {
  return jsonWithoutSecrets(text) ?? inText(text)
}

/** A text that is JSON; null: it is not JSON, or holds nothing secret. */
function jsonWithoutSecrets(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) return null
  try {
    const value: unknown = JSON.parse(text)
    const left = JSON.stringify(withoutSecrets(value))
    return left === JSON.stringify(value) ? null : left
  } catch {
    return null // it is looked through as any other text
  }
}

function inText(text: string): string {
  const known = withoutSecretShapes(text, isSecretName)
  return namedIn(known.replace(IN_ADDRESS, `$1${LEFT_OUT}@`).replace(IN_QUERY, queryPart))
    .replace(OPTION, (whole, dashes: string, name: string, blank: string) =>
      isSecretName(name) ? `${dashes}${name}${blank}${LEFT_OUT}` : whole,
    )
    .replace(SCHEME, `$1${LEFT_OUT}`)
    .replace(BASIC, `$1${LEFT_OUT}`)
}

const queryPart = (whole: string, before: string, name: string) =>
  isSecretName(name) || /^code$/i.test(name) ? `${before}${name}=${LEFT_OUT}` : whole

/** A name that is not a secret's must not hide the name within what follows it. */
function namedIn(text: string): string {
  let done = ''
  let from = 0
  const names = new RegExp(NAME)
  const values = new RegExp(VALUE)
  for (let found = names.exec(text); found !== null; found = names.exec(text)) {
    const [, name = '', sign = ''] = found
    values.lastIndex = names.lastIndex
    const held = isSecretInText(name, sign) ? (values.exec(text)?.[0] ?? '') : ''
    if (held === '' || held.startsWith(LEFT_OUT)) continue
    const quote = /^\\?["']/.exec(held)?.[0] ?? ''
    done += `${text.slice(from, names.lastIndex)}${quote}${LEFT_OUT}${quote}`
    from = names.lastIndex + held.length
    names.lastIndex = from
  }
  return done + text.slice(from)
}

/** In a sentence, "key: PRIMARY" and "pin: 2" say something else; as a setting they are secrets. */
function isSecretInText(name: string, sign: string): boolean {
  return isSecretName(name) && (sign.includes('=') || /["']/.test(sign) || !/^keys?$/i.test(name))
}
