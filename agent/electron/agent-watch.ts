import type { Cancel, World } from '../../shared/world.ts'
import { DeskDoor, DeskView } from '../till/api-schema.ts'
import { DESKTOP_HEADER, deskDoorPath } from '../till/desk-door.ts'

const EVERY_MS = 5_000
const WHILE_STOPPED_MS = 2_000
const ANSWER_MS = 4_000

/** The agent of this till as it was last seen. */
export interface AgentSeen {
  /** Null while no running agent tells the way in. */
  readonly door: DeskDoor | null
  /** Null when it did not answer. */
  readonly view: DeskView | null
  /** How often in a row it did not answer. */
  readonly missed: number
}

export interface AgentWatch extends Disposable {
  seen(): AgentSeen
  /** The newest link of the till page, read now: each link works once. Null while no agent runs. */
  link(): string | null
  /** Looks now, not at the next turn. */
  look(): void
}

/**
 * Asks the agent for its state every few seconds. Whether it runs is what it answers, never a flag or a process list: a
 * door that an ended agent left behind gets no answer. The first `look` begins it.
 * @param parts.changed called after every look
 */
export function watchAgent(parts: {
  world: Pick<World, 'timers' | 'files' | 'sockets' | 'log'>
  folder: string
  /** Of the app: head office sees which one a till has. */
  version: string
  changed(seen: AgentSeen): void
}): AgentWatch {
  const { world } = parts
  let seen: AgentSeen = { door: null, view: null, missed: 0 }
  let cancel: Cancel = () => {}
  let isOver = false
  let isLooking = false

  async function look(): Promise<void> {
    if (isLooking) return
    isLooking = true
    cancel()
    const door = readDeskDoor(world, parts.folder)
    const view = door === null ? null : await ask(world, door, parts.version)
    isLooking = false
    if (isOver) return
    seen = { door, view, missed: view === null ? seen.missed + 1 : 0 }
    cancel = world.timers.after(view === null ? WHILE_STOPPED_MS : EVERY_MS, () => void look())
    parts.changed(seen)
  }
  return {
    seen: () => seen,
    link: () => readDeskDoor(world, parts.folder)?.link ?? null,
    look: () => void look(),
    [Symbol.dispose]() {
      isOver = true
      cancel()
    },
  }
}

function readDeskDoor({ files, log }: Pick<World, 'files' | 'log'>, folder: string): DeskDoor | null {
  try {
    const text = files.readText(deskDoorPath(folder))
    return text === null ? null : DeskDoor.parse(JSON.parse(text))
  } catch (error) {
    log.warn({ error, folder }, 'the way into the till page can’t be read')
    return null
  }
}

async function ask(
  { sockets, timers, log }: Pick<World, 'sockets' | 'timers' | 'log'>,
  door: DeskDoor,
  version: string,
): Promise<DeskView | null> {
  const late = new AbortController()
  const cancel = timers.after(ANSWER_MS, () => late.abort())
  try {
    const answer = await sockets.fetch(new URL('/desk', door.link).href, {
      headers: { authorization: `Bearer ${door.token}`, [DESKTOP_HEADER]: version },
      redirect: 'error',
      signal: late.signal,
    })
    return DeskView.parse(await answer.json())
  } catch (error) {
    log.debug({ error }, 'the agent did not answer')
    return null
  } finally {
    cancel()
  }
}
