import { wallClock } from '../../../shared/wall-clock.ts'
import { momentIn } from '../../sources/sales-files/values.ts'

/** Formats in which a column's values can all be read, for the settings `date` and `time`. */
export interface DateForm {
  readonly format: string
  /** Whether it has the time of day as well. */
  readonly hasTime: boolean
}

const DATE = /^(\d{1,4})([./ -])(\d{1,2})\2(\d{1,4})/
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?!\d)/
const DAY_AND_NAME = /^\d{1,2}([./ -]+)\p{L}{3,15}\.?([./, -]+)(\d{4}|\d{2})(?!\d)/u
const NAME_AND_DAY = /^\p{L}{3,15}\.?( )\d{1,2}(,? )(\d{4})(?!\d)/u
const TIME = /^(\d{1,2})([:.h])(\d{2})(?:([:.])(\d{2}))?(\s?)([AaPp]\.?[Mm]\.?)?$/

/** The formats that read all of these texts; more than one: day and month can't be told apart. */
export function dateForms(texts: readonly string[]): readonly DateForm[] {
  const [first] = texts
  if (first === undefined) return []
  if (readAll(texts, 'iso')) return [{ format: 'iso', hasTime: texts.some(text => text.length > 10) }]
  return dateParts(first).flatMap(({ formats, rest }) => {
    const time = timeForm(rest)
    if (time === null) return []
    return formats
      .map(format => ({ format: `${format}${time}`, hasTime: time !== '' }))
      .filter(({ format }) => readAll(texts, format))
  })
}

/** The formats that read all of these texts as a time of day behind a date. */
export function timeForms(texts: readonly string[]): readonly string[] {
  const [first] = texts
  const form = first === undefined ? null : timeForm(first)
  return form === null ||
    form === '' ||
    !readAll(
      texts.map(text => `2026-01-31 ${text}`),
      `YYYY-M-D ${form}`,
    )
    ? []
    : [form]
}

/** How a date may be written: one or two digits of a day, a month or an hour are one form. */
function dateParts(text: string): { formats: readonly string[]; rest: string }[] {
  const compact = COMPACT.exec(text)
  if (compact !== null) return [{ formats: ['YYYYMMDD'], rest: text.slice(compact[0].length) }]
  const named = DAY_AND_NAME.exec(text) ?? NAME_AND_DAY.exec(text)
  if (named !== null) return [namedMonth(text, named)]
  const [all, first = '', sign = '', , last = ''] = DATE.exec(text) ?? []
  if (all === undefined) return []
  const rest = text.slice(all.length)
  if (first.length === 4) return [{ formats: [`YYYY${sign}M${sign}D`], rest }]
  const year = last.length === 4 ? 'YYYY' : 'YY'
  const formats = [`D${sign}M${sign}${year}`, `M${sign}D${sign}${year}`]
  const isYearFirst = last.length === 2 && first.length === 2 && sign !== '.'
  return [{ formats: isYearFirst ? [...formats, `YY${sign}M${sign}D`] : formats, rest }]
}

/** `18 Jul 2026`, `Jul 18, 2026` */
function namedMonth(text: string, [all, sign = '', next = '', year = '']: RegExpExecArray) {
  const digits = year.length === 4 ? 'YYYY' : 'YY'
  const format = /^\d/.test(text) ? `D${sign}MMM${next}${digits}` : `MMM${sign}D${next}${digits}`
  return { formats: [format], rest: text.slice(all.length) }
}

/** What follows a date, as a format: '' for nothing; null when it is not a time of day. */
function timeForm(rest: string): string | null {
  if (rest.trim() === '') return ''
  const compact = /^( |T)?(\d{6}|\d{4})$/.exec(rest)
  if (compact !== null) return `${compact[1] ?? ''}${compact[2]?.length === 6 ? 'HHmmss' : 'HHmm'}`
  const between = /^(?:,? +|T)?/.exec(rest)?.[0] ?? ''
  const [all, , first = ':', , second, , blank = '', noon] =
    TIME.exec(rest.slice(between.length).trim()) ?? []
  if (all === undefined || first === 'h') return null
  const hour = noon === undefined ? 'H' : 'h'
  return `${between}${hour}${first}mm${second === undefined ? '' : `${second}ss`}${noon === undefined ? '' : `${blank}A`}`
}

/** Before this year no till that exports files was in use. */
const FIRST_YEAR = '2000'

function readAll(texts: readonly string[], format: string): boolean {
  const clock = wallClock({ numbers: 'epoch-ms' }, 'UTC')
  return texts.every(text => {
    try {
      return momentIn(text, '', format, clock) >= FIRST_YEAR
    } catch {
      return false // the format is not this one
    }
  })
}
