import { expect, test } from 'vitest'
import { compare, type Exceptions } from './exceptions.ts'
import { codeOf, type SourceFile, sourceFile, sourceFiles } from './source-files.ts'

/** Figures that differ on a busy machine, limits that it exceeds, and waits that hope for luck. */
const forbidden: readonly (readonly [name: string, pattern: RegExp])[] = [
  [
    'a clock',
    /\b(performance\.now|Date\.now|process\.hrtime|process\.cpuUsage|console\.time)\b|new Date\(\)/,
  ],
  ['memory in use', /\bmemoryUsage\b/],
  ['a time limit of its own', /\btimeout: ?[\d_]{4,}|^\s*(\}, )?[\d_]{5,}(,|\))$/m],
  ['a sleep', /\b(setTimeout|setInterval)\b|'(node:)?timers\/promises'|\bsleep\(/],
]

/** Sandbox and benches are programs that live in real time; everything else in test/ has to name its reason here. */
const exceptions: Exceptions = {
  'test/database-answers.ts: a sleep':
    'gives up waiting for an answer that only the test can bring about; asserts nothing',
  'test/ui/open-page.ts: a clock': "asks the page for the page's own clock, which the test controls",
  'test/shared/child.ts: a time limit of its own': 'only ends a process that hangs',
  'test/sources/mariadb.ts: a time limit of its own': 'only ends a server that never starts',
  'test/end-to-end/books.ts: a time limit of its own': 'the busy timeout of an SQLite connection',
  'test/peripherals/eventually.ts: a clock': 'gives up on a real process after a limit; asserts nothing',
  'test/peripherals/eventually.ts: a sleep': 'asks again until a real process has answered',
  'test/shared/instance-lock.child.ts: a sleep': 'keeps a process alive until the test kills it',
  'test/peripherals/host-parent.child.ts: a sleep': 'keeps a process alive until the test kills it',
}

function violations(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !/^test\/(sandbox|architecture)\//.test(path))
    .flatMap(({ path, text }) => {
      const code = codeOf(text)
      return forbidden.filter(([, pattern]) => pattern.test(code)).map(([name]) => `${path}: ${name}`)
    })
}

test('no test reads a clock or the memory in use, and none sleeps', () => {
  expect(compare(violations(sourceFiles(['test/**/*.ts'])), exceptions)).toEqual([])
})

test.each([
  'expect(performance.now() - start).toBeLessThan(500)',
  'const startedAt = Date.now()',
  'const start = process.hrtime.bigint()',
  'expect(process.memoryUsage.rss()).toBeLessThan(100)',
  'await new Promise(resolve => setTimeout(resolve, 50))',
  'await expect.poll(() => printed, { timeout: 20_000 }).toBe(true)',
  "test('it ends', async () => {\n}, 30_000)",
  "import { setTimeout as pause } from 'node:timers/promises'",
])('the rule sees %s', text => {
  expect(violations([sourceFile('test/x/sample.test.ts', text)])).toHaveLength(1)
})

test.each([
  '// Date.now is not used here',
  'await expect.poll(() => printed, { interval: 50 }).toBe(true)',
  'await world.advance(5_000)',
  'expect(new Date(0).toISOString()).toBe(text)',
])('the rule lets %s pass', text => {
  expect(violations([sourceFile('test/x/sample.test.ts', text)])).toEqual([])
})
