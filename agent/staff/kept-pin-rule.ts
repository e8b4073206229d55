import { z } from 'zod'
import { describeError } from '../../shared/errors.ts'
import { staffPinRules } from '../../shared/staff.ts'
import type { World } from '../../shared/world.ts'

/** What the store agreed on about PINs. */
export interface PinRule {
  readonly staffPin?: (typeof staffPinRules)[number] | undefined
  readonly pinIdleMinutes?: number | undefined
}

const Kept = z.object({
  store: z.string(),
  staffPin: z.enum(staffPinRules),
  pinIdleMinutes: z.int().min(1).optional(),
})
type Kept = z.infer<typeof Kept>

/**
 * The rule as the hub told it last, kept in a file outside the journal: a till whose journal was damaged or set aside asks for
 * PINs as before, also until the hub has spoken again.
 * @param told what the journal knows; null: nothing
 */
export function keptPinRule(
  world: Pick<World, 'files' | 'log'>,
  path: string,
  { store, told }: { readonly store: string; told(): PinRule | null },
): () => PinRule | null {
  let kept = read(world, path)
  return () => {
    const rule = told()
    if (rule === null) return kept?.store === store ? kept : null
    const { staffPin = 'off', pinIdleMinutes } = rule
    const isKept =
      kept?.store === store && kept.staffPin === staffPin && kept.pinIdleMinutes === pinIdleMinutes
    if (isKept || (kept === null && staffPin === 'off')) return rule
    kept = { store, staffPin, pinIdleMinutes }
    write(world, path, kept)
    return rule
  }
}

function write({ files, log }: Pick<World, 'files' | 'log'>, path: string, kept: Kept): void {
  try {
    files.writePrivate(path, JSON.stringify(kept))
  } catch (error) {
    // the journal knows it as well; only if that is lost too, the till asks for no PIN until the hub has spoken
    log.warn({ ...describeError(error) }, 'the rule about PINs could not be kept beside the journal')
  }
}

function read({ files, log }: Pick<World, 'files' | 'log'>, path: string): Kept | null {
  try {
    const text = files.readText(path)
    return text === null ? null : Kept.parse(JSON.parse(text))
  } catch (error) {
    log.warn(
      { ...describeError(error) },
      'the rule about PINs that was kept beside the journal can’t be read',
    )
    return null
  }
}
