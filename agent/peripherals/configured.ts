import { z } from 'zod'
import { defineError } from '../../shared/errors.ts'
import { DeviceName } from '../../shared/ids.ts'
import type { AnyDeviceKind, Device, DriverParts } from './driver.ts'

/** A device as `agent.json` names it. */
export const DeviceConfig = z.strictObject({
  device: DeviceName,
  kind: z.string().min(1).max(64),
  settings: z.unknown(),
})
export type DeviceConfig = z.infer<typeof DeviceConfig>

/** All of a till's devices: each name once. */
export const DeviceConfigs = z
  .array(DeviceConfig)
  .max(64)
  .refine(
    devices => new Set(devices.map(({ device }) => device)).size === devices.length,
    'two devices have one name',
  )

export const deviceKindUnknown = defineError(
  'DEVICE_KIND_UNKNOWN',
  (f: { device: string; kind: string; known: readonly string[] }) =>
    `The device ${f.device} has the kind "${f.kind}", which this version does not know. It knows: ${f.known.join(', ')}.`,
)
export const deviceSettingsInvalid = defineError(
  'DEVICE_SETTINGS_INVALID',
  (f: { device: string; problems: readonly string[] }) =>
    `The settings of the device ${f.device} can't be used: ${f.problems.join('; ')}. Correct them and start the agent again.`,
)

export interface ConfiguredDevice {
  readonly kind: AnyDeviceKind
  open(parts: DriverParts): Device
}

/**
 * The way to open a device, its settings checked.
 * @throws DEVICE_KIND_UNKNOWN, DEVICE_SETTINGS_INVALID
 */
export function configuredDevice(
  { device, kind, settings }: DeviceConfig,
  kinds: readonly AnyDeviceKind[],
): ConfiguredDevice {
  const found = kinds.find(each => each.kind === kind)
  if (found === undefined) throw deviceKindUnknown({ device, kind, known: kinds.map(each => each.kind) })
  try {
    return { kind: found, open: found.configure(settings) }
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    const problems = error.issues.map(issue => `${issue.path.join('.') || 'settings'}: ${issue.message}`)
    throw deviceSettingsInvalid({ device, problems }, error)
  }
}
