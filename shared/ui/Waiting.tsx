import { Button, Group, Loader, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useMessages } from './language.tsx'
import { sharedMessages } from './shared.messages.ts'

const stagesMs = [300, 3_000, 10_000] as const

/** Shown while something loads: nothing for 300 ms, then a sign, after 3 s what it waits for, after 10 s a way out. */
export function Waiting({ why }: { why: string }) {
  const t = useMessages(sharedMessages)
  const [stage, setStage] = useState(0)
  useEffect(() => {
    const timers = stagesMs.map((ms, index) => setTimeout(() => setStage(index + 1), ms))
    return () => timers.forEach(clearTimeout)
  }, [])
  if (stage === 0) return <div aria-busy="true" />
  return (
    <Stack align="center" p="xl" gap="md" role="status">
      <Group gap="sm">
        <Loader size="sm" aria-hidden />
        <Text>{why}</Text>
      </Group>
      {stage === 2 && <Text c="dimmed">{t.takesLong}</Text>}
      {stage === 3 && (
        <>
          <Text c="dimmed">{t.takesTooLong}</Text>
          <Button variant="default" onClick={() => location.reload()}>
            {t.reload}
          </Button>
        </>
      )}
    </Stack>
  )
}
