import { Text } from '@mantine/core'
import { memo } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { StateBadge } from '../../../shared/ui/StateBadge.tsx'
import type { StateLook } from '../../../shared/ui/theme.ts'
import type { ExceptionView, LocationView } from '../../web/api-schema.ts'
import classes from './NowPage.module.css'
import { nowMessages } from './now.messages.ts'
import { Since } from './Since.tsx'

const severities = ['urgent', 'warning', 'notice'] as const
const severityLook: Record<ExceptionView['severity'], StateLook> = {
  urgent: 'wrong',
  warning: 'waiting',
  notice: 'quiet',
}
const hubZone = new Intl.DateTimeFormat().resolvedOptions().timeZone

interface ExceptionListProps {
  /** How many more are open than are given. */
  more: number
  exceptions: readonly ExceptionView[]
  locations: readonly LocationView[]
}

/** The issues that need attention, the most urgent first, each with its owner and age. Nothing when there are none. */
export function ExceptionList({ exceptions, locations, more }: ExceptionListProps) {
  const t = useMessages(nowMessages)
  if (exceptions.length === 0) return null
  const stores = new Map(locations.map(location => [location.store, location]))
  const groups = severities.map(severity => ({
    severity,
    group: exceptions
      .filter(one => one.severity === severity)
      .toSorted((a, b) => a.firstSeen - b.firstSeen || a.id - b.id),
  }))
  return (
    <section aria-label={t.exceptions} className={classes['exceptions']}>
      {groups
        .filter(({ group }) => group.length > 0)
        .map(({ severity, group }) => (
          <div key={severity} className={classes['severity']}>
            <StateBadge look={severityLook[severity]} word={`${t.severity[severity]} · ${group.length}`} />
            <ul className={classes['sentences']}>
              {group.map(one => (
                <Exception key={one.id} one={one} location={stores.get(one.store ?? '')} />
              ))}
            </ul>
          </div>
        ))}
      {more > 0 && (
        <Text c="dimmed" data-testid="more-exceptions">
          {t.more(more)} <code>tillbridge-hub exceptions</code>
        </Text>
      )}
    </section>
  )
}

const Exception = memo(function Exception(props: { one: ExceptionView; location: LocationView | undefined }) {
  const { one, location } = props
  const t = useMessages(nowMessages)
  return (
    <li className={classes['exception']} data-testid="exception-row" data-kind={one.kind}>
      <div>
        <Text span>{one.sentence}</Text>
        <Text c="dimmed" className={classes['subject']}>
          {location !== undefined && <span>{location.name}</span>}
          <span>{one.subject}</span>
          {one.count > 1 && <span>{t.times(one.count)}</span>}
        </Text>
      </div>
      <Text fw={600}>{t.owner[one.owner]}</Text>
      <Text c="dimmed">
        <Since at={one.firstSeen} zone={location?.zone ?? hubZone} />
      </Text>
    </li>
  )
})
