import { postJson } from '../../../shared/ui/json.ts'
import { UnlockAnswer, type UnlockRequest } from '../../till/api-schema.ts'

/** Asks the agent for a pass. @throws ApiError */
export function unlockWith(asked: UnlockRequest): Promise<UnlockAnswer> {
  return postJson('/api/staff/unlock', asked, UnlockAnswer)
}
