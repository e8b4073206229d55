import { isEnded } from '../../../shared/pickup-moves.ts'
import type { PickupView } from '../../till/api-schema.ts'

/**
 * The other open orders that seem to be for the same customer: the same name, and no other phone number. Two people may share a
 * name, so this is said, and never done.
 */
export function othersOfCustomer(view: PickupView, pickups: readonly PickupView[]): readonly PickupView[] {
  const name = plainName(view)
  if (name === '') return []
  return pickups.filter(
    other =>
      other.pickup !== view.pickup &&
      !isEnded(other.state) &&
      plainName(other) === name &&
      !isOtherPhone(view.customer.phoneEnd, other.customer.phoneEnd),
  )
}

/** Empty for a name that is redacted, or hidden because this till was offline for long. */
function plainName({ customer }: PickupView): string {
  const name = customer.name.normalize('NFKC').trim().toLowerCase().split(/\s+/).join(' ')
  return /\p{L}/u.test(name) ? name : ''
}

const isOtherPhone = (one: string | null, other: string | null) =>
  one !== null && other !== null && one !== other
