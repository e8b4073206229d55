import { Menu, useMantineColorScheme } from '@mantine/core'
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import { type Language, languages, useLanguage, useMessages } from './language.tsx'
import { sharedMessages } from './shared.messages.ts'

const languageCodes = Object.keys(languages) as Language[]

/** Menu items that choose the language and the colours, and remember both. Stands in a `Menu.Dropdown`. */
export function LookMenu() {
  const t = useMessages(sharedMessages)
  const { language, choose } = useLanguage()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const schemes = [
    { scheme: 'auto', label: t.coloursAuto, Icon: IconDeviceDesktop },
    { scheme: 'light', label: t.coloursLight, Icon: IconSun },
    { scheme: 'dark', label: t.coloursDark, Icon: IconMoon },
  ] as const
  return (
    <>
      <Menu.Label>{t.language}</Menu.Label>
      {languageCodes.map(code => (
        <Menu.Item
          key={code}
          lang={code}
          role="menuitemradio"
          aria-checked={code === language}
          rightSection={code === language ? <IconCheck size={16} aria-hidden /> : null}
          onClick={() => choose(code)}
        >
          {languages[code]}
        </Menu.Item>
      ))}
      <Menu.Label>{t.colours}</Menu.Label>
      {schemes.map(({ scheme, label, Icon }) => (
        <Menu.Item
          key={scheme}
          role="menuitemradio"
          aria-checked={scheme === colorScheme}
          leftSection={<Icon size={16} aria-hidden />}
          rightSection={scheme === colorScheme ? <IconCheck size={16} aria-hidden /> : null}
          onClick={() => setColorScheme(scheme)}
        >
          {label}
        </Menu.Item>
      ))}
    </>
  )
}
