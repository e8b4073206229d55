import { useLanguage } from './language.tsx'
import { useNow } from './now.tsx'
import { clockOrDate, exactTime, relativeWords } from './time-words.ts'

/** A moment: relative while under an hour away, else clock time in the store's zone; exact on hover. */
export function RelativeTime({ at, zone }: { at: number; zone: string }) {
  const { locale } = useLanguage()
  const now = useNow()
  const place = { zone, locale }
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at, place)}>
      {relativeWords(at, now, locale) ?? clockOrDate(at, now, place)}
    </time>
  )
}
