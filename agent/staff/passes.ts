import { hash } from 'node:crypto'
import type { StaffMember } from '../../shared/staff.ts'
import type { World } from '../../shared/world.ts'

/** A pass ends after so long whatever is done: no one works longer at a stretch. */
const LONGEST_MS = 12 * 3_600_000
/** More pages than a till knows. */
const MOST = 50

interface Pass {
  readonly page: string
  readonly staff: string
  /** What opened it; another PIN or badge ends it. */
  readonly proof: string
  readonly begunAt: number
  used: { readonly monotonic: number; readonly wall: number }
}

/** Who has shown at which page who they are. In memory alone: a restart asks again. */
export function openPasses(parts: {
  world: Pick<World, 'clock' | 'random'>
  /** After so long without a touch a pass ends. */
  idleMs(): number
  person(staff: string): StaffMember | null
}) {
  const { world, idleMs, person } = parts
  const { clock } = world
  /** By the token's hash. */
  const passes = new Map<string, Pass>()
  const reading = () => ({ monotonic: clock.monotonicMs(), wall: clock.now() })

  /** By both clocks: one is not set by anyone, the other goes on while the PC sleeps. */
  function isOver({ used, begunAt }: Pass): boolean {
    const now = reading()
    const idle = Math.max(now.monotonic - used.monotonic, now.wall - used.wall)
    return idle >= idleMs() || now.monotonic - begunAt >= LONGEST_MS
  }
  function valid(page: string, token: string): { readonly pass: Pass; readonly member: StaffMember } | null {
    const pass = passes.get(keyOf(token))
    if (pass === undefined || pass.page !== page) return null
    const member = person(pass.staff)
    if (member !== null && proofOf(member) === pass.proof && !isOver(pass)) return { pass, member }
    passes.delete(keyOf(token))
    return null
  }

  return {
    /** A new pass for this page, in place of any that it had. */
    issue(page: string, member: StaffMember): string {
      for (const [key, pass] of passes) if (pass.page === page || isOver(pass)) passes.delete(key)
      const token = Buffer.from(world.random.bytes(32)).toString('base64url')
      const used = reading()
      passes.set(keyOf(token), {
        page,
        staff: member.staff,
        proof: proofOf(member),
        begunAt: used.monotonic,
        used,
      })
      const [oldest] = passes.keys()
      if (passes.size > MOST && oldest !== undefined) passes.delete(oldest)
      return token
    },
    /** Who holds a pass, without using it; null: it does not count. */
    holder: (page: string, token: string): StaffMember | null => valid(page, token)?.member ?? null,
    /** Who holds a pass, which counts on from now; null: it does not count. */
    use(page: string, token: string): StaffMember | null {
      const found = valid(page, token)
      if (found === null) return null
      found.pass.used = reading()
      return found.member
    },
    end: (page: string): void => {
      for (const [key, pass] of passes) if (pass.page === page) passes.delete(key)
    },
  }
}

const keyOf = (token: string) => hash('sha256', token, 'base64url')
const proofOf = ({ name, pinHash, badgeHash, badgeAlone }: StaffMember) =>
  JSON.stringify([name, pinHash, badgeHash, badgeAlone])
