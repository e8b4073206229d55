import {
  heldWithoutHash,
  type InLog,
  type Mark,
  type OutLog,
  type Position,
  type RenewReason,
} from './log.ts'

/** What a sender says of itself at the handshake. */
export interface SenderClaim {
  readonly last: Mark
  readonly acked: Mark
}

/** How much of a sender's history its receiver has: all of it, what the sender knows to be acked, or less than that. */
export type Holds = 'last' | 'acked' | 'none'

/**
 * How a stream goes on after a handshake.
 * `renew`: the receiver knows records that the sender has lost (restored from a backup), or the sender has pruned
 * or changed what the receiver lost; a new epoch begins and loses nothing. `forked`: two histories exist under one key.
 */
export type Resume =
  | { readonly kind: 'send'; readonly after: Position }
  | { readonly kind: 'renew'; readonly reason: RenewReason }
  | { readonly kind: 'forked'; readonly at: Position; readonly why: string }

/**
 * The sender's decision, from its own log and what the receiver holds. A renewed epoch must be above `held` too: the
 * receiver may be ahead by whole epochs, because this log was restored from before they were opened.
 * @param holds how much of this log's own history the receiver has; left out: what is acked
 */
export async function resumeSending(log: OutLog, held: Mark, holds: Holds = 'acked'): Promise<Resume> {
  const resume = await compareLogs(log, held, holds)
  if (resume.kind === 'send' && !(await canSendAfter(log, resume.after)))
    return { kind: 'renew', reason: 'records-gone' }
  return resume
}

async function canSendAfter(log: OutLog, after: Position): Promise<boolean> {
  if (!(await continuesAfter(log, after))) return false
  return log.isUnchangedAfter === undefined || (await log.isUnchangedAfter(after))
}

/** Whether the log still has what comes next: records that are pruned can't be sent. */
async function continuesAfter(log: OutLog, after: Position): Promise<boolean> {
  const oldest = await log.oldest()
  if (oldest === null || oldest.seq === 1 || !isAfter(oldest, after)) return true
  return oldest.epoch === after.epoch && oldest.seq === after.seq + 1
}

async function compareLogs(log: OutLog, held: Mark, holds: Holds): Promise<Resume> {
  const last = await log.last()
  if (held.epoch > last.epoch)
    return { kind: 'renew', reason: holds === 'none' ? 'records-gone' : 'receiver-ahead' }
  if (held.epoch === 0) return resumeFromNothing(log, last)
  const end = await log.endOf(held.epoch)
  if (held.seq > end) {
    if (held.epoch < last.epoch) return { kind: 'send', after: { epoch: held.epoch + 1, seq: 0 } }
    return { kind: 'renew', reason: 'receiver-ahead' }
  }
  const here = await log.hashAt(held)
  if (here === null) return { kind: 'renew', reason: 'records-gone' }
  if (here !== held.hash) {
    if (held.epoch < last.epoch) return { kind: 'send', after: { epoch: held.epoch + 1, seq: 0 } }
    const acked = await log.acked()
    if (isAfter(held, acked)) return { kind: 'renew', reason: 'receiver-ahead' }
    return { kind: 'forked', at: held, why: 'an acknowledged record has two contents' }
  }
  return { kind: 'send', after: { epoch: held.epoch, seq: held.seq } }
}

async function resumeFromNothing(log: OutLog, last: Position): Promise<Resume> {
  const oldest = await log.oldest()
  if (oldest === null) return { kind: 'send', after: { epoch: last.epoch, seq: 0 } }
  if (oldest.seq !== 1) return { kind: 'renew', reason: 'records-gone' }
  return { kind: 'send', after: { epoch: oldest.epoch, seq: 0 } }
}

/**
 * The receiver's check of what a sender claims, made before anything is taken from it.
 * `behind`: the receiver itself was restored and lacks records it once acked; they are sent again.
 */
export type ClaimVerdict =
  | { readonly kind: 'fine' }
  | { readonly kind: 'behind'; readonly missing: number }
  | { readonly kind: 'forked'; readonly at: Position; readonly why: string }

export async function checkClaim(log: InLog, claim: SenderClaim): Promise<ClaimVerdict> {
  const held = await log.held()
  if (claim.acked.epoch > 0 && claim.acked.seq > 0) {
    const known = await log.hashAt(claim.acked)
    if (known === null && isAfter(claim.acked, held))
      return {
        kind: 'behind',
        missing: claim.acked.epoch === held.epoch ? claim.acked.seq - held.seq : claim.acked.seq,
      }
    if (typeof known === 'string' && known !== claim.acked.hash)
      return { kind: 'forked', at: claim.acked, why: 'an acknowledged record has two contents' }
  }
  return { kind: 'fine' }
}

/** How much of what a sender claims the receiver has. A sender that was restored carries on only what is missing. */
export async function holdsOf(log: Pick<InLog, 'hashAt'>, { last, acked }: SenderClaim): Promise<Holds> {
  if (await isHeld(log, last)) return 'last'
  return (await isHeld(log, acked)) ? 'acked' : 'none'
}

async function isHeld(log: Pick<InLog, 'hashAt'>, mark: Mark): Promise<boolean> {
  if (mark.seq === 0) return true
  const known = await log.hashAt(mark)
  return known === heldWithoutHash || known === mark.hash
}

/** Whether `a` comes after `b`. */
export function isAfter(a: Position, b: Position): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq)
}
