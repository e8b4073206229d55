import { dateOfNumber } from './sale-times.ts'

/** A receipt number in two parts: what its series begins with, and what is counted. */
export interface DatedNumber {
  readonly prefix: string
  readonly value: number
  /** How many figures the value is printed with. */
  readonly digits: number
  /** The prefix with `#` for the figures of a date among its digits; null: it has none there. */
  readonly family: string | null
}

interface Printed {
  readonly text: string
  /** The business date, as a number. */
  readonly date: number
}

/** More can't be told apart as numbers. */
const MOST_DIGITS = 15
const MONTH_AND_DAY = 4

/**
 * The numbers of one source; those that end with no digits are left out. A date that is printed without a sign before the
 * counter (`2611290123`) belongs to the beginning, as each day has another.
 */
export function numbersOf<P extends Printed>(printed: readonly P[]): (P & DatedNumber)[] {
  const parted = printed.flatMap(one => {
    const [, prefix, figures] = /^(.*?)(\d+)$/.exec(one.text) ?? []
    return prefix === undefined || figures === undefined ? [] : [{ one, prefix, figures, date: one.date }]
  })
  return [...Map.groupBy(parted, ({ prefix }) => prefix).values()].flatMap(some => {
    const dateEnds = endOfDate(some)
    return some.map(({ one, prefix, figures }) => {
      const isDated = dateEnds !== null && figures.length > dateEnds
      const begins = Math.max(isDated ? dateEnds : 0, figures.length - MOST_DIGITS)
      const counted = figures.slice(begins)
      return {
        ...one,
        prefix: prefix + figures.slice(0, begins),
        value: Number(counted),
        digits: counted.length,
        family: isDated ? prefix + '#'.repeat(begins) : null,
      }
    })
  })
}

/** Behind how many figures the date ends that most days have in the same place; null: a counter, which shows few days by chance. */
function endOfDate(numbers: readonly { readonly figures: string; readonly date: number }[]): number | null {
  const days = [...Map.groupBy(numbers, ({ date }) => date)]
  const longest = numbers.reduce((most, { figures }) => Math.max(most, figures.length), 0)
  const daysWith = (place: number, isDayFirst: boolean) =>
    days.filter(([date, some]) => {
      const [, month = '', day = ''] = dateOfNumber(date).split('-')
      const wanted = isDayFirst ? day + month : month + day
      return some.filter(({ figures }) => figures.startsWith(wanted, place)).length * 2 > some.length
    }).length
  for (let place = 0; place + MONTH_AND_DAY < longest; place += 1)
    for (const isDayFirst of [false, true]) {
      const dated = daysWith(place, isDayFirst)
      if (dated > 1 && dated * 2 > days.length) return place + MONTH_AND_DAY
    }
  return null
}
