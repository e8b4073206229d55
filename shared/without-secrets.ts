const SECRET = /password|passwd|pwd|secret|token|private|credential|(?:^|[a-z])key$/i
/** In a text, each part of bounded length as anyone may have written it: what an address names before its host, and what follows a secret's name, as connection strings and JSON write it. */
const IN_ADDRESS = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@"']{1,200}@/gi
const IN_TEXT =
  /((?:\\?["'])?\b[\w.-]{0,40}(?:password|passwd|pwd|secret|token|credential)[\w.-]{0,40}(?:\\?["'])?\s{0,3}[=:]\s{0,3})(\\?"[^"]*"|'[^']*'|[^\s;,&"'}\])]+)/gi
const PATH_NAME = /(?:file|env)(?:\\?["'])?\s*[=:]\s*$/i

const LEFT_OUT = '[left out]'

/**
 * Any JSON value with what secret-sounding names hold left out, also inside texts. A path to a secret (`passwordFile`) is kept.
 */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return textWithoutSecrets(value)
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      const isPath = /file$|env$/i.test(key)
      const isSecret = SECRET.test(key) && !isPath && part !== null && typeof part !== 'object'
      return [key, isSecret ? LEFT_OUT : withoutSecrets(part)]
    }),
  )
}

function textWithoutSecrets(text: string): string {
  return text.replace(IN_ADDRESS, `$1${LEFT_OUT}@`).replace(IN_TEXT, (whole, name: string, held: string) => {
    if (PATH_NAME.test(name)) return whole
    const quote = /^\\?["']/.exec(held)?.[0] ?? ''
    return `${name}${quote}${LEFT_OUT}${quote}`
  })
}
