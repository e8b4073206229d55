import type { Ai } from './ai-table.ts'
import type { Note } from './scan.ts'
import { elementAlone, elementsConflict } from './scan-errors.ts'

/**
 * What is odd about this combination of AIs, by GS1's syntax dictionary (`req=`, `ex=`). Warnings only: GS1 judges all
 * barcodes of an item together, and a scanner reads one of them.
 */
export function oddPairs(ais: readonly Ai[]): Note[] {
  const numbers = [...new Set(ais.map(({ ai }) => ai))]
  const isThere = (pattern: string) => numbers.some(number => fits(number, pattern))
  const odd: Note[] = []
  const told = new Set<string>()
  for (const { ai, label, needs, excludes } of new Map(ais.map(one => [one.ai, one])).values()) {
    for (const alternatives of needs)
      if (!alternatives.some(group => group.every(isThere)))
        odd.push(elementAlone(ai, label, wordsOf(alternatives)))
    for (const other of numbers) {
      const isExcluded = other !== ai && excludes.some(pattern => fits(other, pattern))
      const pair = [ai, other].sort().join()
      if (!isExcluded || told.has(pair)) continue
      told.add(pair)
      odd.push(elementsConflict(ai, other))
    }
  }
  return odd
}

/** Whether an AI is `pattern`, in which `n` stands for any digit. */
function fits(ai: string, pattern: string): boolean {
  return ai.length === pattern.length && [...pattern].every((one, i) => one === 'n' || one === ai[i])
}

function wordsOf(alternatives: readonly (readonly string[])[]): string {
  return alternatives.map(group => group.map(ai => `(${ai})`).join(' and ')).join(', or ')
}
