import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compare } from './exceptions.ts'
import { circularImports, circularToday } from './file-circles.ts'
import { brokenToday, type Part, parts } from './may-use.ts'
import { type SourceFile, sourceFile, sourceFiles } from './source-files.ts'

const byLength = Object.keys(parts).sort((a, b) => b.length - a.length)
const partOf = (path: string) =>
  byLength.find(part => (part.endsWith('/') ? path.startsWith(part) : path === part))

/** `codecs` and `agent` or `hub` in the table: every codec, and everything of that side but its pages and command lines. */
function allowed(part: string): readonly string[] {
  return (parts[part]?.mayUse ?? []).flatMap(name => {
    if (name === 'codecs') return byLength.filter(other => other.startsWith('agent/codecs/'))
    if (name === 'agent' || name === 'hub') return byLength.filter(other => isBelowRoots(name, other, part))
    return [name]
  })
}
function isBelowRoots(side: string, other: string, part: string): boolean {
  const order = Object.keys(parts)
  return other.startsWith(`${side}/`) && !other.includes('/ui/') && order.indexOf(other) < order.indexOf(part)
}

function violations(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) => {
    const from = partOf(path)
    if (from === undefined) return [`${path} belongs to no part: add its folder to may-use.ts`]
    return imports.filter(isOurs).flatMap(imported => {
      const to = partOf(imported)
      if (to === undefined) return [`${imported} belongs to no part: add its folder to may-use.ts`]
      const isFine = to === from || isShared(from, to) || allowed(from).includes(to)
      return isFine ? [] : [`${from} → ${to}`]
    })
  })
}
const isOurs = (imported: string) => /^(agent|hub|shared)\//.test(imported)
const isShared = (from: string, to: string) =>
  to === 'shared/' || to === 'shared/stream/' || (to === 'shared/ui/' && from.startsWith('shared/ui/'))

const product = () => sourceFiles(['agent/**/*.{ts,tsx}', 'hub/**/*.{ts,tsx}', 'shared/**/*.{ts,tsx}'])

test('each part uses only what the table allows', () => {
  expect(compare(violations(product()), brokenToday)).toEqual([])
})

test('the table has no circles: each part uses only parts above it', () => {
  const order = Object.keys(parts)
  const upward = order.flatMap(part =>
    allowed(part)
      .filter(other => order.indexOf(other) >= order.indexOf(part))
      .map(other => `${part} → ${other}`),
  )
  expect(upward).toEqual([])
})

test('no files import each other in a circle', () => {
  expect(compare(circularImports(product()), circularToday)).toEqual([])
})

test('docs/architecture.md prints the same table', () => {
  const table = printed(Object.entries(parts), product())
  const docs = readFileSync('docs/architecture.md', 'utf8')
  expect(docs.includes(table), `put this table into docs/architecture.md:\n\n${table}\n`).toBe(true)
})

/** The table as Markdown, without parts that do not exist yet. */
function printed(all: readonly (readonly [string, Part])[], files: readonly SourceFile[]): string {
  const existing = all.filter(([part]) => files.some(({ path }) => partOf(path) === part))
  const names: Readonly<Record<string, string>> = {
    codecs: 'the codecs',
    agent: 'all of the agent above',
    hub: 'all of the hub above',
  }
  const named = (use: string) => names[use] ?? `\`${use}\``
  const exists = (use: string) => use in names || existing.some(([part]) => part === use)
  const rows = existing.map(([part, { does, mayUse }]) => {
    const uses = mayUse.filter(exists).map(named).join(', ')
    return `| \`${part}\` | ${does} | ${uses === '' ? '' : uses} |`
  })
  return ['| part | does | may use, beside `shared/` |', '| --- | --- | --- |', ...rows].join('\n')
}

test.each([
  ['shared/money.ts', '../hub/db/db.ts'],
  ['shared/stream/log.ts', '../ui/now.tsx'],
  ['agent/codecs/poslog/x.ts', '../../sources/source.ts'],
  ['agent/journal/x.ts', '../sources/source.ts'],
  ['agent/pickups/x.ts', '../till/server.ts'],
  ['agent/sources/x.ts', '../agent.ts'],
  ['agent/ui/x.tsx', '../till/server.ts'],
  ['agent/doctor/x.ts', '../tools/receipt-learn/learn.ts'],
  ['hub/stock/x.ts', '../shopify/shopify.ts'],
  ['hub/pickups/x.ts', '../shopify/stock/plan.ts'],
  ['hub/db/x.ts', '../streams/event-log.ts'],
  ['hub/outbox/x.ts', '../pickups/pickup-row.ts'],
  ['hub/gateway/x.ts', '../web/server.ts'],
  ['hub/nowhere/x.ts', '../db/db.ts'],
])('the rule refuses that %s imports %s, be it only a type', (path, imported) => {
  expect(violations([sourceFile(path, `import type { X } from '${imported}'`)])).toHaveLength(1)
})

test.each([
  ['agent/pickups/x.ts', '../till/api-schema.ts'],
  ['agent/commands/x.ts', '../agent.ts'],
  ['hub/shopify/stock/x.ts', '../../outbox/writes.ts'],
  ['hub/ui/x.tsx', '../../shared/ui/now.tsx'],
])('the rule lets %s import %s', (path, imported) => {
  expect(violations([sourceFile(path, `import { x } from '${imported}'`)])).toEqual([])
})

test('the rule sees a circle of three files, and none in a chain', () => {
  const circle = [
    sourceFile('hub/a/x.ts', "import type { Y } from './y.ts'"),
    sourceFile('hub/a/y.ts', "import { z } from './z.ts'"),
    sourceFile('hub/a/z.ts', "import { x } from './x.ts'"),
  ]
  expect(circularImports(circle)).toEqual(['hub/a/x.ts ↔ hub/a/y.ts ↔ hub/a/z.ts'])
  expect(circularImports(circle.slice(0, 2))).toEqual([])
})
