import { PAUSED_BY_RESTORE } from '../checks/settings-stopped.ts'
import type { Reads, Tx } from '../db/db.ts'
import type { RestoreCause } from '../generation/compare.ts'
import type { RollOuts } from '../generation/roll-out-record.ts'
import { forgetOutcomes, keepSettingsVersion, pinSettings, readSettingsRows } from './versions.ts'

/** The settings of tills, for the record beside the database. */
export async function readRecordedSettings(db: Reads): Promise<RollOuts['settings']> {
  return readSettingsRows(db)
}

/**
 * Takes in what the record knows of the tills' settings, for a database that was put back: what was set, stopped or
 * dropped since the backup stays so, and roll-outs go on where they were. Where the record does not tell, no version
 * reaches a further till before a person offers it again; a till that is well with one says so at its next contact, and keeps it.
 */
export async function takeInSettings(
  tx: Tx,
  found: { readonly cause: RestoreCause; readonly fleet: { readonly rollOuts?: RollOuts | null } },
): Promise<void> {
  // any other record is of a hub that did not go on from this database
  const recorded = found.cause === 'older' ? found.fleet.rollOuts?.settings : undefined
  const known = new Set(recorded?.versions.map(({ version }) => version))
  for (const row of recorded?.versions ?? []) await keepSettingsVersion(tx, row)
  const here = await readSettingsRows(tx)
  for (const row of here.versions)
    if (row.state === 'offered' && !known.has(row.version))
      await keepSettingsVersion(tx, { ...row, state: 'paused', reason: PAUSED_BY_RESTORE })
  if (recorded !== undefined) await takeInPins(tx, here.pinned, recorded.pinned)
  await forgetOutcomes(tx)
}

async function takeInPins(tx: Tx, here: readonly string[], recorded: readonly string[]): Promise<void> {
  const stores = new Set((await tx.selectFrom('store').select('code').execute()).map(({ code }) => code))
  for (const store of new Set([...here, ...recorded]))
    if (stores.has(store)) await pinSettings(tx, store, recorded.includes(store))
}
