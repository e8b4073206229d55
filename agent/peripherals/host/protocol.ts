import { z } from 'zod'
import { peripheralConditions } from '../../../shared/events.ts'
import { PeripheralName } from '../../../shared/ids.ts'
import { PeripheralConfig } from '../configured.ts'
import type { PeripheralOrder, PeripheralSays } from '../driver.ts'
import { Found } from '../find.ts'

/** What agent and device host say to each other: objects with Uint8Arrays, cloned as they are. Both ends parse. */

/** A print job is a receipt with its logo; nothing near this size comes from the agent. */
export const MAX_PRINT_BYTES = 4_194_304
export const MAX_SENTENCE = 1_000

const bytes = (most: number) =>
  z.custom<Uint8Array>(of => of instanceof Uint8Array && of.length <= most, `not bytes, or more than ${most}`)
const sentence = z.string().max(MAX_SENTENCE)
const code = z.string().min(1).max(64)
const count = z.int().min(0)
const print = z.string().regex(/^[0-9a-f]{32}$/)
const job = z.string().min(1).max(255)

const Order = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('print'), job, bytes: bytes(MAX_PRINT_BYTES) }),
  z.strictObject({ is: z.literal('ask-conditions') }),
]) satisfies z.ZodType<PeripheralOrder>

const Says = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('connected') }),
  z.strictObject({ is: z.literal('gone'), code, sentence }),
  z.strictObject({
    is: z.literal('conditions'),
    conditions: z.array(z.enum(peripheralConditions)).max(32).readonly(),
    sentence: sentence.exactOptional(),
  }),
  z.strictObject({ is: z.literal('scanned'), bytes: bytes(8_192), via: z.enum(['serial', 'hid', 'tee']) }),
  z.strictObject({ is: z.literal('scan-dropped'), bytes: count, sentence }),
  z.strictObject({
    is: z.literal('captured'),
    job: count,
    print: print.exactOptional(),
    at: count.exactOptional(),
    towards: z.enum(['printer', 'pos']),
    bytes: bytes(1_048_576),
  }),
  z.strictObject({
    is: z.literal('capture-ended'),
    job: count,
    print: print.exactOptional(),
    end: z.enum(['whole', 'cut', 'again']).exactOptional(),
  }),
  z.strictObject({
    is: z.literal('capture-lost'),
    job: count,
    print: print.exactOptional(),
    bytes: count,
  }),
  z.strictObject({
    is: z.literal('print-ended'),
    job,
    outcome: z.enum(['printed', 'maybe', 'failed']),
    sentence,
  }),
]) satisfies z.ZodType<PeripheralSays>

/** Where prints are kept until the agent has them, and the keys that they are sealed with: the one in use, then those before it. */
export const SpoolSettings = z.strictObject({
  folder: z.string().min(1),
  keys: z.array(bytes(32)).min(1).max(2),
})
export type SpoolSettings = z.infer<typeof SpoolSettings>

export const ToHost = z.discriminatedUnion('is', [
  /** First and once: the peripherals to open. */
  z.strictObject({
    is: z.literal('configure'),
    peripherals: z.array(PeripheralConfig).max(64),
    spool: SpoolSettings.exactOptional(),
  }),
  z.strictObject({ is: z.literal('order'), peripheral: PeripheralName, order: Order }),
  /** `n` of a `said` whose content is safe with the agent. `unkept`: it is not, but the agent can't hold it any longer. */
  z.strictObject({ is: z.literal('took'), n: count, unkept: z.literal(true).exactOptional() }),
  z.strictObject({ is: z.literal('ping') }),
  /** What hardware is there? Answered by `found`. */
  z.strictObject({ is: z.literal('find') }),
  /** Close all peripherals, then end. */
  z.strictObject({ is: z.literal('close') }),
])
export type ToHost = z.infer<typeof ToHost>

export const FromHost = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('said'), n: count, peripheral: PeripheralName, what: Says }),
  z.strictObject({ is: z.literal('pong') }),
  /** All that former hosts left in the spool has been told. `isEmpty`: and is safe with the agent. */
  z.strictObject({ is: z.literal('spool-told'), isEmpty: z.boolean() }),
  z.strictObject({ is: z.literal('found'), found: Found }),
  /** An error that belongs to no peripheral: it is told, and the host goes on. */
  z.strictObject({ is: z.literal('fault'), code, sentence }),
])
export type FromHost = z.infer<typeof FromHost>
