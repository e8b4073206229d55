import { CERTIFICATE_DAYS, certificateSeen, isCertificateEnding } from '../../shared/machine-limits.ts'
import { shownMinute } from '../../shared/shown-minute.ts'
import { defineCheck } from './check.ts'
import type { SubjectProblem } from './problem.ts'

const DAY_MS = 24 * 3_600_000

/**
 * Certificates of the hub, as tills see them, that end soon or have ended. A proxy of a store may show its tills another
 * one. A till that was away long before the end may have seen one that was renewed since.
 */
export const hubCertificateEnds = defineCheck({
  kind: 'hub-certificate-ends',
  owner: 'it',
  severity: 'urgent',
  everyMinutes: 60,
  async find(db, now) {
    const rows = await db
      .selectFrom('device_machine as m')
      .innerJoin('device as d', 'd.device', 'm.device')
      .select([
        'd.store',
        'd.till',
        'd.last_seen_at',
        'd.connected_at',
        'm.certificate_from',
        'm.certificate_ends',
      ])
      .where('d.state', '=', 'active')
      .where('m.certificate_ends', '<', now + CERTIFICATE_DAYS * DAY_MS)
      .orderBy('d.store')
      .orderBy('d.till')
      .execute()
    const ending = rows.flatMap(({ store, till, ...said }) => {
      const seen = certificateSeen(said, said, now)
      return seen !== null && isCertificateEnding(seen, now) ? [{ store, till, ends: seen.ends }] : []
    })
    return [...Map.groupBy(ending, ({ ends }) => ends)].map(([ends, tills]): SubjectProblem => {
      const [first] = tills
      return {
        code: 'hub-certificate-ends',
        subject: `certificate/${ends}`,
        store: null,
        fields: {
          tills: tills.length,
          till: first?.till ?? '',
          store: first?.store ?? '',
          ends: shownMinute(ends),
        },
        evidence: { ends, tills: tills.slice(0, 20).map(({ store, till }) => `${store}/${till}`) },
      }
    })
  },
})
