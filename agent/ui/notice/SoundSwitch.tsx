import { Button } from '@mantine/core'
import { IconVolume, IconVolumeOff } from '@tabler/icons-react'
import { useLanguage, useMessages } from '../../../shared/ui/language.tsx'
import { clockTime } from '../../../shared/ui/time-words.ts'
import { noticeMessages } from './notice.messages.ts'
import type { Sound } from './useSound.ts'

/** Whether new orders ring, and the switch for it. */
export function SoundSwitch({ sound, zone }: { sound: Sound; zone: string }) {
  const t = useMessages(noticeMessages)
  const { locale } = useLanguage()
  if (sound.mutedUntil !== null) {
    return (
      <Button
        variant="default"
        leftSection={<IconVolumeOff size={22} aria-hidden />}
        title={t.unmute}
        data-testid="sound"
        onClick={sound.unmute}
      >
        <span data-wide>{t.muted(clockTime(sound.mutedUntil, { zone, locale }))}</span>
      </Button>
    )
  }
  return (
    <Button
      variant="default"
      leftSection={<IconVolume size={22} aria-hidden />}
      title={sound.blocked ? undefined : t.mute}
      data-testid="sound"
      onClick={sound.blocked ? sound.allow : sound.mute}
    >
      <span data-wide>{sound.blocked ? t.blocked : t.soundOn}</span>
    </Button>
  )
}
