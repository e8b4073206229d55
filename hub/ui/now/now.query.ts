import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Language } from '../../../shared/languages.ts'
import { getJson } from '../../../shared/ui/json.ts'
import { NowView } from '../../web/api-schema.ts'

/** What every reading of the first page has in its key, whatever its language. */
export const nowKey = ['now'] as const

/** The first page in a language, and this computer's time when it arrived. The hub words the exceptions. */
export const nowQuery = (language: Language) =>
  queryOptions({
    queryKey: [...nowKey, language],
    queryFn: async ({ signal }) => {
      const view = await getJson('/api/now', NowView, signal, language)
      return { view, readAt: Date.now() }
    },
    placeholderData: keepPreviousData, // a change of language must not empty the page
    staleTime: Number.POSITIVE_INFINITY,
    // The live stream says when something has changed; the poll finds what it missed.
    refetchInterval: 30_000,
  })
