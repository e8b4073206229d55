import { z } from 'zod'
import { defineError, type TillbridgeError } from '../../shared/errors.ts'
import { PeripheralName } from '../../shared/ids.ts'
import { settingsMistakes } from '../../shared/plain-issues.ts'
import type { AnyPeripheralKind, DriverParts, Peripheral } from './driver.ts'

/** A peripheral as `agent.json` names it. */
export const PeripheralConfig = z.strictObject({
  peripheral: PeripheralName,
  kind: z.string().min(1).max(64),
  settings: z.unknown(),
})
export type PeripheralConfig = z.infer<typeof PeripheralConfig>

/** All of a till's peripherals: each name once. */
export const PeripheralConfigs = z
  .array(PeripheralConfig)
  .max(64)
  .refine(
    peripherals => new Set(peripherals.map(({ peripheral }) => peripheral)).size === peripherals.length,
    'two peripherals have one name',
  )

export const peripheralKindUnknown = defineError(
  'PERIPHERAL_KIND_UNKNOWN',
  (f: { peripheral: string; kind: string; known: readonly string[] }) =>
    `The peripheral ${f.peripheral} has the kind "${f.kind}", which this version does not know. It knows: ${f.known.join(', ')}.`,
)
export const peripheralSettingsInvalid = defineError(
  'PERIPHERAL_SETTINGS_INVALID',
  (f: { peripheral: string; problems: readonly string[] }) =>
    `The settings of the peripheral ${f.peripheral} can't be used: ${f.problems.join('; ')}. Correct them and start the agent again.`,
)

export interface ConfiguredPeripheral {
  readonly kind: AnyPeripheralKind
  open(parts: DriverParts): Peripheral
}

/**
 * The way to open a peripheral, its settings checked.
 * @throws PERIPHERAL_KIND_UNKNOWN, PERIPHERAL_SETTINGS_INVALID
 */
export function configuredPeripheral(
  { peripheral, kind, settings }: PeripheralConfig,
  kinds: readonly AnyPeripheralKind[],
): ConfiguredPeripheral {
  const found = kinds.find(each => each.kind === kind)
  if (found === undefined)
    throw peripheralKindUnknown({ peripheral, kind, known: kinds.map(each => each.kind) })
  try {
    return { kind: found, open: found.configure(settings) }
  } catch (error) {
    if (error instanceof z.ZodError) throw invalidSettings(peripheral, error)
    throw error
  }
}

/** The error that names every setting of a peripheral that is wrong. */
export function invalidSettings(peripheral: PeripheralName, error: z.ZodError): TillbridgeError {
  return peripheralSettingsInvalid({ peripheral, problems: settingsMistakes(error, 'settings') }, error)
}
