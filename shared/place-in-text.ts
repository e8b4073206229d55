import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { z } from 'zod'

/** A place in a text, counted from 1. */
export interface TextPlace {
  readonly line: number
  readonly column: number
}

/** Where in a text that is JSON each thing is that a schema objects to; of what is missing, the group that lacks it. */
export function placesIn(text: string): (issue: z.core.$ZodIssue) => TextPlace {
  const lines = new LineCounter()
  const { contents } = parseDocument(text, { lineCounter: lines, uniqueKeys: false })
  return issue => {
    const { line, col } = lines.linePos(offsetOf(contents, pathOf(issue)))
    return { line, column: col }
  }
}

/** To the first key that is not known, or to the value itself. */
export const pathOf = (issue: z.core.$ZodIssue): readonly PropertyKey[] =>
  issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path

/** Where a setting is in a document; of one that is not there, where its group begins. */
export function offsetOf(contents: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = contents
  let offset = contents?.range?.[0] ?? 0
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step)
      if (pair === undefined || !isScalar(pair.key)) return offset
      offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step]
      offset = nodeOffset(node) ?? offset
    } else return offset
  }
  return offset
}

function nodeOffset(node: unknown): number | null {
  return isMap(node) || isSeq(node) || isScalar(node) ? (node.range?.[0] ?? null) : null
}
