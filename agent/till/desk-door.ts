import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { World } from '../../shared/world.ts'
import { originWrong, tillNotOpened } from './access.ts'
import type { DeskDoor, DeskView, PickupView, TillState } from './api-schema.ts'
import { drawSecret, same } from './secrets.ts'

/** In which the desktop app says its version. */
export const DESKTOP_HEADER = 'tillbridge-desktop'

const Version = z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/)

/** The file in which the desktop app of this till finds the page's link and its own token. */
export const deskDoorPath = (folder: string) => join(folder, 'till-door.json')

/**
 * Keeps the door's file in a folder that the desktop app may read, also where the agent runs as another user. Group
 * members may read it; who may enter the folder is the folder's own affair.
 */
export function keepDeskDoor(world: Pick<World, 'files' | 'log' | 'random'>, folder: string) {
  const path = deskDoorPath(folder)
  const token = drawSecret(world.random)
  return {
    token,
    write(link: string): void {
      const door: DeskDoor = { link, token }
      try {
        world.files.writePrivate(path, `${JSON.stringify(door)}\n`, 'group')
      } catch (error) {
        world.log.warn({ error }, 'the desktop app can’t be told the link of the till page')
      }
    },
    [Symbol.dispose]: () => world.files.remove(path),
  }
}

/** Tells the desktop app the till's state and which pickups are new. Pages never get in here. */
export function addDeskDoor(
  app: FastifyInstance,
  parts: {
    state(): TillState
    pickups: { list(): PickupView[] }
    deskToken: string | null
    desktopSeen?(version: string): void
  },
): void {
  app.get('/desk', ({ headers }, reply): DeskView => {
    if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) throw originWrong({})
    const { deskToken } = parts
    if (deskToken === null || !same(headers.authorization ?? '', `Bearer ${deskToken}`))
      throw tillNotOpened({})
    const version = Version.safeParse(headers[DESKTOP_HEADER]).data
    if (version !== undefined) parts.desktopSeen?.(version)
    reply.header('cache-control', 'no-store')
    return { state: parts.state(), newPickups: parts.pickups.list().flatMap(newPickup) }
  })
}

/** What a notice needs of a pickup that is still to be accepted; nothing of its customer. */
function newPickup({ pickup, order, state, lines }: PickupView): DeskView['newPickups'] {
  if (state !== 'received') return []
  return [{ pickup, order: order.name, units: lines.reduce((sum, line) => sum + line.units, 0) }]
}
