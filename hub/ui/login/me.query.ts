import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson, postJson } from '../../../shared/ui/json.ts'
import { type LoginRequest, Me } from '../../web/api-schema.ts'

/** Who is logged in; fails as unauthorised when no user is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => getJson('/api/me', Me, signal),
  staleTime: Number.POSITIVE_INFINITY,
})

/** Logs in; the session's cookie is the browser's affair. */
export function useLogin() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (request: z.infer<typeof LoginRequest>) => postJson('/api/login', request, z.unknown()),
    onSuccess: () => client.refetchQueries({ queryKey: meQuery.queryKey }),
  })
}

/** Logs out and forgets all that was shown. */
export function useLogout() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => postJson('/api/logout', {}, z.unknown()),
    onSettled: () => client.resetQueries(),
  })
}
