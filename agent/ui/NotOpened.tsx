import { Button, Stack, Text, Title } from '@mantine/core'
import { useMessages } from '../../shared/ui/language.tsx'
import { appMessages } from './app.messages.ts'
import classes from './TillApp.module.css'

/** Instead of the till page in a browser that was not let in: how to be let in. */
export function NotOpened({ retry }: { retry: () => void }) {
  const { notOpened: t } = useMessages(appMessages)
  return (
    <main className={classes['notOpened']} data-testid="not-opened">
      <Stack gap="md" align="flex-start">
        <Title order={1}>{t.title}</Title>
        <Text>{t.why}</Text>
        <Text>
          {t.link}
          <br />
          <code>npm start</code> {t.or} <code>tillbridge-agent till-link</code>
        </Text>
        <Button onClick={retry}>{t.again}</Button>
      </Stack>
    </main>
  )
}
