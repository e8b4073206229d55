import { queryOptions } from '@tanstack/react-query'
import { getJson } from '../../../shared/ui/json.ts'
import { StaffView } from '../../till/api-schema.ts'

/** Who works here, and who holds this page's pass. */
export const staffQuery = queryOptions({
  queryKey: ['staff'],
  queryFn: ({ signal }) => getJson('/api/staff', StaffView, signal),
  staleTime: Number.POSITIVE_INFINITY,
})
