import { type DateSettings, dateForms, datesWithTimes, haveTimes, timeForms } from './date-forms.ts'
import { type JsonField, type JsonShape, pointersOf } from './json-fields.ts'
import { jsonUnknown } from './json-unknown.ts'
import type { OpenQuestions } from './open-questions.ts'

export interface Moment {
  readonly date: JsonField
  /** Where the time of day is if the date does not have it. */
  readonly time: JsonField | undefined
}

const textsOf = ({ values }: JsonField) => values.filter(value => typeof value === 'string')

/** A till that was offline says when the sale was made, beside when the server made its record: `receipt_date` beside `created_at`. */
const isOfSale = (field: JsonField) =>
  /sale|sold|receipt|closed|completed|transaction/i.test(field.pointer.split('/').at(-1) ?? '') &&
  textsOf(field).length > 0 &&
  haveTimes(textsOf(field))

/** Where a sale says when it was made; null: nowhere. @throws SOURCE_JSON_UNKNOWN when it has a time of day that can't be read */
export function saleMomentIn(shape: JsonShape, file: string): Moment | null {
  const times = pointersOf(shape, 'time')
  const dates = pointersOf(shape, 'date')
  const date = dates.find(isOfSale) ?? dates[0] ?? times[0]
  if (date === undefined) return null
  // numbers are seconds or milliseconds; what is not a date at all is told by its name
  const isMoment = (field: JsonField) => {
    const texts = textsOf(field)
    return texts.length === 0 || haveTimes(texts)
  }
  if (isMoment(date) || dateForms(textsOf(date)).length === 0) return { date, time: undefined }
  const beside = times.filter(field => field !== date)
  const [unread] = beside
  if (unread === undefined) return { date, time: undefined }
  const time = beside.find(({ values }) => timeForms(values.map(String)).length > 0)
  if (time !== undefined) return { date, time }
  const whole = beside.find(isMoment)
  if (whole !== undefined) return { date: whole, time: undefined }
  // without its time a sale would be told at midnight
  throw jsonUnknown({
    file,
    why: `"${unread.pointer}" has values such as ${JSON.stringify(unread.values[0])}, in no form of a time of day that is known`,
  })
}

export function hasTimeOfDay(shape: JsonShape, file: string): boolean {
  const moment = saleMomentIn(shape, file)
  if (moment === null || moment.time !== undefined) return true
  const texts = textsOf(moment.date)
  return texts.length === 0 || haveTimes(texts)
}

export function dateForm({ date, time }: Moment, file: string, asking: OpenQuestions): DateSettings {
  const { pointer } = date
  const texts = textsOf(date)
  if (texts.length === 0) return { date: 'iso' } // numbers are seconds or milliseconds in any case
  const forms = datesWithTimes(texts, time?.values.map(String) ?? [])
  const [first, ...more] = forms
  if (first === undefined)
    throw jsonUnknown({
      file,
      why: `"${pointer}" has values such as ${JSON.stringify(texts[0])}, in no form of date that is known`,
    })
  if (more.length === 0) return first
  const said = asking.ask({
    id: 'date',
    asks: 'How are the dates written?',
    options: forms.map(({ date: value }) => ({ value, means: value })),
  })
  return forms.find(({ date: value }) => value === said) ?? first
}
