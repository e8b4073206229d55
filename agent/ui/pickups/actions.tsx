import { Button, type ButtonProps, Loader } from '@mantine/core'
import { IconBasket, IconCheck, IconShoppingBagCheck } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { HandOverDialog } from '../hand-over/HandOverDialog.tsx'
import { openPickup } from '../route.ts'
import { useStaff } from '../staff/Staff.tsx'
import { pickupMessages } from './pickups.messages.ts'
import { useAcknowledgeMutation } from './pickups.query.ts'
import type { Moves } from './useMoves.ts'

interface ActionProps {
  view: PickupView
  moves: Moves
  look?: ButtonProps
}

/** Starts picking, which opens the pickup's page. */
export function StartPicking({ view, moves, look }: ActionProps) {
  const t = useMessages(pickupMessages)
  return (
    <Action
      move="pick"
      busy={moves.busy}
      look={look}
      icon={<IconBasket size={22} aria-hidden />}
      onClick={async () => {
        if (await moves.make({ move: 'pick' })) openPickup(view.pickup)
      }}
    >
      {t.move.pick}
    </Action>
  )
}

/** Hands a pickup over, once asked. */
export function HandOver({
  view,
  moves,
  zone,
  look,
  onDone = () => undefined,
}: ActionProps & { zone: string; onDone?: () => void }) {
  const t = useMessages(pickupMessages)
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Action
        move="collect"
        busy={moves.busy}
        look={look}
        icon={<IconShoppingBagCheck size={22} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        {t.move.collect}
      </Action>
      {asking && (
        <HandOverDialog
          view={view}
          zone={zone}
          onNo={() => setAsking(false)}
          onYes={async how => {
            setAsking(false)
            if (await moves.make({ move: 'collect', ...how })) onDone()
          }}
        />
      )}
    </>
  )
}

/** Confirms that staff have read what became of an order and put its goods back. */
export function PutBack({ view, look }: { view: PickupView; look?: ButtonProps }) {
  const t = useMessages(pickupMessages)
  const staff = useStaff()
  const mutation = useAcknowledgeMutation()
  return (
    <Action
      move="acknowledge"
      busy={mutation.isPending}
      look={look}
      icon={<IconCheck size={22} aria-hidden />}
      onClick={async () => {
        const name = staff.name ?? (await staff.ask())
        if (name !== null) mutation.mutate({ pickup: view.pickup, staff: name })
      }}
    >
      {t.isBack}
    </Action>
  )
}

/** `look`: how a list draws it; left out on a pickup's own page, where Enter presses it. */
interface ButtonOfMove {
  move: string
  busy: boolean
  look: ButtonProps | undefined
  icon: ReactNode
  onClick: () => void
  children: ReactNode
}

function Action({ move, busy, look, icon, onClick, children }: ButtonOfMove) {
  return (
    <Button
      leftSection={busy ? <Loader size={22} color="currentColor" aria-hidden /> : icon}
      // Not `disabled`, which would drop the keyboard's focus while the move is on its way.
      aria-disabled={busy}
      data-busy={busy || undefined}
      data-testid="primary-action"
      data-move={move}
      data-primary={look === undefined || undefined}
      data-guarded
      onClick={() => {
        if (!busy) onClick()
      }}
      {...look}
    >
      {children}
    </Button>
  )
}
