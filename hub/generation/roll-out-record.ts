import { z } from 'zod'
import type { openDurable } from '../../shared/durable-sqlite.ts'

/** A version of the tills' settings, as `settings_version` has it. */
const RecordedSettings = z.object({
  version: z.int(),
  level: z.enum(['fleet', 'region', 'store', 'till']),
  target: z.string(),
  settings_json: z.string(),
  why: z.string(),
  changed_by: z.string(),
  changed_at: z.int(),
  state: z.enum(['offered', 'paused', 'stopped', 'dropped', 'replaced']),
  stage: z.enum(['canary', 'tenth', 'all']),
  stage_since: z.int(),
  attempt: z.int(),
  reason: z.string().nullable(),
})

/** What is known of the updates and settings of the tills, as the record beside the database keeps it. */
const RollOuts = z.object({
  releases: z.array(
    z.object({
      version: z.string(),
      /** JSON, as it was signed. */
      signed: z.string(),
      state: z.enum(['added', 'offered', 'paused', 'stopped', 'withdrawn']),
      stage: z.enum(['canary', 'tenth', 'all']),
      attempt: z.int(),
      /** Hub clock, ms. */
      since: z.int(),
      why: z.string().nullable(),
      addedAt: z.int(),
    }),
  ),
  stores: z.array(
    z.object({
      store: z.string(),
      isCanary: z.boolean(),
      isPaused: z.boolean(),
      pinned: z.string().nullable(),
    }),
  ),
  /** The version below which no till is to stay; null: none. */
  floor: z.string().nullable(),
  /** Left out by an older version of the hub. `pinned`: stores whose tills keep the settings that they have. */
  settings: z.object({ versions: z.array(RecordedSettings), pinned: z.array(z.string()) }).optional(),
})
export type RollOuts = z.infer<typeof RollOuts>

/** Added to the record after the devices and what is held of them. */
export const rollOutTable = `
  CREATE TABLE roll_outs (one INTEGER PRIMARY KEY CHECK (one = 1), json TEXT NOT NULL);`

/** The part of the record for updates and settings. */
export function openRollOutRecord(db: ReturnType<typeof openDurable>): {
  /** Null: nothing was kept yet. */
  read(): RollOuts | null
  put(rollOuts: RollOuts): void
} {
  const get = db.prepare('SELECT json FROM roll_outs').pluck()
  const set = db.prepare('INSERT OR REPLACE INTO roll_outs VALUES (1, ?)')
  return {
    read() {
      const json = z.string().optional().parse(get.get())
      return json === undefined ? null : RollOuts.parse(JSON.parse(json))
    },
    put: rollOuts => void set.run(JSON.stringify(rollOuts)),
  }
}
