import { knownNotice } from '../../../shared/pickup-notices.ts'
import type { PickupView } from '../../till/api-schema.ts'

/** Whether Shopify holds a pickup because staff could not find it: the hold comes off once they mark it ready. */
export function isHeldAsMissing({ notice }: PickupView): boolean {
  const known = notice === null ? null : knownNotice(notice)
  return known?.code === 'on-hold' && known.missing !== undefined
}

/** Whether its customer has chosen what becomes of it, so that it is not handed over here though it turned up. */
export function isChosenOtherwise(view: PickupView): boolean {
  return isHeldAsMissing(view) && view.asked?.chosen != null
}
