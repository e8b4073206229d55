import { valueAt } from '../../sources/sales-files/json/json-values.ts'
import type { FieldMark } from '../../sources/sales-files/marks.ts'
import { type JsonPart, pointersIn } from './json-fields.ts'
import { type AskedMarks, markFound, markText } from './mark-found.ts'
import { flagMeant, itemMeant } from './meanings.ts'
import type { OpenQuestions } from './open-questions.ts'

/** So many the settings can name. */
const MOST_MARKS = 10

export interface JsonMark extends FieldMark {
  readonly field: string
}

/**
 * The fields of a part of the sales that mark it, of those that no setting names yet.
 * @param isBack whether a sale, line or payment went back in any case
 * @param used pointers that settings name already
 * @throws SOURCE_ANSWER_UNKNOWN
 */
export function jsonMarks(
  { pointer, elements }: JsonPart,
  used: ReadonlySet<string>,
  isBack: (element: unknown) => boolean,
  asking: OpenQuestions,
): readonly JsonMark[] {
  const asked: AskedMarks = new Map()
  return pointersIn(elements)
    .filter(field => !used.has(field))
    .flatMap(field => {
      const cells = elements.map(element => cellOf(valueAt(element, field)))
      const mark = markFound(
        { name: `${pointer}${field}`, words: wordsOf(field), cells, isBack: row => isBack(elements[row]) },
        asking,
        asked,
      )
      return mark === null ? [] : [{ field, ...mark }]
    })
    .slice(0, MOST_MARKS)
}

export function jsonMarkTexts(pointer: string, marks: readonly JsonMark[]): string[] {
  return marks.map(({ field, ...mark }) => markText(`${pointer}${field}`, mark)).filter(text => text !== '')
}

/** A field whose words all say what kind of thing was sold, with those that move no stock; null: none does. */
export function itemTypes({
  elements,
}: JsonPart): { readonly field: string; readonly services: string[] } | null {
  for (const field of pointersIn(elements)) {
    const words = [
      ...new Set(elements.map(element => cellOf(valueAt(element, field))).filter(word => word !== '')),
    ]
    const services = words.filter(word => itemMeant(word) === 'service')
    if (services.length > 0 && words.every(word => itemMeant(word) !== null)) return { field, services }
  }
  return null
}

/** `/refund/id` by both its names, `/payment/voided` by the last, where that says it. */
function wordsOf(field: string): string {
  const names = field.split('/').slice(-2).join(' ')
  const last = field.split('/').at(-1) ?? ''
  return flagMeant(names) === null && flagMeant(last) !== null ? last : names
}

/** Whether one of the figures at these pointers has a minus. */
export const isBelowAt = (element: unknown, figures: readonly string[]) =>
  figures.some(each => cellOf(valueAt(element, each)).trim().startsWith('-'))

/** A value as a cell of rows would have it; a list by how many it holds. */
function cellOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '' : `list of ${value.length}`
  return value === null || value === undefined || typeof value === 'object' ? '' : String(value)
}
