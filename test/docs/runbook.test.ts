import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { exceptionKinds } from '../../hub/checks/kinds.ts'
import { type Page, page, pages, section } from './markdown.ts'

const HEADINGS = ['## What happened', '## What it means', '## What to do', '## When it closes']
const isIndex = ({ path }: Page) => path.endsWith('/README.md')
const kindOf = ({ path }: Page) => basename(path, '.md')

/** What a page lacks to be the page of its kind. */
function lacks(of: Page, kind: { readonly owner: string; readonly severity: string }): string[] {
  const wants = [
    { what: 'its title', is: of.text.startsWith(`# ${kindOf(of)}\n`) },
    { what: 'its owner and severity', is: of.text.includes(`(\`${kind.owner}\`, \`${kind.severity}\`)`) },
    ...HEADINGS.map(what => ({ what, is: (section(of.text, what) ?? '').trim() !== '' })),
  ]
  return wants.filter(({ is }) => !is).map(({ what }) => `${of.path} lacks ${what}`)
}

test('every kind of exception has its runbook page, and every page its kind', () => {
  const kinds = pages('docs/runbook/*.md')
    .filter(one => !isIndex(one))
    .map(kindOf)
  expect(kinds.sort()).toEqual([...exceptionKinds.keys()].sort())
})

test('each page says what happened, what it means, what to do and when it closes', () => {
  const known = [...exceptionKinds]
  expect(known.flatMap(([kind, facts]) => lacks(page(`docs/runbook/${kind}.md`), facts))).toEqual([])
})

test('the index lists every page once', () => {
  const { text } = page('docs/runbook/README.md')
  const listed = [...text.matchAll(/^\| \[([a-z-]+)\]\(\1\.md\)/gm)].map(([, kind]) => kind)
  expect(listed.sort()).toEqual([...exceptionKinds.keys()].sort())
})

test('a page without its parts is noticed', () => {
  const bare = { path: 'docs/runbook/sku-unknown.md', text: '# sku-unknown\n\n## What happened\nIt.\n' }
  expect(lacks(bare, { owner: 'it', severity: 'urgent' })).toHaveLength(4)
})
