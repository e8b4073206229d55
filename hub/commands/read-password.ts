import { defineError } from '../../shared/errors.ts'
import type { Files } from '../../shared/world.ts'
import { readSecret } from '../config.ts'

export const passwordsDiffer = defineError(
  'PASSWORDS_DIFFER',
  (f: { what: string }) =>
    `What was typed as ${f.what} differs the second time. Nothing was changed; run the command again.`,
)
export const passwordCancelled = defineError(
  'PASSWORD_CANCELLED',
  (f: { what: string }) => `No ${f.what} was given. Nothing was changed.`,
)

export const secretCancelled = defineError(
  'SECRET_CANCELLED',
  () => 'No secret was given. Nothing was changed.',
)

/** Where a password is typed or piped in; standard input, and a double of it in tests. */
export interface Keyboard extends AsyncIterable<Buffer | string> {
  readonly isTTY?: boolean
  setRawMode?(raw: boolean): unknown
}

export const processKeyboard: Keyboard = process.stdin

/**
 * Reads a new password or PIN: from a file, typed twice on a terminal that shows nothing, or piped in. Never from an argument,
 * because every user of the machine can read those.
 * @throws SECRET_MISSING, PASSWORDS_DIFFER, PASSWORD_CANCELLED
 */
export async function readPassword(given: {
  file: string | null
  files: Pick<Files, 'readText'>
  keyboard: Keyboard
  /** What is asked for; left out: a password. */
  what?: string
  /** Prints a prompt; not to stdout, which holds the command's result alone. */
  say(text: string): void
}): Promise<string> {
  const { what = 'password' } = given
  if (given.file !== null) return readSecret(given.files, given.file, what)
  if (given.keyboard.isTTY !== true) return readAll(given.keyboard)
  given.keyboard.setRawMode?.(true)
  try {
    const lines = typedLines(given.keyboard)
    given.say(`${what.charAt(0).toUpperCase()}${what.slice(1)}: `)
    const first = (await lines.next()).value
    given.say('\nAgain: ')
    const second = (await lines.next()).value
    given.say('\n')
    if (first === undefined || second === undefined) throw passwordCancelled({ what })
    if (first !== second) throw passwordsDiffer({ what })
    return first
  } finally {
    given.keyboard.setRawMode?.(false)
  }
}

/**
 * Reads a secret that was copied from elsewhere: from a file, pasted once on a terminal that shows nothing, or piped in.
 * @throws SECRET_MISSING, SECRET_CANCELLED
 */
export async function readTypedSecret(
  given: Parameters<typeof readPassword>[0] & { readonly what: string },
): Promise<string> {
  const { file, files, keyboard, say, what } = given
  if (file !== null) return readSecret(files, file, what)
  const secret = keyboard.isTTY === true ? await typedOnce(keyboard, say, what) : await readAll(keyboard)
  if (secret.trim() === '') throw secretCancelled({})
  return secret.trim()
}

async function typedOnce(keyboard: Keyboard, say: (text: string) => void, what: string): Promise<string> {
  keyboard.setRawMode?.(true)
  try {
    say(`${what}: `)
    const line = (await typedLines(keyboard).next()).value
    say('\n')
    return line ?? ''
  } finally {
    keyboard.setRawMode?.(false)
  }
}

async function readAll(keyboard: Keyboard): Promise<string> {
  let text = ''
  for await (const chunk of keyboard) text += String(chunk)
  return text.trim()
}

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const BACKSPACES = ['\u007f', '\b']

/** Lines as typed on a terminal in raw mode, which neither shows nor edits them. Ctrl-C and Ctrl-D end them. */
async function* typedLines(keyboard: Keyboard): AsyncGenerator<string, undefined> {
  const utf8 = new TextDecoder()
  let line: string[] = []
  for await (const chunk of keyboard) {
    const text = typeof chunk === 'string' ? chunk : utf8.decode(chunk, { stream: true })
    for (const key of text) {
      if (key === CTRL_C || key === CTRL_D) return
      if (key === '\r' || key === '\n') {
        yield line.join('')
        line = []
      } else if (BACKSPACES.includes(key)) line.pop()
      else line.push(key)
    }
  }
}
