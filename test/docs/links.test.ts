import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { anchorsOf, codeSpans, type Page, pages, withoutFences } from './markdown.ts'

const LINK = /\]\(([^)\s]+)\)/g
const PROJECT_PATH = /^(agent|hub|shared|test|docs|bench)\/\S*$/

/** Relative links that lead nowhere, and anchors that no heading makes. */
function deadLinks({ path, text }: Page): string[] {
  const links = [...withoutFences(text).matchAll(LINK)].map(([, target = '']) => target)
  return links
    .filter(target => !/^[a-z]+:/.test(target))
    .filter(target => {
      const [file = '', anchor] = target.split('#')
      const found = file === '' ? path : join(dirname(path), file)
      if (!existsSync(found)) return true
      if (anchor === undefined) return false
      return !statSync(found).isFile() || !anchorsOf(readFileSync(found, 'utf8')).includes(anchor)
    })
    .map(target => `${path} links to ${target}`)
}

/** Paths of this project in backticks that do not exist; a `*` matches as in a shell. */
function deadPaths({ path, text }: Page): string[] {
  return codeSpans(text)
    .filter(code => PROJECT_PATH.test(code))
    .filter(code => (code.includes('*') ? globSync(code).length === 0 : !existsSync(code)))
    .map(code => `${path} names ${code}`)
}

test('every relative link leads somewhere', () => {
  const all = pages()
  expect(all.length).toBeGreaterThan(40)
  expect(all.flatMap(deadLinks)).toEqual([])
})

test('every file that a page names in backticks exists', () => {
  expect(pages().flatMap(deadPaths)).toEqual([])
})

test('every page is reached from the README', () => {
  const reached = new Set(['README.md'])
  for (const path of reached) {
    const text = existsSync(path) && path.endsWith('.md') ? readFileSync(path, 'utf8') : ''
    for (const [, target = ''] of text.matchAll(LINK))
      if (!/^[a-z]+:/.test(target)) reached.add(join(dirname(path), target.split('#')[0] ?? ''))
  }
  const ours = pages().filter(({ path }) => path === 'CHANGELOG.md' || path.startsWith('docs/'))
  expect(ours.map(({ path }) => path).filter(path => !reached.has(path))).toEqual([])
})

test('dead links and paths are noticed', () => {
  const bad =
    '[a](no.md) [b](../README.md#no-such-heading) [c](https://example.com) `docs/no.md` `docs/no-*.md`'
  const of = { path: 'docs/x.md', text: bad }
  expect(deadLinks(of)).toHaveLength(2)
  expect(deadPaths(of)).toHaveLength(2)
})
