import { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { transaction } from '../db/db.ts'
import { listDevices, revokeDevice } from '../fleet/devices.ts'
import { settingsReports } from '../remote-settings/versions.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'
import {
  answerCommand,
  askBundleCommand,
  askDoctorCommand,
  askedCommand,
  askLogLevelCommand,
  forgetCommand,
} from './device-asked.ts'
import { codesCommand } from './device-codes.ts'

export function deviceCommand(parts: HubCommandParts): Command {
  return new Command('device')
    .description('the enrolled tills')
    .addCommand(listCommand(parts))
    .addCommand(codesCommand(parts))
    .addCommand(revokeCommand(parts))
    .addCommand(askDoctorCommand(parts))
    .addCommand(askBundleCommand(parts))
    .addCommand(askLogLevelCommand(parts))
    .addCommand(askedCommand(parts))
    .addCommand(answerCommand(parts))
    .addCommand(forgetCommand(parts))
}

function listCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('list', 'every device and its state')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async ({ data, database }) => {
    const found = await withDb(world, { data, database }, async db => {
      const reports = await settingsReports(db)
      return (await listDevices(db)).map(one => ({ ...one, settings: reports.get(one.device)?.runs ?? null }))
    })
    return {
      json: found,
      text:
        found
          .map(d => `${d.device}  ${d.store}  ${d.till}  ${d.state}${settingsText(d.settings)}`)
          .join('\n') || 'No till is enrolled.',
    }
  })
}

/** @param runs null: its agent says nothing of settings; empty: its own alone */
const settingsText = (runs: string | null) => (runs === null || runs === '' ? '' : `  settings ${runs}`)

function revokeCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('revoke', 'stop a device from connecting')
    .argument('<device>', 'its id, as device list shows it')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async ({ data, database }, id = '') => {
    await withDb(world, { data, database }, db =>
      transaction(db, tx => revokeDevice(tx, id, world.clock.now())),
    )
    return { json: { device: id, state: 'revoked' }, text: `${id} is revoked.` }
  })
}
