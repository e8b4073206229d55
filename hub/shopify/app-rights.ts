import { z } from 'zod'
import { reconcileExceptions, withoutClosedByHand } from '../checks/exceptions.ts'
import type { SubjectProblem } from '../checks/problem.ts'
import { storesThatAsk, storesThatPayBack } from '../contract/contract.ts'
import { type Db, transaction } from '../db/db.ts'
import { type Capability, capabilities, capabilityList, missingScopes } from './api/capabilities.ts'
import type { Operation, ShopifyClient } from './api/client.ts'
import { ACCESS_SCOPES } from './api/documents.ts'

/** What the app may do in its shop. */
export interface AppRights {
  /** Whether no scope of these capabilities is known to be missing. */
  can(...wanted: readonly Capability[]): boolean
  /** Asks Shopify which scopes the app has. Throws as `ShopifyClient.read` does. @returns whether it can do more than before */
  compare(): Promise<boolean>
  /** Whether the scopes were compared within the last `ms` and none was missing. */
  isComplete(ms: number): boolean
  /**
   * Opens and closes what people must know: one exception a missing scope, one a capability that something is withheld from.
   * What the work can do without stays closed when a person has closed it.
   */
  report(): Promise<void>
}

const Scopes = z.object({
  currentAppInstallation: z.object({ accessScopes: z.array(z.object({ handle: z.string() })) }),
})
const accessScopes: Operation<z.infer<typeof Scopes>> = {
  name: 'AccessScopes',
  document: ACCESS_SCOPES,
  answer: Scopes,
  points: { fixed: 2, perRow: 0 },
}

/** The scopes that the app was granted. Throws as `ShopifyClient.read` does. */
export async function readScopes(client: ShopifyClient): Promise<readonly string[]> {
  const { currentAppInstallation } = await client.read(accessScopes, {}, 'read')
  return currentAppInstallation.accessScopes.map(({ handle }) => handle)
}

export function openAppRights(parts: {
  readonly db: Db
  readonly client: ShopifyClient
  readonly now: () => number
}): AppRights {
  const { db, client, now } = parts
  /** Null: not compared yet. Work goes on meanwhile, and Shopify denies what it must. */
  let missing: ReadonlyMap<Capability, readonly string[]> | null = null
  let comparedAt = Number.NEGATIVE_INFINITY
  const isMissing = (capability: Capability) => missing?.has(capability) === true

  async function report(): Promise<void> {
    if (missing === null) return
    const [stops, less] = [scopeProblems(missing, 'stops'), scopeProblems(missing, 'less')]
    const lacks = [...missing.values()].flat()
    const isSaid = (problem: string | null) => lacks.some(scope => problem?.includes(scope) === true)
    const agreed = await agreedOn(db)
    const isUnused = (capability: Capability) => isOnlyIfAgreed(capability) && !agreed.includes(capability)
    const withheld = [...client.withheld()].filter(
      ([capability, problem]) => !isMissing(capability) && !isSaid(problem) && !isUnused(capability),
    )
    const words = withheld.flatMap(([capability, problem]) =>
      problem === null ? [] : [withheldProblem(capability, problem)],
    )
    const scopes = capabilityList().flatMap(([, needs]) => [...needs.scopes, ...(needs.ifAgreed ?? [])])
    const told = [...missing.keys(), ...client.withheld().keys()]
    const scope = { subjects: [...scopes, ...told] }
    const of = (code: 'shopify-scope-missing' | 'shopify-scope-limited') =>
      words.filter(one => one.code === `${code}.withheld`)
    const at = now()
    await transaction(db, async tx => {
      const needed = [...stops, ...of('shopify-scope-missing')]
      await reconcileExceptions(tx, {
        kind: 'shopify-scope-missing',
        scope,
        found: needed,
        at,
        seen: 'still',
      })
      const found = await withoutClosedByHand(tx, [...less, ...of('shopify-scope-limited')])
      await reconcileExceptions(tx, { kind: 'shopify-scope-limited', scope, found, at, seen: 'still' })
    })
  }

  return {
    can: (...wanted) => !wanted.some(isMissing),
    async compare() {
      const found = missingScopes(await readScopes(client), await agreedOn(db))
      const gained = [...(missing?.keys() ?? [])].some(capability => !found.has(capability))
      if (gained) client.forgetWithheld() // the next answers tell
      missing = found
      comparedAt = now()
      await report()
      return gained
    },
    isComplete: ms => missing?.size === 0 && Math.abs(now() - comparedAt) < ms,
    report,
  }
}

/** What contracts agree on, of what the app can do without. */
const agreedOn = async (db: Db): Promise<readonly Capability[]> =>
  (await storesThatPayBack(db)).length + (await storesThatAsk(db)).length > 0 ? ['refunds'] : []

const isOnlyIfAgreed = (capability: Capability): boolean => 'ifAgreed' in capabilities[capability]

function scopeProblems(
  missing: ReadonlyMap<Capability, readonly string[]>,
  without: 'stops' | 'less',
): SubjectProblem[] {
  const code = without === 'stops' ? 'shopify-scope-missing' : 'shopify-scope-limited'
  return [...missing].flatMap(([capability, scopes]) => {
    const { without: kind, consequence } = capabilities[capability]
    if (kind !== without) return []
    const fields = (scope: string) => ({ scope, consequence: { phrase: consequence } as const })
    return scopes.map(scope => ({
      code,
      subject: scope,
      store: null,
      fields: fields(scope),
      evidence: { capability, scope },
    }))
  })
}

function withheldProblem(capability: Capability, problem: string): SubjectProblem {
  const { without, consequence } = capabilities[capability]
  return {
    code: without === 'stops' ? 'shopify-scope-missing.withheld' : 'shopify-scope-limited.withheld',
    subject: capability,
    store: null,
    fields: { problem, consequence: { phrase: consequence } },
    evidence: { capability, problem },
  }
}
