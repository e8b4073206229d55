import { haveTimes, timeForms } from './date-forms.ts'
import type { OpenQuestions } from './open-questions.ts'

interface NamedTimes {
  /** The heading or the pointer of the moments. */
  readonly name: string
  readonly values: readonly string[]
}

/**
 * The clock of times whose name says UTC and whose values name no zone: a server may mean it, or have called its own clock so. `store`: no
 * name says otherwise. @throws SOURCE_ANSWER_UNKNOWN
 */
export function clockAsked(
  columns: readonly NamedTimes[],
  zone: string,
  asking: OpenQuestions,
): 'store' | 'utc' {
  const named = columns.find(({ name }) => OF_UTC.test(name.replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')))
  const hasTimes = columns.some(({ values }) => haveTimes(values) || timeForms(values).length > 0)
  if (named === undefined || !hasTimes) return 'store'
  if (columns.some(({ values }) => values.some(hasZone))) return 'store'
  const example = named.values[0] ?? ''
  const said = asking.ask({
    id: 'clock',
    asks: `"${named.name}" (${example}) says UTC. Which clock are its times of?`,
    options: [
      { value: 'utc', means: `UTC: they are turned into the time of ${zone}` },
      { value: 'store', means: `the store's own, ${zone}` },
    ],
  })
  return said ?? 'utc'
}

const OF_UTC = /(?:^|[^a-z])(?:utc|gmt|zulu)(?:$|[^a-z])/i
/** `22:30:00Z`, `22:30 +02:00`, `22:30 CEST`, or a number of seconds since 1970. */
const hasZone = (value: string) =>
  /[:.]\d\d(?:[.,]\d+)?\s?(?:Z|[+-]\d\d:?(?:\d\d)?|(?![AP]M)[A-Z]{2,5})$/i.test(value) ||
  /^\d{9,13}$/.test(value)
