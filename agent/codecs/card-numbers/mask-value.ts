import { maskCardNumbers } from './mask.ts'

/** Deeper than any POS nests its data, and far from the stack's end. */
const DEEPEST = 200

/**
 * Any JSON value with the card numbers in its texts, whole numbers and keys masked, except under the keys in `codes`,
 * which are taken as they are: fields that hold codes by nature (SKU, ids). A number that is masked becomes a text;
 * what is nested deeper than 200 levels becomes `…`.
 */
export function maskCardNumbersIn(value: unknown, codes: ReadonlySet<string>): unknown {
  return maskPart(value, codes, 0)
}

function maskPart(value: unknown, codes: ReadonlySet<string>, depth: number): unknown {
  if (typeof value === 'string') return maskCardNumbers(value)
  if (typeof value === 'bigint' || Number.isInteger(value)) {
    const text = BigInt(value as number | bigint).toString() // 1e21 and more have no digits of their own as text
    const masked = maskCardNumbers(text)
    return masked === text ? value : masked
  }
  if (typeof value !== 'object' || value === null) return value
  if (depth >= DEEPEST) return '…'
  if (Array.isArray(value)) return value.map(part => maskPart(part, codes, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) =>
      codes.has(key) ? [key, part] : [maskCardNumbers(key), maskPart(part, codes, depth + 1)],
    ),
  )
}
