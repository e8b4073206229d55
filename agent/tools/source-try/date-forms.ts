import { wallClock } from '../../../shared/wall-clock.ts'
import { monthNamed } from '../../sources/sales-files/month-names.ts'
import { momentIn, numberedDates } from '../../sources/sales-files/values.ts'

/** Formats in which a column's values can all be read, for the settings `date` and `time`. */
export interface DateForm {
  readonly format: string
  /** Whether it has the time of day as well. */
  readonly hasTime: boolean
}

const DATE = /^(\d{1,4})(\. |[./ -])(\d{1,2})\2(\d{1,4})/
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?!\d)/
/** A separator with a word of its own: `18 de julio de 2026`. */
const DAY_AND_NAME = /^\d{1,2}([./ -]+(?:de )?)\p{L}{3,15}\.?([./, -]+(?:del? )?)(\d{4}|\d{2})(?!\d)/u
const YEAR_AND_NAME = /^(\d{4})([./ -]+)\p{L}{3,15}\.?([./ -]+)\d{1,2}(?!\d)/u
const EAST_ASIAN = /^\d{4}([年년])\s?\d{1,2}([月월])\s?\d{1,2}([日일])/u
/** `令和8年7月18日`, `R8/7/18` */
const ERA = /^(?:令和|平成|[RH])\.?\s?(?:\d{1,2}|元)([年./-])\s?\d{1,2}([月./-])\s?\d{1,2}(日)?(?!\d)/u
/** `Sat, `, `lör `: the day of the week says nothing that the date does not. */
const WEEKDAY = /^\p{L}{2,15}\.?,? +(?=[\p{L}\d])/u
/** Words between a date and its time. */
const BETWEEN = /^(?:,? +(?:klo|kl\.?|um|at|a las|à la|à|alle ore|alle|ore|om|o godz\.?) +|T|\.?,? *)/iu
const NAME_AND_DAY = /^\p{L}{3,15}\.?( )\d{1,2}(,? )(\d{4})(?!\d)/u
const TIME =
  /^(\d{1,2})([:.hH])(\d{2})(?:([:.])(\d{2}))?(\s?)([AaPp]\.?\s?[Mm]\.?|[πμΠΜ]\.?\s?[μΜ]\.?|[öÖ][öÖsS])?( [A-Z]{2,5}|\s?(?:Uhr|h))?$/

/** `9時05分`, `午後1:20`: as Japan and Korea write times. */
const EAST_ASIAN_TIME =
  /^(午[前後]|오[전후])?(\s?)(\d{1,2})(?:([時시])(\s?)(\d{1,2})([分분])(?:(\s?)(\d{1,2})([秒초]))?|(:)\d{2}(?:(:)\d{2})?)$/u
/** The dot behind the year, as Croatian writes it. */
const END_DOT = /^\.\s*$/

/** The formats that read all of these texts; more than one: day and month can't be told apart. */
export function dateForms(written: readonly string[]): readonly DateForm[] {
  const texts = written.map(text => text.normalize('NFKC'))
  const [first] = texts
  if (first === undefined) return []
  const numbered = numberedForm(texts)
  if (numbered !== null) return [{ format: numbered, hasTime: true }]
  if (readAll(texts, 'iso')) return [{ format: 'iso', hasTime: texts.some(text => text.length > 10) }]
  return dateParts(first).flatMap(({ formats, rest }) => {
    if (END_DOT.test(rest))
      return formats
        .map(format => ({ format: `${format}.`, hasTime: false }))
        .filter(({ format }) => readAll(texts, format))
    const time = timeForm(rest)
    if (time === null) return []
    return formats
      .map(format => ({ format: `${format}${time}`, hasTime: time !== '' }))
      .filter(({ format }) => readAll(texts, format))
  })
}

