import { expect, test } from 'vitest'
import { type SourceFile, sourceFile, sourceFiles } from './source-files.ts'

/** What reaches past the World: the simulator could not be the world any more. */
const forbidden: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bDate\.now\b/, 'world.clock.now'],
  [/\bnew Date\(\)/, 'world.clock.now'],
  [/\bperformance\.now\b/, 'world.clock.monotonicMs'],
  [/\bprocess\.hrtime\b/, 'world.clock.monotonicMs'],
  [/\bMath\.random\b/, 'world.random.fraction'],
  [/\b(randomBytes|randomUUID|randomInt|getRandomValues|generateKeyPair(Sync)?)\b/, 'world.random.bytes'],
  [/\b(setTimeout|setInterval|setImmediate)\b/, 'world.timers'],
  [/(?<![.\w])fetch\(/, 'world.sockets.fetch'],
  [
    /'node:(fs|net|tls|http|https|dgram|dns|timers|child_process)(\/promises)?'/,
    'world.files or world.sockets',
  ],
]

/**
 * The world and the real one; what only runs beneath a person's hand; the device host's process, which is a world of its
 * own, and how it is started; the hub’s port; ways to hardware and folders, which the simulator replaces whole (OpenLines, JournalFiles, DropFiles).
 */
const exempt =
  /^(shared\/(node-world|world|command-line)\.ts|hub\/web\/port\.ts|(agent|hub)\/cli\.ts|(agent|hub)\/commands\/[a-z-]+\.ts|agent\/peripherals\/host\/(node-host|host-process|fork-host)\.ts|agent\/peripherals\/channels\/[a-z-]+\.ts|agent\/(sources\/sales-files\/node-sales-files|write-back\/node-drop-files)\.ts)$/
const typeOnly = /import type [^\n]* from 'node:http'/g

function violations(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !exempt.test(path) && !/\/ui\//.test(path))
    .flatMap(({ path, text }) => {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '').replace(typeOnly, '')
      return forbidden
        .filter(([pattern]) => pattern.test(code))
        .map(([, instead]) => `${path}: use ${instead}`)
    })
}

test('time, chance, network and files come in through the world', () => {
  expect(violations(sourceFiles(['agent/**/*.ts', 'hub/**/*.ts', 'shared/**/*.ts']))).toEqual([])
})

test('the rule sees what it forbids', () => {
  const samples = [
    'const at = Date.now()',
    'const at = new Date()',
    'setTimeout(run, 5)',
    "import { readFileSync } from 'node:fs'",
    'const answer = await fetch(url)',
    'const id = crypto.randomUUID()',
  ]
  for (const text of samples) expect(violations([sourceFile('hub/stock/sample.ts', text)])).toHaveLength(1)
  expect(
    violations([sourceFile('hub/stock/sample.ts', 'await world.sockets.fetch(url) // Date.now is not used')]),
  ).toEqual([])
})
