import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson, postJson } from '../../../shared/ui/json.ts'
import {
  type AcknowledgeRequest,
  type MoveRequest,
  type PickRequest,
  PickupView,
  type RemindRequest,
  type RemindUndoRequest,
} from '../../till/api-schema.ts'

/** All pickups of this store. The live stream says when to read them again; the poll finds what it missed. */
export const pickupsQuery = queryOptions({
  queryKey: ['pickups'],
  queryFn: ({ signal }) => getJson('/api/pickups', z.array(PickupView), signal),
  staleTime: Number.POSITIVE_INFINITY,
  refetchInterval: 30_000,
})

/** Makes a move of a pickup. Its answer shows at once; the list is read again whatever comes. */
export function useMoveMutation() {
  return usePickupPost<MoveRequest>('moves')
}

/** Keeps how far one line of a pickup is picked. */
export function usePickMutation() {
  return usePickupPost<PickRequest>('picks')
}

/** Keeps that staff have read what became of a pickup. */
export function useAcknowledgeMutation() {
  return usePickupPost<AcknowledgeRequest>('acknowledgements')
}

/** Takes back that staff have read what became of a pickup. */
export function useUndoAcknowledgeMutation() {
  return usePickupPost<AcknowledgeRequest>('acknowledgements/undo')
}

/** Keeps that staff reminded the customer. */
export function useRemindMutation() {
  return usePickupPost<RemindRequest>('reminders')
}

/** Takes the last reminder back. */
export function useUndoReminderMutation() {
  return usePickupPost<RemindUndoRequest>('reminders/undo')
}

function usePickupPost<Asked>(what: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ pickup, ...request }: Asked & Pick<PickupView, 'pickup'>) =>
      postJson(`/api/pickups/${encodeURIComponent(pickup)}/${what}`, request, PickupView),
    onSuccess: changed => {
      client.setQueryData(pickupsQuery.queryKey, before =>
        before?.map(view => (view.pickup === changed.pickup ? changed : view)),
      )
    },
    onSettled: () => void client.invalidateQueries({ queryKey: pickupsQuery.queryKey }),
  })
}
