import { queryOptions } from '@tanstack/react-query'
import { getJson } from '../../../shared/ui/json.ts'
import { NowView } from '../../web/api-schema.ts'

/** The first page, and this computer's time when it came. */
export const nowQuery = queryOptions({
  queryKey: ['now'],
  queryFn: async ({ signal }) => {
    const view = await getJson('/api/now', NowView, signal)
    return { view, readAt: Date.now() }
  },
  staleTime: Number.POSITIVE_INFINITY,
  // The live stream says when something has changed; the poll finds what it missed.
  refetchInterval: 30_000,
})
