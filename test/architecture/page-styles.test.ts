import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sourceFiles } from './source-files.ts'

/** A component without its styles looks broken, and no test that reads the page's text sees that. */
test('each component of Mantine that a page uses has its styles', () => {
  const sheet = readFileSync('shared/ui/mantine.css', 'utf8')
  const used = sourceFiles(['{agent,hub,shared}/**/*.tsx'])
    .flatMap(({ text }) => [...text.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)])
    .flatMap(([, names = '']) => names.split(',').map(name => name.trim()))
  expect(used).toContain('Button')
  const styled = used.filter(name => existsSync(`node_modules/@mantine/core/styles/${name}.css`))
  expect(styled.filter(name => !sheet.includes(`styles/${name}.css"`))).toEqual([])
})

/** Ways to put a text into a page as markup. */
const MARKUP =
  /dangerouslySetInnerHTML|\b(?:inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|createContextualFragment|\bsrcdoc\b/i

test('no page takes a text as markup', () => {
  expect(MARKUP.test('<p dangerouslySetInnerHTML={{ __html: note }} />')).toBe(true)
  const found = sourceFiles(['{agent,hub,shared}/**/*.{ts,tsx}']).filter(({ text }) => MARKUP.test(text))
  expect(found.map(({ path }) => path)).toEqual([])
})
