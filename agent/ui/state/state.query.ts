import { queryOptions } from '@tanstack/react-query'
import { getJson } from '../../../shared/ui/json.ts'
import { TillState } from '../../till/api-schema.ts'

/** The till's own state. The live stream keeps it fresh; the poll finds what a broken stream missed. */
export const stateQuery = queryOptions({
  queryKey: ['state'],
  queryFn: ({ signal }) => getJson('/api/state', TillState, signal),
  staleTime: Number.POSITIVE_INFINITY,
  refetchInterval: 30_000,
})
