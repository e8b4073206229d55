import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { formatMoney } from '../../../shared/money.ts'
import { isLasting } from '../../../shared/pickup-notices.ts'
import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { StateBadge } from '../../../shared/ui/StateBadge.tsx'
import { sharedMessages } from '../../../shared/ui/shared.messages.ts'
import type { PickupView } from '../../till/api-schema.ts'
import { pickupMessages } from './pickups.messages.ts'
import { useNoticeWords } from './word-notice.ts'

/** Asks once before a handover, which cannot be undone, and names what it means. */
export function HandOverDialog(props: {
  view: PickupView
  zone: string
  onYes: (paid: boolean) => void
  onNo: () => void
}) {
  const t = useMessages(pickupMessages)
  const { close } = useMessages(sharedMessages)
  const worded = useNoticeWords(props.zone)
  const { order, customer, lines, notice } = props.view
  const { outstanding = null } = props.view
  const { locale } = useLanguage()
  const [paid, setPaid] = useState(false)
  const mayGo = outstanding === null || paid
  const units = lines.reduce((sum, line) => sum + line.units, 0)
  return (
    <Modal
      opened
      onClose={props.onNo}
      title={t.handOver.title(order.name, customer.name)}
      closeButtonProps={{ 'aria-label': close }}
    >
      <Stack>
        <Text fw={650}>
          {t.units(units)}
          {customer.phoneEnd !== null && ` · ${t.handOver.phone(customer.phoneEnd)}`}
        </Text>
        {notice !== null && isLasting(notice) && <StateBadge look="wrong" word={worded(notice)} />}
        {outstanding !== null && (
          <>
            <StateBadge look="wrong" word={t.handOver.payFirst} />
            <Checkbox
              checked={paid}
              onChange={event => setPaid(event.currentTarget.checked)}
              label={t.handOver.paid(formatMoney(outstanding.minor, outstanding.currency, locale))}
              data-testid="hand-over-paid"
            />
          </>
        )}
        <Text>{t.handOver.consequence}</Text>
        <Group justify="space-between">
          <Button variant="default" onClick={props.onNo}>
            {t.handOver.no}
          </Button>
          <Button
            data-autofocus
            aria-disabled={!mayGo}
            data-disabled={!mayGo}
            data-testid="hand-over-yes"
            onClick={() => {
              if (mayGo) props.onYes(outstanding !== null)
            }}
          >
            {t.handOver.yes}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
