import { isFigure, type JsonField, type JsonShape, pointersOf } from './json-fields.ts'
import type { OpenQuestions } from './open-questions.ts'

/** Names of figures that say something else than units. */
const NOT_UNITS =
  /(?:id|no|number|code|uuid|time|date|at|on|version|index|order|position|rate|percent|percentage)$|price|amount|total|money|tax|vat|cost|discount|margin|tip|fee|charge|profit|sum|value|point|sku|barcode|ean|upc|gtin|plu/i

/**
 * How many of an item a line has, where no name that is known says it: each would count as one, so a person says which field it is.
 * Null: the names say it, or no field does. @throws SOURCE_ANSWER_UNKNOWN
 */
export function quantityAsked(pointer: string, lines: JsonShape, asking: OpenQuestions): string | null {
  if (pointersOf(lines, 'quantity').length > 0) return null
  const fields = lines.fields.filter(isLikeUnits)
  const [first] = fields
  if (first === undefined) return null
  const said = asking.ask({
    id: 'column-of:quantity',
    asks: `No name in "${pointer}" is known as that of a quantity. Which field says how many were sold?`,
    options: [
      ...fields.map(field => ({ value: field.pointer, means: `the field with ${valuesOf(field)}` })),
      { value: 'none', means: 'none: each line is one unit' },
    ],
  })
  return said === 'none' ? null : (said ?? first.pointer)
}

/** What is said of lines whose units no field names. */
export const oneUnitEach = (pointer: string) =>
  `No field of "${pointer}" says how many were sold: each line counts as one unit.`

function isLikeUnits({ pointer, values, meant }: JsonField): boolean {
  const name = pointer.split('/').at(-1) ?? ''
  const isNumber = values.every(value => typeof value !== 'boolean' && value !== '' && isFigure(value))
  return isNumber && meant.size === 0 && !NOT_UNITS.test(name) && values.some(value => Number(value) !== 0)
}

const valuesOf = ({ values }: JsonField) => [...new Set(values)].slice(0, 3).join(', ')
