import { defineError } from '../../../shared/errors.ts'

export const channelLost = defineError(
  'CHANNEL_LOST',
  (f: { channel: string; why: string }) =>
    `The connection to ${f.channel} was lost (${f.why}). Check its power and cable. The agent reconnects automatically.`,
)
export const channelStalled = defineError(
  'CHANNEL_STALLED',
  (f: { channel: string; seconds: number }) =>
    `${f.channel} has taken no data for ${f.seconds} seconds. Look at its paper, cover and error light.`,
)
export const channelUnreachable = defineError(
  'CHANNEL_UNREACHABLE',
  (f: { channel: string; why: string }) =>
    `Nothing can be reached at ${f.channel} (${f.why}). Switch it on, look at its network cable, and check the address.`,
)
export const listenRefused = defineError(
  'LISTEN_REFUSED',
  (f: { channel: string; why: string }) =>
    `The agent can't take print jobs at ${f.channel} (${f.why}). Stop the program that has this port, or set another port here and in the POS.`,
)

/** A system error's own code, such as ECONNREFUSED, or its message. node-usb gives all its errors one code. */
export function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const hasOwnCode = 'code' in error && typeof error.code === 'string' && error.code !== 'GenericFailure'
  return hasOwnCode ? String(error.code) : error.message
}
