import { expect, test } from 'vitest'
import { type SourceFile, sourceFile, sourceFiles } from './source-files.ts'

interface Rule {
  readonly says: string
  /** Whether the rule looks at this file. */
  readonly in: (path: string) => boolean
  /** Whether an import breaks it. */
  readonly forbids: (imported: string, path: string) => boolean
}

const side = (path: string) => /^(agent|hub)\//.exec(path)?.[1]
const compositionRoots = ['agent/agent.ts', 'agent/run.ts', 'agent/cli.ts', 'hub/hub.ts', 'hub/cli.ts']
/** The desktop app's own processes; what else is in its folder is given what it needs. */
const desktopRoots = /^agent\/electron\/(main|standalone\/[a-z-]+-process)\.ts$/
const isRoot = (path: string) =>
  compositionRoots.includes(path) || /^(agent|hub)\/commands\//.test(path) || desktopRoots.test(path)
const only = (allowed: RegExp, packages: readonly string[], says: string): Rule => ({
  says,
  in: path => !allowed.test(path),
  forbids: imported => packages.includes(imported),
})

const rules: readonly Rule[] = [
  {
    says: 'shared imports nothing of agent, hub, tests or benches',
    in: path => path.startsWith('shared/'),
    forbids: imported => /^(agent|hub|test|bench)\//.test(imported),
  },
  {
    says: 'agent and hub never import each other',
    in: path => side(path) !== undefined,
    forbids: (imported, path) => side(imported) !== undefined && side(imported) !== side(path),
  },
  {
    says: 'the product never imports tests or benches',
    in: () => true,
    forbids: imported => /^(test|bench)\//.test(imported),
  },
  {
    says: 'only composition roots import composition roots',
    in: path => !isRoot(path),
    forbids: imported => isRoot(imported),
  },
  {
    says: 'only composition roots and servers import the real world',
    in: path => !isRoot(path) && path !== 'hub/web/server.ts',
    forbids: imported => imported === 'shared/node-world.ts',
  },
  {
    says: 'a page knows its server by its views alone',
    in: path => /^(agent|hub)\/ui\//.test(path),
    forbids: imported =>
      side(imported) !== undefined &&
      !/^(agent|hub)\/ui\//.test(imported) &&
      !/^(agent\/till|hub\/web)\/api-schema\.ts$/.test(imported),
  },
  {
    says: 'nothing but a page imports a page',
    in: path => !/\/ui\//.test(path),
    forbids: imported => /^(agent|hub|shared)\/ui\//.test(imported),
  },
  only(/^agent\/electron\/(main|preload)\.ts$/, ['electron'], 'only main and preload import electron'),
  only(/^hub\/shopify\//, ['@shopify/admin-api-client'], 'only hub/shopify speaks to Shopify'),
  only(
    /^hub\/(db|free-stock|streams|effects|sales|stock|outbox|checks|fleet|gateway|pickups|shopify|web)\//,
    ['kysely'],
    'only the hub uses Kysely',
  ),
  only(
    /^(shared\/(world|node-world|durable-sqlite)\.ts|agent\/journal\/|agent\/matching\/|agent\/sources\/|agent\/write-back\/|hub\/db\/)/,
    ['better-sqlite3'],
    'only db, journal, sources and write-back know SQLite',
  ),
  only(/^(hub\/web|agent\/till)\//, ['fastify', '@fastify/static'], 'only the two servers import Fastify'),
  only(
    /^shared\/node-(port|wire)\.ts$|^shared\/node-world\.ts$/,
    ['ws'],
    'WebSockets come through the world',
  ),
  only(
    /^(shared\/command-line\.ts|(agent|hub)\/cli\.ts|(agent|hub)\/commands\/[a-z-]+\.ts)$/,
    ['commander'],
    'only command lines import commander',
  ),
]

/** Sentences for every import that breaks a rule. */
function violations(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) =>
    rules
      .filter(rule => rule.in(path))
      .flatMap(rule =>
        imports
          .filter(imported => rule.forbids(imported, path))
          .map(imported => `${path} imports ${imported}: ${rule.says}`),
      ),
  )
}

test('dependencies point one way', () => {
  expect(
    violations(sourceFiles(['agent/**/*.{ts,tsx}', 'hub/**/*.{ts,tsx}', 'shared/**/*.{ts,tsx}'])),
  ).toEqual([])
})

test('each rule can fail', () => {
  const samples = [
    sourceFile('shared/money.ts', "import { x } from '../hub/db/db.ts'"),
    sourceFile('agent/till/x.ts', "import type { Y } from '../../hub/web/api-schema.ts'"),
    sourceFile('hub/stock/x.ts', "await import('../hub.ts')"),
    sourceFile(
      'hub/stock/y.ts',
      "import { WebSocket } from 'ws'\nimport 'electron'\nimport { nodeWorld } from '../../shared/node-world.ts'",
    ),
    sourceFile('agent/ui/x.tsx', "import { openJournal } from '../journal/journal.ts'"),
    sourceFile('hub/web/z.ts', "import { createAdminApiClient } from '@shopify/admin-api-client'"),
  ]
  expect(samples.map(sample => violations([sample]).length > 0)).toEqual(samples.map(() => true))
})
