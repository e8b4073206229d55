import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson, postJson } from '../../../shared/ui/json.ts'
import { type MoveRequest, PickupView } from '../../till/api-schema.ts'

/** All pickups of this store. The live stream says when to read them again; the poll finds what it missed. */
export const pickupsQuery = queryOptions({
  queryKey: ['pickups'],
  queryFn: ({ signal }) => getJson('/api/pickups', z.array(PickupView), signal),
  staleTime: Number.POSITIVE_INFINITY,
  refetchInterval: 30_000,
})

/** Makes a move of one pickup. Its answer shows at once; the list is read again whatever comes. */
export function useMoveMutation(pickup: PickupView['pickup']) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (request: MoveRequest) =>
      postJson(`/api/pickups/${encodeURIComponent(pickup)}/moves`, request, PickupView),
    onSuccess: moved => {
      client.setQueryData(pickupsQuery.queryKey, before =>
        before?.map(view => (view.pickup === moved.pickup ? moved : view)),
      )
    },
    onSettled: () => void client.invalidateQueries({ queryKey: pickupsQuery.queryKey }),
  })
}
