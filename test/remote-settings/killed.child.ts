import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { followSettings } from '../../agent/remote-settings/follow-settings.ts'
import { startWithSettings } from '../../agent/remote-settings/start-with-settings.ts'
import { SettingsPut } from '../../shared/commands.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog } from '../manual-world.ts'

/**
 * An agent's life with settings, without its other parts: starts with what is kept, follows what was told, and starts again when it has
 * to. Prints each set of settings that proved itself. Kills itself at the named write of its state.
 * Arguments: the folder; the number of the write, 0 for none; before, half or after.
 */
const [folder = '', at = '0', moment = 'before'] = process.argv.slice(2)
const world = nodeWorld({ log: quietLog })
const die = () => process.kill(process.pid, 'SIGKILL')
let writes = 0
let hasEnded = false
const files = {
  ...world.files,
  writePrivate(path: string, text: string) {
    writes += 1
    if (writes === Number(at) && moment === 'before') die()
    if (writes === Number(at) && moment === 'half') {
      world.files.writePrivate(`${path}.new`, text.slice(0, text.length / 2)) // as a kill within the write leaves it
      die()
    }
    world.files.writePrivate(path, text)
    if (writes === Number(at) && moment === 'after') die()
  },
}
const toldNow = SettingsPut.parse(JSON.parse(readFileSync(join(folder, 'told.json'), 'utf8')))

function live(): void {
  const parts = { world: { ...world, files }, folder, version: '1.0.0' }
  const start = startWithSettings(parts)
  const followed = followSettings({
    ...parts,
    owner: { hub: 'hub_1', device: 'dev_0123456789abcdefghij', store: 'HAR' },
    start,
    told: () => toldNow,
    well: { isOnline: () => true, readSources: () => [], lastRecordedMs: () => -1e9, canWrite: () => true },
    isTryingUpdate: () => false,
    ownFile: { problem: () => null, isAnother: () => false, waiting: () => null, trial: () => null },
    restart() {
      followed[Symbol.dispose]()
      world.timers.soon(live)
    },
    changed: endWhenProven,
  })
  function endWhenProven(): void {
    if (hasEnded || followed.report().state !== 'running') return
    hasEnded = true
    process.stdout.write(`${start.config.pickups.hideCustomersAfterHours}\n`, () => process.exit(0))
  }
  endWhenProven()
}
live()
