import type { Status } from '../../shared/protocol.ts'
import type { World } from '../../shared/world.ts'
import { noteReport, problemsIn } from '../checks/till-report.ts'
import type { Db } from '../db/db.ts'
import type { DeviceRow } from '../fleet/devices.ts'

export interface TillReports {
  /** Opens and closes exceptions for what a till reports. Asks the database only when the problems have changed. */
  note(device: DeviceRow, status: Status): Promise<void>
}

export function openTillReports({ world, db }: { world: Pick<World, 'clock'>; db: Db }): TillReports {
  /** The problems of each device's last report, as this process has noted them. */
  const noted = new Map<string, string>()
  return {
    async note(device, status) {
      const problems = problemsIn(device, status)
      const key = problems.map(({ code, subject }) => `${code} ${subject}`).join('\n')
      if (noted.get(device.device) === key) return
      noted.set(device.device, key)
      try {
        await noteReport(db, device.device, problems, world.clock.now())
      } catch (error) {
        noted.delete(device.device) // the next report tries again
        throw error
      }
    },
  }
}
