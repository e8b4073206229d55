import { defineError } from '../../shared/errors.ts'
import {
  closeCodes,
  type Frame,
  frameMalformed,
  frameTooLarge,
  protocolRange,
} from '../../shared/protocol.ts'
import { batchCorrupt, streamGap } from '../../shared/stream/accept.ts'
import { setAsideFull } from '../streams/device-budget.ts'
import { streamMoved } from '../streams/event-log.ts'
import {
  challengeStale,
  deviceQuarantined,
  deviceRevoked,
  deviceUnknown,
  signatureWrong,
} from './authenticate.ts'

export const protocolUnsupported = defineError(
  'PROTOCOL_UNSUPPORTED',
  (f: { asked: number }) =>
    `This hub speaks protocol ${protocolRange.min}–${protocolRange.max}, the agent asked for ${f.asked}. Update the older of the two.`,
)
export const frameUnexpected = defineError(
  'FRAME_UNEXPECTED',
  (f: { kind: Frame['t'] }) => `A ${f.kind} frame came at the wrong moment. The connection starts again.`,
)
export const tooMuchQueued = defineError(
  'TOO_MUCH_QUEUED',
  (f: { device: string }) =>
    `Device ${f.device} sent more than the hub can keep waiting. The connection starts again and sends the rest.`,
)
export const creditExceeded = defineError(
  'CREDIT_EXCEEDED',
  (f: { device: string; granted: number }) =>
    `Device ${f.device} sent more than the ${f.granted} records that the hub had asked for. The connection starts again and sends the rest.`,
)

export const commandsRenewedOften = defineError(
  'COMMANDS_RENEWED_OFTEN',
  (f: { device: string }) =>
    `Device ${f.device} says again and again that it holds other commands than the hub sent. The connection starts again later.`,
)

const unauthorised = [deviceUnknown, signatureWrong]
const again = [
  streamGap,
  batchCorrupt,
  streamMoved,
  tooMuchQueued,
  creditExceeded,
  setAsideFull,
  commandsRenewedOften,
]
const malformed = [frameMalformed, frameTooLarge, frameUnexpected]

/** The WebSocket close code that goes with what ended a session. What no device has caused is the hub's own fault. */
export function closeCodeOf(error: unknown): number {
  if (unauthorised.some(kind => kind.is(error))) return closeCodes.unauthorised
  if (challengeStale.is(error)) return closeCodes.slow
  if (deviceQuarantined.is(error) || deviceRevoked.is(error)) return closeCodes.quarantined
  if (protocolUnsupported.is(error)) return closeCodes.version
  if (again.some(kind => kind.is(error))) return closeCodes.gap
  if (malformed.some(kind => kind.is(error))) return closeCodes.malformed
  return closeCodes.failed
}
