import { useSyncExternalStore } from 'react'
import { z } from 'zod'

/** What this tab shows with each step: who opened it with a PIN or a badge. The agent decides whether it still counts. */
const Held = z.object({ pass: z.string(), staff: z.string(), name: z.string() })
type HeldPass = z.infer<typeof Held>

const STORED = 'tillbridge.pass'
const changed = new EventTarget()

/** The pass of this tab, over a reload too; null: it is locked. */
export function heldPass(): HeldPass | null {
  return read(sessionStorage.getItem(STORED))
}

function read(text: string | null): HeldPass | null {
  if (text === null) return null
  try {
    return Held.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null // what is not JSON was not written here: it is locked
  }
}

/** Keeps a new pass, or forgets the one that there was. */
export function keepPass(held: HeldPass | null): void {
  if (held === null) sessionStorage.removeItem(STORED)
  else sessionStorage.setItem(STORED, JSON.stringify(held))
  changed.dispatchEvent(new Event('change'))
}

/** Who holds this tab's pass; null: it is locked. */
export function usePassName(): string | null {
  return useSyncExternalStore(
    tell => {
      changed.addEventListener('change', tell)
      return () => changed.removeEventListener('change', tell)
    },
    () => heldPass()?.name ?? null,
  )
}

let asker: (() => Promise<boolean>) | null = null

/** From now on a request without a pass that counts asks the person at the till for one. Returns what ends it. */
export function askPassesWith(ask: () => Promise<boolean>): () => void {
  asker = ask
  return () => {
    if (asker === ask) asker = null
  }
}

/** Asks the person at the till for a new pass. False: no one gave one, and the request stays refused. */
export async function renewPass(): Promise<boolean> {
  keepPass(null)
  return asker === null ? false : asker()
}
