import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { z } from 'zod'
import { agentPaths } from '../../agent/config.ts'
import { readDeviceFile } from '../../agent/enrolment/device-file.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog } from '../manual-world.ts'
import type { Receipt } from './truth.ts'
import type { World } from './world.ts'

/**
 * What no computer can know any more. A hub that was put back lacks what it had received since its backup, and tills
 * send it again. If a till's journal was destroyed in the same days, what only these two had is in no database: it can
 * only be named. Whether that is so is looked up in every journal on every till, never taken from the product's word.
 */
export interface Gone {
  /** The newest content of this receipt is in no journal, and faults destroyed both copies that there were. */
  isGone(receipt: Receipt): boolean
  /** Both copies that there were of what this receipt was before were destroyed. */
  isLost(receipt: Receipt): boolean
}

const Body = z.object({
  kind: z.string(),
  receipt: z.string().optional(),
  tenders: z.array(z.object({ amount: z.number() })).optional(),
})

export function lookForGone({ truth, counters }: Pick<World, 'truth' | 'counters'>): Gone {
  let held: ReadonlySet<string> | null = null
  const isLost = ({ source, store }: Receipt) => truth.isHubPutBack() && truth.hasLostJournals(source, store)
  return {
    isLost,
    isGone(receipt) {
      if (!isLost(receipt)) return false
      held ??= new Set(counters.flatMap(({ till }) => contentsIn(till.machine.folder)))
      return receipt.isPosted && !held.has(contentOf(receipt))
    },
  }
}

const contentOf = ({ receipt, state, gross }: Pick<Receipt, 'receipt' | 'state' | 'gross'>) =>
  state === 'voided' ? `${receipt} voided` : `${receipt} ${gross}`

/** The receipts in all journals of a till, those set aside as well, but for journals of devices whose keys are gone. */
function contentsIn(folder: string): readonly string[] {
  const file = readDeviceFile(nodeWorld({ log: quietLog }).files, agentPaths(folder).device)
  const keys = new Set<string>([file, ...(file?.former ?? [])].map(identity => identity?.device ?? ''))
  const names = readdirSync(folder).filter(
    name => /^journal\.db/.test(name) && !/-(wal|shm)$|\.(ballast|owner)$/.test(name),
  )
  return names.flatMap(name => {
    const db = openJournal(join(folder, name))
    if (db === null) return []
    try {
      const owner = z.string().optional().parse(db.prepare('SELECT device FROM stream_state').pluck().get())
      if (owner === undefined || !keys.has(owner)) return [] // undefined: it was cut off as it was made
      const bodies = z.array(z.string()).parse(db.prepare('SELECT body FROM outbox').pluck().all())
      return bodies.flatMap(body => {
        const event = Body.safeParse(JSON.parse(body)).data
        if (event?.receipt === undefined) return []
        if (event.kind === 'sale.voided') return [`${event.receipt} voided`]
        return [`${event.receipt} ${(event.tenders ?? []).reduce((sum, { amount }) => sum + amount, 0)}`]
      })
    } finally {
      db.close()
    }
  })
}

/** Null: it can't be read as a journal. */
function openJournal(path: string): SQLite.Database | null {
  const db = new SQLite(path, { readonly: true })
  try {
    db.prepare('SELECT body FROM outbox, stream_state LIMIT 1').get()
    return db
  } catch {
    db.close()
    return null
  }
}
