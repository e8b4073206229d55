import { LOW_DISK_BYTES } from '../../shared/machine-limits.ts'
import { defineCheck } from './check.ts'

/** Tills whose disks will soon be full; of one that is, `till-disk-full` says so. */
export const tillDiskLow = defineCheck({
  kind: 'till-disk-low',
  owner: 'it',
  severity: 'warning',
  everyMinutes: 60,
  async find(db) {
    const rows = await db
      .selectFrom('device_machine as m')
      .innerJoin('device as d', 'd.device', 'm.device')
      .select(['m.device', 'd.store', 'd.till', 'm.disk_free', 'm.disk_total'])
      .where('d.state', '=', 'active')
      .where('m.disk_free', '<', LOW_DISK_BYTES)
      .where(e =>
        e.not(
          e.exists(
            e
              .selectFrom('exception as x')
              .select('x.id')
              .where('x.kind', '=', 'till-disk-full')
              .where('x.closed_at', 'is', null)
              .whereRef('x.subject', '=', 'm.device'),
          ),
        ),
      )
      .orderBy('m.device')
      .execute()
    return rows.map(({ device, store, till, disk_free, disk_total }) => ({
      code: 'till-disk-low' as const,
      subject: device,
      store,
      device,
      fields: { till, store, free: Math.floor(Number(disk_free) / 1_000_000) },
      evidence: { free: disk_free, total: disk_total },
    }))
  },
})
