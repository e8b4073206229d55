import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mutants } from './mutant-list.ts'

test.each(mutants)('the mutant can still be made: $name', ({ file, find, replace }) => {
  expect(readFileSync(file, 'utf8').split(find)).toHaveLength(2)
  expect(replace).not.toBe(find)
})
