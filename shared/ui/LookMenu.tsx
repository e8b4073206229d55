import { Menu, useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import { languages } from '../languages.ts'
import { useLanguage, useMessages } from './language.tsx'
import { sharedMessages } from './shared.messages.ts'

/** Menu items that choose the language and the colours, and remember both. Use it inside a `Menu.Dropdown`. */
export function LookMenu() {
  const t = useMessages(sharedMessages)
  const { language, spoken, choose } = useLanguage()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const schemes = [
    { scheme: 'auto', label: t.coloursAuto, Icon: IconDeviceDesktop },
    { scheme: 'light', label: t.coloursLight, Icon: IconSun },
    { scheme: 'dark', label: t.coloursDark, Icon: IconMoon },
  ] as const
  return (
    <>
      <Menu.Label>{t.language}</Menu.Label>
      <Menu.RadioGroup value={language}>
        {spoken.map(code => (
          <Menu.RadioItem key={code} value={code} lang={code} closeMenuOnClick onChange={() => choose(code)}>
            {languages[code]}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Label>{t.colours}</Menu.Label>
      <Menu.RadioGroup value={colorScheme}>
        {schemes.map(({ scheme, label, Icon }) => (
          <Menu.RadioItem
            key={scheme}
            value={scheme}
            closeMenuOnClick
            rightSection={<Icon size={16} aria-hidden />}
            onChange={() => setColorScheme(scheme)}
          >
            {label}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </>
  )
}
