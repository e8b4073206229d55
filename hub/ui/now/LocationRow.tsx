import { Table, Text } from '@mantine/core'
import { memo } from 'react'
import { formatMoney } from '../../../shared/money.ts'
import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { useNow } from '../../../shared/ui/now.tsx'
import { StateBadge } from '../../../shared/ui/StateBadge.tsx'
import { clockOrDate, exactTime } from '../../../shared/ui/time-words.ts'
import type { DeviceView, LocationView } from '../../web/api-schema.ts'
import { lagWords } from './format-lag.ts'
import classes from './LocationTable.module.css'
import { nowMessages } from './now.messages.ts'
import { Since } from './Since.tsx'
import { soldAtWords } from './sold-at.ts'
import { connectionLook, storeLag, storeUnsent } from './store-facts.ts'
import { useFlash } from './useFlash.ts'

/**
 * One store's row. It is drawn again only when its facts change: a new reading keeps the objects that are equal. It
 * flashes when something in it has changed, but for the lag and free space, which always do.
 */
export const LocationRow = memo(function LocationRow({ location }: { location: LocationView }) {
  const facts = JSON.stringify({
    ...location,
    devices: location.devices.map(({ lagMs: _, disk, ...rest }) => ({ ...rest, isDiskLow: disk?.isLow })),
  })
  const row = useFlash<HTMLTableRowElement>(facts)
  return (
    <Table.Tr ref={row} data-testid="location-row" data-store={location.store}>
      <Table.Th scope="row" className={classes['store']}>
        {location.name}
        <Text span c="dimmed" className={classes['code']}>
          {location.store}
        </Text>
      </Table.Th>
      <Table.Td data-testid="connection">
        <Tills location={location} />
        <HeldBack location={location} />
      </Table.Td>
      <LagCell location={location} />
      <Table.Td data-testid="last-sale">
        <LastSale location={location} />
      </Table.Td>
      <Table.Td data-testid="today" className={classes['number']}>
        <Today location={location} />
      </Table.Td>
      <UnsentCell location={location} />
      <Pickups location={location} />
      <Table.Td data-testid="exceptions" className={classes['number']}>
        {location.openExceptions}
      </Table.Td>
    </Table.Tr>
  )
})

function Tills({ location }: { location: LocationView }) {
  const t = useMessages(nowMessages)
  if (location.devices.length === 0) return <StateBadge look="quiet" word={t.noTills} />
  return (
    <ul className={classes['tills']}>
      {location.devices.map(device => (
        <Till key={device.device} device={device} zone={location.zone} />
      ))}
    </ul>
  )
}

function Till({ device, zone }: { device: DeviceView; zone: string }) {
  const t = useMessages(nowMessages)
  const { locale } = useLanguage()
  const now = useNow()
  const { disk, certificate } = device
  const silent = device.sources.filter(source => source.state === 'unavailable')
  return (
    <li className={classes['till']} data-connection={device.connection}>
      <span title={disk === null ? undefined : t.diskFree(gigabytes(disk.free, locale))}>{device.till}</span>
      <StateBadge look={connectionLook[device.connection]} word={t.connection[device.connection]} />
      {device.connection === 'disconnected' && device.since !== null && (
        <Text span c="dimmed">
          <Since at={device.since} zone={zone} />
        </Text>
      )}
      {silent.map(source => (
        <StateBadge
          key={source.source}
          look="wrong"
          word={[
            t.sourceUnavailable(source.source),
            source.problem === null ? t.unknown : t.tillReports(source.problem),
          ].join('. ')}
        />
      ))}
      {disk?.isLow === true && <StateBadge look="wrong" word={t.diskFree(gigabytes(disk.free, locale))} />}
      {certificate?.isEnding === true && (
        <StateBadge
          look="wrong"
          word={
            certificate.ends <= now
              ? t.certificateEnded
              : t.certificateEnds(Math.floor((certificate.ends - now) / DAY_MS))
          }
        />
      )}
    </li>
  )
}

const DAY_MS = 24 * 3_600_000

/** Whole gigabytes, or tenths of the last ten. */
const gigabytes = (bytes: number, locale: string) =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: bytes < 10e9 ? 1 : 0 }).format(bytes / 1e9)

function HeldBack({ location }: { location: LocationView }) {
  const t = useMessages(nowMessages)
  const { heldBack } = location
  if (heldBack === null) return null
  return (
    <Text c="dimmed" size="sm" data-testid="held-back">
      {t.heldBack(heldBack.units)} <Since at={heldBack.since} zone={location.zone} />
    </Text>
  )
}

function LagCell({ location }: { location: LocationView }) {
  const t = useMessages(nowMessages)
  const { locale } = useLanguage()
  const lag = storeLag(location)
  return (
    <Table.Td data-testid="lag" className={classes['number']} title={lag === null ? t.unknownWhy : undefined}>
      {lag === null ? <Text c="dimmed">{t.unknown}</Text> : lagWords(lag, locale, t.lagNone)}
    </Table.Td>
  )
}

function LastSale({ location }: { location: LocationView }) {
  const t = useMessages(nowMessages)
  const { locale } = useLanguage()
  const now = useNow()
  const sale = location.lastSale
  if (sale === null) return <Text c="dimmed">{t.noSale}</Text>
  const place = { zone: location.zone, locale }
  const received = t.receivedAt(exactTime(sale.receivedAt, place))
  return (
    <span className={classes['sale']} title={received}>
      <span>{sale.receiptNumber}</span>
      <Text span c="dimmed">
        {soldAtWords(sale.soldAt, now, place) ?? clockOrDate(sale.receivedAt, now, place)}
      </Text>
      <span className={classes['amount']}>{formatMoney(sale.total, sale.currency, locale)}</span>
    </span>
  )
}

function Today({ location }: { location: LocationView }) {
  const t = useMessages(nowMessages)
  const { locale } = useLanguage()
  const today = location.salesToday
  if (today === null) return <Text c="dimmed">{t.noSale}</Text>
  return (
    <>
      {today.totals.map(({ total, currency }) => (
        <div key={currency}>{formatMoney(total, currency, locale)}</div>
      ))}
      <Text c="dimmed">{t.receipts(today.receipts)}</Text>
    </>
  )
}

function UnsentCell({ location }: { location: LocationView }) {
  const t = useMessages(nowMessages)
  const { count, sure } = storeUnsent(location)
  return (
    <Table.Td
      data-testid="unsent"
      className={classes['number']}
      data-words={count !== null && !sure}
      title={sure ? undefined : t.unknownWhy}
    >
      {count === null ? <Text c="dimmed">{t.unknown}</Text> : sure ? count : t.lastWord(count)}
    </Table.Td>
  )
}

function Pickups({ location }: { location: LocationView }) {
  const t = useMessages(nowMessages)
  return (
    <Table.Td data-testid="open-pickups" className={classes['number']}>
      {location.openPickups}
      {location.latePickups > 0 && (
        <span className={classes['late']}>
          <StateBadge look="wrong" word={t.late(location.latePickups)} />
        </span>
      )}
    </Table.Td>
  )
}
