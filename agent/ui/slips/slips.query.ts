import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson, postJson } from '../../../shared/ui/json.ts'
import { PrintJobView, type slipKinds } from '../../till/api-schema.ts'

export const printJobsQuery = queryOptions({
  queryKey: ['print-jobs'],
  queryFn: ({ signal }) => getJson('/api/print-jobs', z.array(PrintJobView), signal),
  staleTime: Number.POSITIVE_INFINITY, // the live stream invalidates it
})

/** Queues a slip of a pickup, or a printed one once more. */
export function usePrint(pickup: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (what: { slip: (typeof slipKinds)[number] } | { again: string }) =>
      'slip' in what
        ? postJson(`/api/pickups/${encodeURIComponent(pickup)}/slips`, what, PrintJobView)
        : postJson(`/api/print-jobs/${encodeURIComponent(what.again)}/reprint`, {}, PrintJobView),
    onSettled: () => client.invalidateQueries({ queryKey: printJobsQuery.queryKey }),
  })
}
