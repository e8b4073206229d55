import { Button, Menu, Text } from '@mantine/core'
import { IconChevronDown, IconLogout } from '@tabler/icons-react'
import type { z } from 'zod'
import { LookMenu } from '../../shared/ui/LookMenu.tsx'
import { useMessages } from '../../shared/ui/language.tsx'
import type { Me } from '../web/api-schema.ts'
import classes from './HubApp.module.css'
import { useLogout } from './login/me.query.ts'
import { nowMessages } from './now/now.messages.ts'

/** The product, the page, and who is logged in. */
export function HubHeader({ me }: { me: z.infer<typeof Me> }) {
  const t = useMessages(nowMessages)
  const logout = useLogout()
  return (
    <header className={classes['header']}>
      <Text fw={650} size="lg">
        Tillbridge
      </Text>
      <Text className={classes['page']} aria-current="page">
        {t.title}
      </Text>
      <Menu>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            className={classes['user']}
            rightSection={<IconChevronDown size={16} aria-hidden />}
            title={t.menu}
            data-testid="user"
          >
            {me.user}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <LookMenu />
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconLogout size={16} aria-hidden />}
            data-testid="log-out"
            onClick={() => logout.mutate()}
          >
            {t.logOut}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </header>
  )
}