/** The formats that read all of these texts as a time of day behind a date. */
export function timeForms(written: readonly string[]): readonly string[] {
  const texts = written.map(text => text.normalize('NFKC'))
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

/** The settings `date` and `time` of a source. */
export interface DateSettings {
  readonly date: string
  readonly time?: string
}

/** The settings that read these dates with the times of day beside them; `times` empty: the dates have them. */
export function datesWithTimes(dates: readonly string[], times: readonly string[]): readonly DateSettings[] {
  const [time] = timeForms(times)
  return dateForms(dates).map(({ format, hasTime }) => {
    if (time === undefined) return { date: format }
    if (!hasTime) return { date: format === 'iso' ? 'YYYY-M-D' : format, time }
    const midnight = midnightOf(dates)
    if (midnight === null) return { date: format }
    const day = format === 'iso' ? 'YYYY-M-D' : format.replace(/[ T]H.*$/, '')
    return { date: `${day}${midnight}`, time }
  })
}

/** An export of a database writes each date with midnight. Null: not all have it. */
function midnightOf(dates: readonly string[]): string | null {
  const midnight = /[ T](?:00:00(?::00)?)$/.exec(dates[0] ?? '')?.[0]
  return midnight !== undefined && dates.every(value => value.endsWith(midnight)) ? midnight : null
}

/** Whether these dates, read in some form, have the time of day as well. */
export function haveTimes(dates: readonly string[]): boolean {
  return dateForms(dates).some(({ hasTime }) => hasTime) && midnightOf(dates) === null
}

/** How a date may be written: one or two digits of a day, a month or an hour are one form. */
function dateParts(text: string): { formats: readonly string[]; rest: string }[] {
  const compact = COMPACT.exec(text)
  if (compact !== null) return [{ formats: ['YYYYMMDD'], rest: text.slice(compact[0].length) }]
  const era = ERA.exec(text)
  if (era !== null) {
    const [all, year = '', month = '', day = ''] = era
    return [{ formats: [`EY${year}M${month}D${day}`], rest: text.slice(all.length) }]
  }
  const weekday = WEEKDAY.exec(text)?.[0] ?? ''
  const isDay = weekday !== '' && monthNamed(weekday.replace(/[,\s.]+$/, '')) === null
  const mark = weekday.replace(/^\p{L}+\.?/u, '')
  const inner = isDay ? dateParts(text.slice(weekday.length)) : []
  if (inner.length > 0)
    return inner.map(({ formats, rest }) => ({ formats: formats.map(each => `ddd${mark}${each}`), rest }))
  const asian = EAST_ASIAN.exec(text)
  if (asian !== null) {
    const [all, year = '', month = '', day = ''] = asian
    return [{ formats: [`YYYY${year}M${month}D${day}`], rest: text.slice(all.length) }]
  }
  const named = DAY_AND_NAME.exec(text) ?? NAME_AND_DAY.exec(text)
  if (named !== null) return [namedMonth(text, named)]
  const first4 = YEAR_AND_NAME.exec(text)
  if (first4 !== null) {
    const [all, , sign = '', next = ''] = first4
    return [{ formats: [`YYYY${sign}MMM${next}D`], rest: text.slice(all.length) }]
  }
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
  const quoted = (part: string) => part.replace(/\p{L}+/gu, '[$&]')
  const format = /^\d/.test(text)
    ? `D${quoted(sign)}MMM${quoted(next)}${digits}`
    : `MMM${sign}D${next}${digits}`
  return { formats: [format], rest: text.slice(all.length) }
}

/** What follows a date, as a format: '' for nothing; null when it is not a time of day. */
function timeForm(rest: string): string | null {
  if (rest.trim() === '') return ''
  const compact = /^( |T)?(\d{6}|\d{4})$/.exec(rest)
  if (compact !== null) return `${compact[1] ?? ''}${compact[2]?.length === 6 ? 'HHmmss' : 'HHmm'}`
  const between = BETWEEN.exec(rest)?.[0] ?? ''
  const asian = eastAsianTime(rest.slice(between.length).trim())
  if (asian !== null) return `${between}${asian}`
  const [all, , first = ':', , second, , blank = '', noon, after = ''] =
    TIME.exec(rest.slice(between.length).trim()) ?? []
  if (all === undefined) return null
  const hour = noon === undefined ? 'H' : 'h'
  const sign = /h/i.test(first) ? `[${first}]` : first
  const behind = noon === undefined ? `${blank}${after}` : after
  const zone = /^ [A-Z]{2,5}$/.test(behind) ? ' z' : quotedWords(behind)
  const lead = between === 'T' ? 'T' : quotedWords(between)
  return `${lead}${hour}${sign}mm${second === undefined ? '' : `${second}ss`}${noon === undefined ? '' : `${blank}A`}${zone}`
}

/** Null: it is written in another way. */
function eastAsianTime(text: string): string | null {
  const [
    all,
    noon,
    blank = '',
    ,
    hour = ':',
    afterHour = '',
    ,
    minute,
    beforeSecond = '',
    second,
    end,
    ,
    colon,
  ] = EAST_ASIAN_TIME.exec(text) ?? []
  if (all === undefined || (noon === undefined && minute === undefined)) return null
  const lead = noon === undefined ? 'H' : `A${blank}h`
  if (minute === undefined) return `${lead}:mm${colon === undefined ? '' : ':ss'}`
  const seconds = second === undefined ? '' : `${beforeSecond}s${end ?? ''}`
  return `${lead}${hour}${afterHour}m${minute}${seconds}`
}

const quotedWords = (text: string) => text.replace(/\p{L}+\.?/gu, '[$&]')

/** The years in which numbers are taken for days or moments. */
const NUMBERED = {
  excel: [36_526, 73_050],
  'epoch-s': [946_684_800, 4_102_444_800],
  'epoch-ms': [946_684_800_000, 4_102_444_800_000],
} as const

/** Moments that are numbers: `1784363405`, `46221.41667`. Null: they are not. */
function numberedForm(texts: readonly string[]): (typeof numberedDates)[number] | null {
  if (!texts.every(text => /^\d{5,13}(?:[.,]\d+)?$/.test(text))) return null
  const found = numberedDates.find(form => {
    const [from, to] = NUMBERED[form]
    return texts.every(text => Number(text.replace(',', '.')) >= from && Number(text.replace(',', '.')) < to)
  })
  return found ?? null
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
