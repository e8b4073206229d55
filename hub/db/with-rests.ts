import { z } from 'zod'

const Request = z.looseObject({
  changes: z.array(z.looseObject({ sku: z.string(), delta: z.int(), rest: z.int().optional() })),
})

/**
 * A stock request of an older version, which did not say what it left over of its movements, as this version freezes it.
 * One that says so is left as it is.
 * @param moved what its movements add up to, by SKU, in thousandths of a unit
 */
export function withRests(request: string, moved: ReadonlyMap<string, number>): string {
  const parsed = Request.safeParse(JSON.parse(request))
  if (!parsed.success) return request // made without a call
  const changes = parsed.data.changes.map(change => {
    const sum = moved.get(change.sku)
    const rest = sum === undefined ? 0 : sum - change.delta * 1000
    return change.rest !== undefined || rest === 0 ? change : { ...change, rest }
  })
  return JSON.stringify({ ...parsed.data, changes })
}
