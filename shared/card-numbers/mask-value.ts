import { maskCode } from './codes.ts'
import { maskCardNumbers } from './mask.ts'

/** Deeper than any POS nests its data, and far from the stack's end. */
const DEEPEST = 200

/**
 * Any JSON value with the card numbers in its texts, whole numbers and keys masked. Under the keys in `codes`, fields
 * that hold codes by nature (SKU, ids), only what is a card number as a whole is masked. A number that is masked becomes a text;
 * what is nested deeper than 200 levels becomes `…`.
 */
export function maskCardNumbersIn(value: unknown, codes: ReadonlySet<string>): unknown {
  return maskPart(value, codes, 0, maskCardNumbers)
}

function maskPart(
  value: unknown,
  codes: ReadonlySet<string>,
  depth: number,
  mask: (text: string) => string,
): unknown {
  if (typeof value === 'string') return mask(value)
  if (typeof value === 'bigint' || Number.isInteger(value)) {
    const text = BigInt(value as number | bigint).toString() // 1e21 and more have no digits of their own as text
    const masked = mask(text)
    return masked === text ? value : masked
  }
  if (typeof value !== 'object' || value === null) return value
  if (depth >= DEEPEST) return '…'
  if (Array.isArray(value)) return value.map(part => maskPart(part, codes, depth + 1, mask))
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) =>
      codes.has(key)
        ? [key, maskPart(part, codes, depth + 1, maskCode)]
        : [maskCardNumbers(key), maskPart(part, codes, depth + 1, mask)],
    ),
  )
}
