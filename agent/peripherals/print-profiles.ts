import { z } from 'zod'
import type { PeripheralName } from '../../shared/ids.ts'
import { PrinterProfile } from '../codecs/printer-commands/profiles.ts'
import { configuredPeripheral, invalidSettings, type PeripheralConfig } from './configured.ts'
import type { AnyPeripheralKind } from './driver.ts'

/** The part of a print path's settings that says how to read its receipts; the driver checks the rest. */
const ReadingSettings = z.object(PrinterProfile.shape)

const PRINT_PATH = 'print-path'

/**
 * Checks a peripheral's settings: those of its driver, and for a print path how its receipts are to be read. The latter
 * stays out of the driver because the tables of encodings would cost the device host 9 MB.
 * @throws PERIPHERAL_KIND_UNKNOWN, PERIPHERAL_SETTINGS_INVALID
 */
export function checkPeripheral(config: PeripheralConfig, kinds: readonly AnyPeripheralKind[]): void {
  configuredPeripheral(config, kinds)
  if (config.kind === PRINT_PATH) readingOf(config)
}

/** The printer profile of each print path, by its name. @throws PERIPHERAL_SETTINGS_INVALID */
export function printProfiles(configs: readonly PeripheralConfig[]) {
  return (peripheral: PeripheralName): PrinterProfile => {
    const config = configs.find(each => each.peripheral === peripheral)
    return config?.kind === PRINT_PATH ? readingOf(config) : { profile: 'auto' }
  }
}

function readingOf({ peripheral, settings }: PeripheralConfig): PrinterProfile {
  const parsed = ReadingSettings.safeParse(settings)
  if (!parsed.success) throw invalidSettings(peripheral, parsed.error)
  return parsed.data
}
