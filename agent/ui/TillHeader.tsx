import { Button, Menu, Text } from '@mantine/core'
import {
  type Icon,
  IconArrowBackUp,
  IconBuildingStore,
  IconChevronDown,
  IconKeyboard,
  IconLock,
  IconLockOpen,
  IconUser,
} from '@tabler/icons-react'
import { LookMenu } from '../../shared/ui/LookMenu.tsx'
import { useMessages } from '../../shared/ui/language.tsx'
import type { Live } from '../../shared/ui/live.ts'
import type { TillState } from '../till/api-schema.ts'
import { appMessages } from './app.messages.ts'
import { SoundSwitch } from './notice/SoundSwitch.tsx'
import type { Sound } from './notice/useSound.ts'
import { returnMessages } from './returns/returns.messages.ts'
import { showReturns, showStock } from './route.ts'
import { useStaff } from './staff/Staff.tsx'
import { staffMessages } from './staff/staff.messages.ts'
import { StateLine, useStateSentence } from './state/StateLine.tsx'
import { stockMessages } from './stock/stock.messages.ts'
import classes from './TillApp.module.css'

interface TillHeaderProps {
  state: TillState
  live: Live
  sound: Sound
  onHelp: () => void
}

/** Which till this is, its connection to head office, and who is using it. */
export function TillHeader({ state, live, sound, onHelp }: TillHeaderProps) {
  const t = useMessages(appMessages)
  const words = useMessages(staffMessages)
  const staff = useStaff()
  const line = useStateSentence(state, live)
  const isWell = line.look === 'done'
  const WhoIcon = staff.isRequired && staff.name === null ? IconLock : IconUser
  return (
    <>
      <header className={classes['header']} data-crowded={staff.isRequired || undefined}>
        <Text fw={650} className={classes['place']}>
          {t.place(state.storeName, state.till)}
        </Text>
        {isWell && <StateLine {...line} />}
        {state.stock === 'shown' && <StockButton />}
        {state.returns !== 'none' && <ReturnsButton />}
        {staff.isRequired && <LockButton />}
        <SoundSwitch sound={sound} zone={state.zone} />
        <Menu>
          <Menu.Target>
            <Button
              variant="default"
              leftSection={<WhoIcon size={22} aria-hidden />}
              rightSection={<IconChevronDown size={18} aria-hidden />}
              title={t.menu}
              data-testid="staff"
            >
              <span data-wide>{staff.name ?? (staff.isRequired ? words.locked : words.who)}</span>
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconUser size={18} aria-hidden />} onClick={() => void staff.ask()}>
              {staff.name === null ? words.who : words.change}
            </Menu.Item>
            <Menu.Item leftSection={<IconKeyboard size={18} aria-hidden />} onClick={onHelp}>
              {t.help}
            </Menu.Item>
            <Menu.Divider />
            <LookMenu />
          </Menu.Dropdown>
        </Menu>
      </header>
      {!isWell && <StateLine {...line} />}
    </>
  )
}

/** Ends the pass, or asks for one. */
function LockButton() {
  const staff = useStaff()
  const t = useMessages(staffMessages)
  return staff.name === null ? (
    <WayButton icon={IconLockOpen} name={t.unlock} id="unlock-open" onClick={() => void staff.ask()} />
  ) : (
    <WayButton icon={IconLock} name={t.lock} id="lock" onClick={staff.lock} />
  )
}

/** The way to taking goods of an online order back. */
function ReturnsButton() {
  const { open } = useMessages(returnMessages)
  return <WayButton icon={IconArrowBackUp} name={open} id="returns" onClick={showReturns} />
}

/** The way to what this store and the others have. */
function StockButton() {
  const { open } = useMessages(stockMessages)
  return <WayButton icon={IconBuildingStore} name={open} id="stock" onClick={showStock} />
}

/** A way to another page; where there is little room, its icon alone. */
function WayButton({
  icon: WayIcon,
  name,
  id,
  onClick,
}: {
  icon: Icon
  name: string
  id: string
  onClick: () => void
}) {
  return (
    <Button
      variant="default"
      leftSection={<WayIcon size={22} aria-hidden />}
      title={name}
      data-way
      data-testid={id}
      onClick={onClick}
    >
      <span data-wide>{name}</span>
    </Button>
  )
}
