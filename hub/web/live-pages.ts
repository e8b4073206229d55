import type { ServerResponse } from 'node:http'
import type { openEventStream } from '../../shared/server-sent-events.ts'
import type { Cancel, World } from '../../shared/world.ts'
import type { ReadDb } from '../db/db.ts'
import { openSessions, tokenHash } from './accounts.ts'

/** How long a page may be told of changes after its session has ended elsewhere: by a command, by its time. */
const CHECK_MS = 5_000

/** The pages that are told of changes, each for as long as its session lasts. */
export interface LivePages extends Disposable {
  /** Takes over a response; false when there are too many already. @param token the session's */
  add(response: ServerResponse, token: string): boolean
  /** The session has ended: its pages hear nothing more. */
  end(token: string): void
}

export function openLivePages(parts: {
  db: ReadDb
  world: Pick<World, 'clock' | 'timers' | 'log'>
  stream: ReturnType<typeof openEventStream>
}): LivePages {
  const { db, world, stream } = parts
  const pages = new Map<ServerResponse, string>()
  let cancel: Cancel = () => {}

  function endWhere(isOver: (hash: string) => boolean): void {
    for (const [page, hash] of pages) if (isOver(hash)) page.end()
  }
  async function check(): Promise<void> {
    try {
      const hashes = [...new Set(pages.values())]
      const open = hashes.length === 0 ? new Set() : await openSessions(db, hashes, world.clock.now())
      const asked = new Set(hashes)
      endWhere(hash => asked.has(hash) && !open.has(hash))
    } catch (error) {
      world.log.warn({ error }, 'the sessions of open pages could not be checked')
    }
    checkLater()
  }
  function checkLater(): void {
    cancel = world.timers.after(CHECK_MS, () => void check())
  }
  checkLater()

  return {
    add(response, token) {
      if (!stream.add(response)) return false
      pages.set(response, tokenHash(token))
      response.on('close', () => pages.delete(response))
      return true
    },
    end(token) {
      const ended = tokenHash(token)
      endWhere(hash => hash === ended)
    },
    [Symbol.dispose]: () => cancel(),
  }
}
