import { z } from 'zod'
import { EpochMs } from './ids.ts'

/** Who works at the tills of a store, as hub and tills tell each other of them. */

/** Whether a step at the till page needs the PIN or the badge of a person that head office knows. */
export const staffPinRules = ['off', 'required'] as const

/** Minutes without a touch after which the till page asks again, unless the store agreed on others. */
export const USUAL_PIN_IDLE_MINUTES = 5
export const MOST_PIN_IDLE_MINUTES = 60

/** People of one store. */
export const MOST_STAFF = 300
export const MOST_STAFF_NAME_LETTERS = 100

/** A person's code, chosen by the shop: `M17`, a number of the payroll. */
export const StaffCode = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/)
  .brand<'StaffCode'>()
export type StaffCode = z.infer<typeof StaffCode>

const LEAST_PIN_DIGITS = 4
export const MOST_PIN_DIGITS = 8

/** A PIN as it is typed. Which ones are too easy, `isEasyPin` says. */
export const StaffPin = z.string().regex(new RegExp(`^\\d{${LEAST_PIN_DIGITS},${MOST_PIN_DIGITS}}$`))

/** One digit again and again, or digits that count up or down: what is tried first. */
export function isEasyPin(pin: string): boolean {
  const steps = new Set([...pin].slice(1).map((digit, i) => Number(digit) - Number(pin[i])))
  const [step = 0] = steps
  return steps.size <= 1 && Math.abs(step) <= 1
}

/** Whether a code was drawn by a hub for some badge: it is a secret, whosever it is. */
export const isDrawnBadge = (code: string): boolean =>
  /^TBS[0-9A-HJKMNP-TV-Z]{16}$/.test(code.trim().toUpperCase())

/** A person of the store. Neither PIN nor badge can be read from it. */
export const StaffMember = z.object({
  staff: StaffCode,
  name: z.string().min(1).max(MOST_STAFF_NAME_LETTERS),
  /** argon2id of the PIN with its salt, see secret-hash.ts; null: the person has none. */
  pinHash: z
    .string()
    .regex(/^argon2id\$[\w-]{22}\$[\w-]{43}$/)
    .nullable(),
  /** SHA-256 of the badge's code, see badge-code.ts; null: the person has none. */
  badgeHash: z
    .string()
    .regex(/^[\w-]{43}$/)
    .nullable(),
  /** Whether the badge needs no PIN beside it. */
  badgeAlone: z.boolean(),
})
export type StaffMember = z.infer<typeof StaffMember>

/** Who works at this till's store, whole: it replaces what was told before. */
export const StaffPut = z.object({
  kind: z.literal('staff.put'),
  at: EpochMs,
  people: z.array(StaffMember).max(MOST_STAFF),
})
export type StaffPut = z.infer<typeof StaffPut>
