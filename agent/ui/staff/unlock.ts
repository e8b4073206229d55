import { postJson } from '../../../shared/ui/json.ts'
import { UnlockAnswer, type UnlockRequest } from '../../till/api-schema.ts'

/** What became of a try. */
export type UnlockOutcome =
  | UnlockAnswer
  | { readonly is: 'unknown-badge' }
  | { readonly is: 'failed'; readonly sentence: string | null }

/** Asks the agent for a pass. @throws ApiError */
export function unlockWith(asked: UnlockRequest): Promise<UnlockAnswer> {
  return postJson('/api/staff/unlock', asked, UnlockAnswer)
}
