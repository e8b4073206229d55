import { isFigure, type JsonField, type JsonShape } from './json-fields.ts'
import { jsonUnknown } from './json-unknown.ts'
import type { OpenQuestions } from './open-questions.ts'

/**
 * The amount of lines in which no name of money is known, as a person says it: without their amount the goods would not be told.
 * @throws SOURCE_JSON_UNKNOWN where nothing in them can be an amount, SOURCE_ANSWER_UNKNOWN
 */
export function lineAmountAsked(
  { pointer, shape }: { readonly pointer: string; readonly shape: JsonShape },
  file: string,
  asking: OpenQuestions,
): JsonField {
  const fits = shape.fields.filter(({ meant, values }) => meant.size === 0 && values.every(isFigure))
  const [first] = fits
  if (first === undefined)
    throw jsonUnknown({ file, why: `"${pointer}" has goods, and no name in it is that of an amount` })
  const said = asking.ask({
    id: 'column-of:amount',
    asks: `No name in "${pointer}" is known as that of an amount. Which is the amount of a line, after discounts?`,
    options: fits.map(field => ({
      value: field.pointer,
      means: `the one with ${[...new Set(field.values)].slice(0, 3).join(', ')}`,
    })),
  })
  return fits.find(field => field.pointer === said) ?? first
}
