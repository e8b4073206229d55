import type { ReturnedLine } from '../../../shared/returns.ts'
import { listed } from './listed.ts'

/** Goods in words: `2 × Blue mug, Large (damaged)`. */
export function goodsText(lines: readonly ReturnedLine[]): string {
  return listed(
    lines.map(({ units, title, variantTitle, condition }) => {
      const name = variantTitle === null ? title : `${title}, ${variantTitle}`
      return `${units} × ${name}${condition === 'damaged' ? ' (damaged)' : ''}`
    }),
  )
}
