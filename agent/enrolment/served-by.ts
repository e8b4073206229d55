import { z } from 'zod'
import { describeError } from '../../shared/errors.ts'
import { HubLife } from '../../shared/protocol.ts'
import type { World } from '../../shared/world.ts'

const Kept = z.object({ hub: z.string(), life: HubLife })
type Kept = z.infer<typeof Kept>

/** The life of the hub that welcomed this device last. */
export interface ServedBy {
  /** Null: none is known. */
  life(): HubLife | null
  keep(life: HubLife): void
}

/**
 * Kept in a file of its own: a hub that was put back, with the record beside it, learns from its tills that it is older
 * than it was. What can't be read or written is logged, and stops no sale.
 * @param hub whose life it is: a till that moved to another hub says nothing of the former
 */
export function keptServedBy(world: Pick<World, 'files' | 'log'>, path: string, hub: string): ServedBy {
  let kept = read(world, path)
  return {
    life: () => (kept?.hub === hub ? kept.life : null),
    keep(life) {
      if (kept?.hub === hub && kept.life.id === life.id) return
      kept = { hub, life }
      try {
        world.files.writePrivate(path, JSON.stringify(kept))
      } catch (error) {
        world.log.warn({ ...describeError(error) }, 'the life of the hub could not be noted')
      }
    },
  }
}

function read({ files, log }: Pick<World, 'files' | 'log'>, path: string): Kept | null {
  try {
    const text = files.readText(path)
    return text === null ? null : Kept.parse(JSON.parse(text))
  } catch (error) {
    log.warn({ ...describeError(error) }, 'the life of the hub that was noted can’t be read')
    return null
  }
}
