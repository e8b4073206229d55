import { defineError, describeError } from '../../shared/errors.ts'
import type { ReturnAnswer, ReturnQuestion } from '../../shared/returns.ts'
import type { World } from '../../shared/world.ts'
import type { DeviceRow } from '../fleet/devices.ts'

export const tooManyLookUps = defineError(
  'TOO_MANY_LOOK_UPS',
  () =>
    'This till has looked up more orders in the last hour than a counter needs. Try again later, or look the order up in Shopify.',
)

type Asking = Pick<DeviceRow, 'device' | 'store'>
type Answer = (device: Asking, question: ReturnQuestion) => Promise<ReturnAnswer>

/** Two questions a customer, and a customer every half minute. */
const MOST_AN_HOUR = 240
const HOUR_MS = 3_600_000

/**
 * Lets each device look up so much in an hour: a stolen till that is not revoked yet must not read the names of all customers.
 * What it asked is not in the log, only that it asked so often. Counted in memory: a hub that starts again begins at 0.
 */
export function limitQuestions(
  { clock, log }: Pick<World, 'clock' | 'log'>,
  answer: Answer,
  /** Keeps that a device passed the limit. */
  passed: (device: Asking, limit: number) => Promise<void>,
): (device: Asking, question: ReturnQuestion) => Promise<ReturnAnswer> {
  const counts = new Map<string, { readonly since: number; readonly asked: number }>()
  return async (device, question) => {
    const now = clock.monotonicMs()
    const before = counts.get(device.device)
    const isSameHour = before !== undefined && now - before.since < HOUR_MS
    const since = isSameHour ? before.since : now
    const asked = (isSameHour ? before.asked : 0) + 1
    counts.set(device.device, { since, asked })
    if (asked <= MOST_AN_HOUR) return answer(device, question)
    if (asked === MOST_AN_HOUR + 1) {
      const about = { device: device.device, store: device.store, limit: MOST_AN_HOUR }
      log.warn(about, 'a till looks up more orders than a counter needs; if it is stolen, revoke it')
      await passed(device, MOST_AN_HOUR).catch((error: unknown) =>
        log.error({ ...about, ...describeError(error) }, 'the exception for it could not be opened'),
      )
    }
    const { code, message: sentence } = tooManyLookUps({})
    return { is: 'problem', code, sentence }
  }
}
