import { Command } from 'commander'
import { databaseUrlInvalid } from '../db/engines/server-address.ts'
import { tillListInvalid } from '../fleet/bulk-codes.ts'
import { badgeRefused, pinRefused, staffInvalid } from '../fleet/staff.ts'
import { locationMalformed } from '../fleet/store-check.ts'
import { regionInvalid } from '../fleet/store-region.ts'
import { storeInvalid } from '../fleet/stores.ts'
import { releaseVersionInvalid } from '../releases/releases.ts'
import { settingsFileInvalid } from '../remote-settings/settings-file.ts'
import { shopDomainRefused } from '../shopify/shop-settings.ts'
import { archiveCommand } from './archive.ts'
import { archivesCommand } from './archives.ts'
import { auditCommand } from './audit.ts'
import type { HubCommandParts } from './command-parts.ts'
import { tillSettingsCommand } from './config.ts'
import { contractCommand, momentMalformed, termsMissing } from './contract.ts'
import { deviceCommand } from './device.ts'
import { codeDaysRefused } from './device-codes.ts'
import { enrolCodeCommand } from './enrol-code.ts'
import { exceptionsCommand, reasonMissing } from './exceptions.ts'
import { fleetCommand } from './fleet.ts'
import { keyCommand } from './key.ts'
import { migrateCommand } from './migrate.ts'
import { projectionUnknown, rebuildCommand } from './rebuild.ts'
import { confirmationMissing, decisionMissing, recoveryCommand } from './recovery.ts'
import { releaseCommand } from './release.ts'
import { serveCommand } from './serve.ts'
import { shopCommand } from './shop.ts'
import { staffCommand, staffStoresMissing } from './staff.ts'
import { stockCommand, verdictMissing } from './stock.ts'
import { storeCommand } from './store.ts'
import { traceCommand } from './trace.ts'
import { userCommand } from './user.ts'

/** The hub's commands, in the order of --help. A new command is one file and one line here. */
const commands: readonly ((parts: HubCommandParts) => Command)[] = [
  serveCommand,
  migrateCommand,
  userCommand,
  shopCommand,
  storeCommand,
  staffCommand,
  contractCommand,
  enrolCodeCommand,
  deviceCommand,
  fleetCommand,
  keyCommand,
  releaseCommand,
  tillSettingsCommand,
  exceptionsCommand,
  recoveryCommand,
  stockCommand,
  auditCommand,
  archiveCommand,
  archivesCommand,
  rebuildCommand,
  traceCommand,
]

/** Errors that say that what was typed is malformed: nothing was done, and the command ends as for wrong usage. */
export const hubUsageErrors = [
  badgeRefused,
  codeDaysRefused,
  confirmationMissing,
  databaseUrlInvalid,
  decisionMissing,
  locationMalformed,
  momentMalformed,
  pinRefused,
  projectionUnknown,
  reasonMissing,
  regionInvalid,
  releaseVersionInvalid,
  settingsFileInvalid,
  shopDomainRefused,
  staffInvalid,
  staffStoresMissing,
  storeInvalid,
  termsMissing,
  tillListInvalid,
  verdictMissing,
] as const

/** The hub's whole command line. */
export function hubProgram(parts: HubCommandParts): Command {
  const program = new Command('tillbridge-hub')
    .description('Keeps every till and Shopify in agreement.')
    .version(parts.version)
  for (const make of commands) program.addCommand(make(parts))
  return program
}
