import { Button } from '@mantine/core'
import { IconBasket } from '@tabler/icons-react'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { pickupAddress } from '../route.ts'
import { HandOver, PutBack, StartPicking } from './actions.tsx'
import { pickupMessages } from './pickups.messages.ts'
import { primaryMove } from './states.ts'
import type { Moves } from './useMoves.ts'

interface ListActionProps {
  view: PickupView
  moves: Moves
  zone: string
  /** Whether this is the pickup to be done next: only its button is filled. */
  isNext: boolean
}

/**
 * The one button that a pickup in the list needs next; nothing when it has ended. What is being picked is only opened from
 * here: it is marked ready on its own page, so that no second tap in the list tells a customer anything.
 */
export function ListAction({ view, moves, zone, isNext }: ListActionProps) {
  const t = useMessages(pickupMessages)
  const move = primaryMove(view.state)
  const look = { variant: isNext ? 'filled' : 'default' } as const
  if (view.toAcknowledge) return <PutBack view={view} look={look} />
  if (move === 'pick') return <StartPicking view={view} moves={moves} look={look} />
  if (move === 'collect') return <HandOver view={view} moves={moves} zone={zone} look={look} />
  if (move === null) return null
  return (
    <Button
      component="a"
      href={pickupAddress(view.pickup)}
      leftSection={<IconBasket size={22} aria-hidden />}
      data-testid="primary-action"
      data-move="continue"
      data-guarded
      {...look}
    >
      {t.continuePicking}
    </Button>
  )
}
