import { expect, test } from 'vitest'
import { runToEnd } from './child.ts'

/** Runs a few lines with a real log, as a process: it writes to file descriptor 2. */
async function logged(lines: string, level = 'info') {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
  const code = `import { jsonLog } from ${url('../../shared/node-world.ts')}
    import { defineError } from ${url('../../shared/errors.ts')}
    const log = jsonLog(${JSON.stringify(level)}, { part: 'agent' })
    const shelfEmpty = defineError('SHELF_EMPTY', f => 'Shelf ' + f.shelf + ' is empty.')
    ${lines}`
  const { out, err } = await runToEnd([process.execPath, '--input-type=module-typescript', '--eval', code])
  expect(out).toBe('')
  return err
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>)
}

test('an entry is one JSON line on stderr, with its part and its facts', async () => {
  const entries = await logged("log.info({ code: 4409, reason: 'a\\nb' }, 'ended'); log.debug({}, 'unheard')")
  expect(entries).toHaveLength(1)
  expect(entries[0]).toMatchObject({ level: 30, part: 'agent', code: 4409, reason: 'a\nb', msg: 'ended' })
})

test('how much is written can be set, also for what was made by child before, and set back', async () => {
  const lines = `const child = log.child({ of: 'child' })
    child.debug({}, 'unheard')
    log.setLevel('debug')
    child.debug({}, 'heard')
    log.setLevel('usual')
    child.debug({}, 'unheard'); log.info({}, 'unheard'); log.warn({}, 'last')`
  const entries = await logged(lines, 'warn')
  expect(entries.map(({ msg }) => msg)).toEqual(['heard', 'last'])
  expect(entries[0]).toMatchObject({ level: 20, part: 'agent', of: 'child' })
})

test('secrets are cut out, at the top and one level down', async () => {
  const secret = 'shpat_0123456789'
  const names = ['accessToken', 'password', 'privateKey', 'secret', 'token', 'authorization']
  const facts = Object.fromEntries(names.map(name => [name, secret]))
  const text = JSON.stringify(
    await logged(`log.error(${JSON.stringify({ ...facts, body: { ...facts, code: secret } })}, 'x')`),
  )
  expect(text).not.toContain(secret)
  expect(text.match(/\[secret\]/g)).toHaveLength(names.length * 2 + 1)
})

test('an error is logged with its message, its code, its cause and where it came from', async () => {
  const [unexpected, expected] = await logged(
    "log.error({ error: new TypeError('x is not a function') }, 'failed')\n" +
      "log.error({ error: shelfEmpty({ shelf: 'A1' }, new Error('the cat')) }, 'failed')",
  )
  expect(unexpected).toMatchObject({ error: { type: 'TypeError', message: 'x is not a function' } })
  expect(JSON.stringify(unexpected)).toMatch(/at .*eval/)
  expect(JSON.stringify(expected)).toMatch(/SHELF_EMPTY/)
  expect(JSON.stringify(expected)).toMatch(/Shelf A1 is empty/)
  expect(JSON.stringify(expected)).toMatch(/the cat/)
})

test('card numbers are masked in messages, facts, names and errors; the line stays JSON', async () => {
  const card = '4539148803436467'
  const entries = await logged(
    `log.warn({ text: 'of ${card}', number: ${card}, list: [{ '${card}': 1 }], error: new Error('for ${card}') }, 'card ${card}')
    log.child({ said: '4539 1488 0343 6467' }).info({ id: 'gid://shopify/Order/4539148803436' }, 'x')`,
  )
  const text = JSON.stringify(entries)
  expect(text.replaceAll(' ', '')).not.toContain(card)
  expect(entries).toMatchObject([
    { text: 'of ************6467', number: '************6467', msg: 'card ************6467' },
    { said: '**** **** **** 6467', id: 'gid://shopify/Order/4539148803436' },
  ])
})
