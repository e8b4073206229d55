import { Button } from '@mantine/core'
import { IconBasket, IconCheck, IconHandStop } from '@tabler/icons-react'
import { useState } from 'react'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { PickupView } from '../../till/api-schema.ts'
import { HandOverDialog } from './HandOverDialog.tsx'
import { pickupMessages } from './pickups.messages.ts'
import { primaryMove } from './states.ts'
import type { Moves } from './useMoves.ts'

const icons = { pick: IconHandStop, finish: IconCheck, collect: IconBasket } as const

/** The one button that a pickup needs next; nothing when it has ended. */
export function PrimaryAction({ view, moves, zone }: { view: PickupView; moves: Moves; zone: string }) {
  const t = useMessages(pickupMessages)
  const [asking, setAsking] = useState(false)
  const move = primaryMove(view.state)
  if (move === null) return null
  const Icon = icons[move]
  return (
    <>
      <Button
        leftSection={<Icon size={22} aria-hidden />}
        // Not `disabled`, which would drop the keyboard's focus while the move is on its way.
        aria-disabled={moves.busy}
        data-testid="primary-action"
        data-move={move}
        onClick={() => {
          if (move === 'collect') setAsking(true)
          else void moves.make(move, null)
        }}
      >
        {t.move[move]}
      </Button>
      {asking && (
        <HandOverDialog
          view={view}
          zone={zone}
          onNo={() => setAsking(false)}
          onYes={paid => {
            setAsking(false)
            void moves.make('collect', null, paid)
          }}
        />
      )}
    </>
  )
}
