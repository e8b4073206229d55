import { expect, test } from 'vitest'
import { compare, type Exceptions } from './exceptions.ts'
import { codeOf, type SourceFile, sourceFile, sourceFiles } from './source-files.ts'

/** What reaches past the World: the simulator could not be the world any more. */
const forbidden: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bDate\.now\b|\bnew Date\(\)|\bDate\(\)/, 'world.clock.now'],
  [/\bperformance\.now\b|\bprocess\.(hrtime|uptime)\b/, 'world.clock.monotonicMs'],
  [/\bMath\.random\b/, 'world.random.fraction'],
  [
    /\b(randomBytes|randomUUID|randomInt|getRandomValues|randomFill(Sync)?|generateKey(Pair)?(Sync)?)\b|\bcrypto\.subtle\b|\bwebcrypto\b/,
    'world.random.bytes',
  ],
  [/(?<![.\w])(setTimeout|setInterval|setImmediate)\b|\bAbortSignal\.timeout\b/, 'world.timers'],
  [/\bqueueMicrotask\b|\bprocess\.nextTick\b|\bscheduler\.(wait|yield)\b/, 'world.timers.soon'],
  [/(?<![.\w])fetch\(/, 'world.sockets.fetch'],
  [/\bnew (WebSocket|WebSocketServer|EventSource|XMLHttpRequest)\b/, 'world.sockets'],
  [
    /'node:(fs|net|tls|http|https|http2|dgram|dns|timers|child_process|worker_threads|os)(\/promises)?'/,
    'world.files or world.sockets',
  ],
  [
    /\bprocess\.(env|cwd|platform|argv|pid|memoryUsage|cpuUsage|on|once|exit)\b/,
    'a setting that is passed in',
  ],
  [/\bargon2(Sync)?\b/, 'a password hash that is passed in'],
  [
    /(?:from|import\() ?'(pg|mysql2|mysql2\/promise|chokidar|serialport|usb|better-sqlite3)'/,
    'a connection that is passed in',
  ],
  [/\b(fastify|Fastify)\(/, 'a server that is passed in'],
  [
    /\bget(Hours|Minutes|Date|Day|Month|FullYear|TimezoneOffset)\(|\btoLocale(Date|Time)?String\(|\btoTimeString\(|DateTimeFormat\(\)|DateTimeFormat\([^()]*\)(?<!timeZone[^()]*\))/,
    'a time zone that is named',
  ],
]

/** The World itself and what is outside it: programs' roots, and ways to hardware that the simulator replaces whole. */
const outside: readonly (readonly [path: RegExp, why: string])[] = [
  [/^shared\/(node-(world|port|wire|move|proxy)|world)\.ts$/, 'the World, and the real one'],
  [
    /^(shared\/command-line|(agent|hub)\/cli|(agent|hub)\/commands\/[a-z-]+)\.ts$/,
    'runs under a person’s hand',
  ],
  [
    /^agent\/peripherals\/host\/(node-host|node-spool-files|host-process|fork-host)\.ts$/,
    'the device host, another process',
  ],
  [
    /^agent\/electron\/(main|preload|build|launch|vite\.config|standalone\/(agent|device-host)-process)\.ts$/,
    'the desktop app’s own processes, and what builds them',
  ],
  [/^agent\/packages\/[a-z/-]+\.ts$/, 'builds packages on a developer’s machine'],
  [/^agent\/peripherals\/channels\/[a-z-]+\.ts$/, 'ways to hardware, replaced whole (OpenChannels)'],
  [/^agent\/sources\/sales-files\/node-sales-files\.ts$/, 'a folder, replaced whole (SalesFiles)'],
  [/^agent\/doctor\/node-machine\.ts$/, 'this PC, replaced whole (MachineHost)'],
  [/^agent\/updates\/node-update-files\.ts$/, 'a folder, replaced whole (UpdateFiles)'],
  [/^agent\/write-back\/node-drop-files\.ts$/, 'a folder, replaced whole (DropFiles)'],
]

/** What still reaches past the World inside it. */
const exceptions: Exceptions = {
  'shared/secret-hash.ts: use a password hash that is passed in':
    'its salt is the world’s; the hashing itself runs in a thread pool, so a simulator passes a hash of its own first',
  'hub/web/metrics.ts: use a setting that is passed in': 'a figure of the process; nothing is decided by it',
  'agent/till/metrics.ts: use a setting that is passed in':
    'a figure of the process; nothing is decided by it',
  'hub/web/server.ts: use a server that is passed in': 'it is given the port, and opens none',
  'agent/till/server.ts: use a server that is passed in': 'it is given the port, and opens none',
  'hub/db/engines/postgres.ts: use a connection that is passed in': 'replaced whole (Engine)',
  'agent/write-back/mysql-writer.ts: use a connection that is passed in': 'replaced whole (TargetKind)',
  'agent/write-back/postgres-writer.ts: use a connection that is passed in': 'replaced whole (TargetKind)',
  'agent/sources/sql/mysql-engine.ts: use a connection that is passed in': 'replaced whole (SqlEngine)',
  'agent/sources/sql/postgres-engine.ts: use a connection that is passed in': 'replaced whole (SqlEngine)',
  'agent/sources/sql/example-database.ts: use a connection that is passed in':
    'in memory alone: what a mapping’s example makes',
  'agent/sources/sql/server.ts: use a setting that is passed in':
    'a POS password may come in an environment variable, which the settings name',
}

function violations(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !outside.some(([pattern]) => pattern.test(path)) && !/\/ui\//.test(path))
    .flatMap(({ path, text }) => {
      const code = codeOf(text).replace(typeOnly, '')
      return forbidden
        .filter(([pattern]) => pattern.test(code))
        .map(([, instead]) => `${path}: use ${instead}`)
    })
}
const typeOnly = /import type [^\n]*/g

test('time, chance, network and files come in through the world', () => {
  const files = sourceFiles(['agent/**/*.ts', 'hub/**/*.ts', 'shared/**/*.ts'])
  expect(compare(violations(files), exceptions)).toEqual([])
  const unused = outside.filter(([pattern]) => !files.some(({ path }) => pattern.test(path)))
  expect(unused).toEqual([])
})

test('the rule sees what it forbids', () => {
  const samples = [
    'const at = Date.now()',
    'const at = new Date()',
    'setTimeout(run, 5)',
    "import { readFileSync } from 'node:fs'",
    'const answer = await fetch(url)',
    'const id = crypto.randomUUID()',
    'const key = await crypto.subtle.generateKey(kind, true, use)',
    'const answer = await world.sockets.fetch(url, { signal: AbortSignal.timeout(5_000) })',
    'queueMicrotask(run)',
    'process.nextTick(run)',
    'const socket = new WebSocket(url)',
    "const folder = process.env['FOLDER']",
    "import pg from 'pg'",
    'const hour = new Date(at).getHours()',
    'const text = new Date(at).toLocaleTimeString()',
    "const day = new Intl.DateTimeFormat('en').format(at)",
  ]
  for (const text of samples) expect(violations([sourceFile('hub/stock/sample.ts', text)])).toHaveLength(1)
  const fine = [
    'await world.sockets.fetch(url) // Date.now is not used',
    "const day = new Intl.DateTimeFormat('en', { timeZone: zone, dateStyle: 'short' }).format(at)",
    "import type { Client } from 'pg'",
    'const text = new Date(at).toISOString()',
  ]
  for (const text of fine) expect(violations([sourceFile('hub/stock/sample.ts', text)])).toEqual([])
})
