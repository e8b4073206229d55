import { defineError, TillbridgeError } from '../../shared/errors.ts'

const SENTENCES: ReadonlyMap<string, string> = new Map([
  [
    'DEVICE_REVOKED',
    'Head office has revoked this till. If that was a mistake, enrol it again with a new code.',
  ],
  [
    'DEVICE_QUARANTINED',
    'Head office has blocked this till because its records contradict those of the hub. Re-enrol the till; nothing is lost.',
  ],
  ['DEVICE_UNKNOWN', 'The hub does not know this till. Enrol it again with a new code.'],
  ['SIGNATURE_WRONG', 'The hub knows this till with another key. Enrol it again with a new code.'],
  ['PROTOCOL_UNSUPPORTED', 'The hub does not speak the protocol of this agent. Update the older of the two.'],
])
const hubRefuses = defineError(
  'HUB_REFUSES',
  (f: { code: string }) => `The hub refuses this till (${f.code}). Update the agent; sales stay safe here.`,
)
const CODE = /^[A-Z][A-Z0-9_]{2,63}$/

/** A refusal of the hub in this agent's own words. */
export function refusalOf(code: string): TillbridgeError {
  const sentence = SENTENCES.get(code)
  if (sentence !== undefined) return new TillbridgeError(code, sentence, {})
  return hubRefuses({ code: CODE.test(code) ? code : 'no code' })
}
