import { expect, test } from 'vitest'
import { type Keyboard, readPassword } from '../../hub/commands/read-password.ts'

/** A terminal that records whether it showed keys; `typed` arrives piece by piece. */
function keyboardOf(typed: readonly (string | Buffer)[], isTTY = true) {
  const modes: boolean[] = []
  const keyboard: Keyboard = {
    isTTY,
    setRawMode: raw => void modes.push(raw),
    async *[Symbol.asyncIterator]() {
      yield* typed
    },
  }
  return { keyboard, modes }
}

async function ask(typed: readonly (string | Buffer)[], given: { tty?: boolean; file?: string } = {}) {
  const { keyboard, modes } = keyboardOf(typed, given.tty ?? true)
  let said = ''
  const password = await readPassword({
    file: given.file ?? null,
    files: { readText: path => (path === 'kept' ? 'from the file\n' : null) },
    keyboard,
    say(text) {
      said += text
    },
  }).catch((error: unknown) => error)
  return { password, said, modes }
}

test('on a terminal it asks twice, shows nothing and puts the terminal back', async () => {
  expect(await ask(['correct ho', 'rse\rcorrect horse\r'])).toEqual({
    password: 'correct horse',
    said: 'Password: \nAgain: \n',
    modes: [true, false],
  })
})

test('backspace takes one letter back, and a letter may arrive in two pieces', async () => {
  const [head, tail] = [Buffer.from('ü').subarray(0, 1), Buffer.from('ü').subarray(1)]
  expect((await ask(['ab\u007f', head, tail, '\raü\r'])).password).toBe('aü')
})

test.each([
  ['two different passwords', ['one\rother\r'], 'PASSWORDS_DIFFER'],
  ['Ctrl-C', ['one\r\u0003'], 'PASSWORD_CANCELLED'],
  ['the end of input', ['one\r'], 'PASSWORD_CANCELLED'],
])('%s changes nothing and puts the terminal back', async (_what, typed, code) => {
  expect(await ask(typed)).toMatchObject({ password: { code }, modes: [true, false] })
})

test('without a terminal it is read to its end, without a prompt', async () => {
  expect(await ask(['piped ', 'in\n'], { tty: false })).toEqual({ password: 'piped in', said: '', modes: [] })
})

test('a file is read instead of asking; one that is missing is named', async () => {
  expect(await ask([], { file: 'kept' })).toMatchObject({ password: 'from the file', said: '' })
  expect(await ask([], { file: 'lost' })).toMatchObject({ password: { code: 'SECRET_MISSING' } })
})
