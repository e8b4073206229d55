import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson, postJson } from '../../../shared/ui/json.ts'
import {
  PrintJobView,
  ReturnFound,
  type ReturnRequest,
  type ReturnSearch,
  ReturnView,
} from '../../till/api-schema.ts'
import { printJobsQuery } from '../slips/slips.query.ts'

/** The store's returns of the last week. The live stream says when to read them again. */
export const returnsQuery = queryOptions({
  queryKey: ['returns'],
  queryFn: ({ signal }) => getJson('/api/returns', z.array(ReturnView), signal),
  staleTime: Number.POSITIVE_INFINITY,
  refetchInterval: 30_000,
})

/** Looks up what a customer brings back. Its answer is kept by the page that asked alone. */
export function useReturnSearch() {
  return useMutation({
    mutationFn: (question: ReturnSearch) => postJson('/api/returns/questions', question, ReturnFound),
    gcTime: 0,
  })
}

/** Records a return. Its answer shows at once. */
export function useReturnMutation() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (request: ReturnRequest) => postJson('/api/returns', request, ReturnView),
    onSettled: () => client.invalidateQueries({ queryKey: returnsQuery.queryKey }),
  })
}

/** Queues the slip of a return. */
export function usePrintReturn(returnId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => postJson(`/api/returns/${encodeURIComponent(returnId)}/slips`, {}, PrintJobView),
    onSettled: () => client.invalidateQueries({ queryKey: printJobsQuery.queryKey }),
  })
}
