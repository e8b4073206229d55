import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { useNow } from '../../../shared/ui/now.tsx'
import { clockOrDate, exactTime, relativeWords } from '../../../shared/ui/time-words.ts'
import { nowMessages } from './now.messages.ts'

/** How long something has been so: `41 min ago`, from an hour on `since 10:58`. Exact on hover. */
export function Since({ at, zone }: { at: number; zone: string }) {
  const t = useMessages(nowMessages)
  const { locale } = useLanguage()
  const now = useNow()
  const place = { zone, locale }
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at, place)}>
      {relativeWords(at, now, locale) ?? t.since(clockOrDate(at, now, place))}
    </time>
  )
}
