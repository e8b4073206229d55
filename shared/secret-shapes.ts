/** Secrets that show by how they begin, or by the command and the sentence around them, whatever they are called. */
const LEFT_OUT = '[left out]'

/** Each part is of bounded length, as anyone may have written it. */
const BY_BEGINNING = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  /\bshp[a-z]{2,3}_\w{8,}/g,
  /\b(?:gh[oprsu]|github_pat|npm)_\w{8,}/g,
  /\b(?:[rs]k_(?:live|test)|whsec)_\w{8,}/g,
  /\b(?:xox[a-z]|xapp|glpat|sq0[a-z]{3})-[\w-]{8,}/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{12,}/g,
  /\bAIza[\w-]{20,}/g,
  /\bya29\.[\w-]{8,}/g,
  /(?<=hooks\.slack\.com\/)[\w/-]{8,}/g,
]

/** What follows a command is kept: its first group, and all behind the secret. */
const IN_COMMANDS = [
  /(\b(?:mysql|mariadb)\w{0,10}\b[^\n]{0,200}?\s-p)(?!\s)[^\s]+/g,
  /(\bcurl\b[^\n]{0,200}?\s(?:-u|--user|-U|--proxy-user)\s{0,3}[^\s:]{1,80}:)[^\s]+/g,
  /(\bsqlplus\s{1,3}[^\s/@]{1,80}\/)[^\s@]+/g,
  /(\bDigest\s[^\n]{0,300}?\bresponse\s{0,2}=\s{0,2})"[^"\n]*"?/g,
  /(\bjdbc:oracle:\w{1,10}:[^\s/@]{1,80}\/)[^\s@]+/g,
]

const WORD =
  'pass(?:word|wd|phrase|code)|passwort|kennwort|mot de passe|contrase[ñn]a|wachtwoord|lösenord|hasło|api[ -]key|(?:access )?token|pin'
/** What a message says of a password instead of the password. */
const NO_SECRET =
  '(?!(?:a|an|and|are|at|by|for|from|in|is|it|its|never|no|nor|not|of|on|or|that|the|there|this|to|too|was|were|which|with|wrong|missing|empty|needed|required|invalid|incorrect|refused|expired|set|unset|unknown|known|used|read|changed|kept|stored|asked|given|written|accepted|correct|falsch|leer|nicht|kein|ungültig)\\b)'
/** `auth code 998877`, `verification code is 998877`; of an error or a country it is not said. */
const CODE =
  '(?<![\\w-])((?:access|activation|auth|authori[sz]ation|enrol|enrolment|link|pairing|recovery|security|unlock|verification)\\s{1,3}(?:with\\s{1,3})?code\\s{1,3}(?:(?:is|was)\\s{1,3})?)'
const IN_SENTENCES = [
  new RegExp(
    `(?<![\\w-])((?:${WORD})\\s{1,3}(?:is|was|ist|war|lautet|es|est)\\s{1,3})${NO_SECRET}("[^"\\n]{0,200}"?|'[^'\\n]{0,200}'?|[^\\s"']+)`,
    'giu',
  ),
  new RegExp(`(?<![\\w-])((?:${WORD})\\s{1,3})("[^"\\n]{1,200}"|'[^'\\n]{1,200}')`, 'giu'),
  // without a quote: only what looks like no word
  new RegExp(
    `(?<![\\w-])((?:${WORD})\\s{1,3})(?=[^\\s]{0,60}\\d)(?=[^\\s]{0,60}\\p{L})[^\\s"'()=:,;]{6,200}`,
    'giu',
  ),
  // a figure with decimals is a measure
  /(?<![\w-])((?:pin|otp)\s{1,3})\d{4,8}(?!\w|\.\d)/gi,
  /(?<![\w-])(x-[a-z-]{0,40}(?:key|token|secret|auth)\s{1,3})(?=[^\s]{0,60}\d)[^\s"'=:]{6,200}/gi,
  new RegExp(`${CODE}(?=[^\\s]{0,60}\\d)[^\\s"'=:]{4,200}`, 'giu'),
  // a code without a figure is in capitals and in groups
  new RegExp(`${CODE}(?-i:[A-Z0-9]{3,8}(?:-[A-Z0-9]{3,8}){1,9})(?!\\w)`, 'giu'),
  // a sign in a word that no sentence writes there
  new RegExp(
    `(?<![\\w-])((?:${WORD})\\s{1,3})${NO_SECRET}[\\p{L}\\p{N}]{3,100}[!$%&*#@][^\\s"'()=:,;]{0,100}`,
    'giu',
  ),
  /((?<![\w-])-P\s{1,3})(?=[^\s]{0,60}\d)(?=[^\s]{0,60}[a-z])[\w!$%&*#@+-]{6,200}/g,
  new RegExp(`(\\((?:${WORD})\\s{1,3})${NO_SECRET}([^\\s()]{1,200})(?=\\))`, 'giu'),
]

/** An element or attribute of XML; what its name is worth is judged by `isSecretName`. */
const ELEMENT = /(<([\w.:-]{1,80})(?:\s[^<>]{0,200})?>)([^<]{1,2000})(?=<\/)/g
const NAMED_ATTRIBUTE =
  /(\b(?:key|name|id)\s{0,3}=\s{0,3}["']([^"'<>]{1,80})["'][^<>]{0,200}?\bvalue\s{0,3}=\s{0,3})("[^"<>]*"?|'[^'<>]*'?)/gi

/** A text without the secrets that show by their shape. */
export function withoutSecretShapes(text: string, isSecretName: (name: string) => boolean): string {
  const named = (whole: string, before: string, name: string) =>
    isSecretName(name) ? `${before}${LEFT_OUT}` : whole
  const known = BY_BEGINNING.reduce((left, secret) => left.replace(secret, LEFT_OUT), text)
  return [...IN_COMMANDS, ...IN_SENTENCES]
    .reduce((left, shape) => left.replace(shape, `$1${LEFT_OUT}`), known)
    .replace(ELEMENT, named)
    .replace(NAMED_ATTRIBUTE, (whole, before: string, name: string) =>
      isSecretName(name) ? `${before}"${LEFT_OUT}"` : whole,
    )
}
