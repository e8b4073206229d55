import type { PickupState } from '../../../shared/pickup-moves.ts'
import type { PickupView } from '../../till/api-schema.ts'

/** A station of a pickup on its way to the customer. `soon`: on its way there. */
export interface JourneyStep {
  readonly is: 'picked' | 'ready' | 'told' | 'handedOver'
  readonly done: 'yes' | 'soon' | 'no'
}

const reached: Record<PickupState, number> = {
  received: 0,
  accepted: 0,
  picking: 0,
  short: 0,
  ready: 2,
  collected: 4,
  refused: 0,
  expired: 2,
  cancelled: 0,
}

/** The stations in their order. Whether the customer was told is what Shopify has confirmed. */
export function stepsOf(view: PickupView): readonly JourneyStep[] {
  const at = reached[view.state]
  const isConfirmed = view.pendingMoves === 0 && view.shopify === 'confirmed'
  const told =
    at >= 4 || (at >= 2 && isConfirmed) ? 'yes' : at >= 2 && view.shopify !== 'refused' ? 'soon' : 'no'
  return [
    {
      is: 'picked',
      done: at >= 1 ? 'yes' : view.state === 'picking' || view.state === 'short' ? 'soon' : 'no',
    },
    { is: 'ready', done: at >= 2 ? 'yes' : 'no' },
    { is: 'told', done: told },
    { is: 'handedOver', done: at >= 4 ? 'yes' : 'no' },
  ]
}
