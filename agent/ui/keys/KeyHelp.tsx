import { Group, Kbd, Modal, Stack, Text } from '@mantine/core'
import { useMessages } from '../../../shared/ui/language.tsx'
import { sharedMessages } from '../../../shared/ui/shared.messages.ts'
import { keyMessages } from './keys.messages.ts'

/** All keys that work on the till page. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  const t = useMessages(keyMessages)
  const { close } = useMessages(sharedMessages)
  return (
    <Modal opened onClose={onClose} title={t.title} closeButtonProps={{ 'aria-label': close }}>
      <Stack gap="sm">
        {t.rows.map(([key, what]) => (
          <Group key={key} justify="space-between" wrap="nowrap">
            <Text>{what}</Text>
            <Kbd size="md" style={{ flex: 'none', whiteSpace: 'nowrap' }}>
              {key}
            </Kbd>
          </Group>
        ))}
        <Text c="dimmed">{t.scanner}</Text>
      </Stack>
    </Modal>
  )
}
