import { z } from 'zod'
import { describeError } from '../../../shared/errors.ts'
import type { World } from '../../../shared/world.ts'
import type { Display, Rectangle, Screens } from '../electron-parts.ts'

const Kept = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) }).nullable(),
  isMaximized: z.boolean(),
  zoom: z.number().min(0.25).max(5),
})
type Kept = z.infer<typeof Kept>

const FIRST: Kept = { bounds: null, isMaximized: false, zoom: 1 }
const FIRST_SIZE = { width: 1024, height: 768 }
/** So much of a window's top has to be on a screen, or staff could not move it back. */
const REACHABLE = { width: 120, height: 40 }

/** Where the user left the window, kept in the user's own folder. */
export interface WindowPlace {
  kept(): Kept
  change(change: Partial<Kept>): void
}

export function windowPlace(world: Pick<World, 'files' | 'log'>, path: string): WindowPlace {
  let kept = read(world, path)
  return {
    kept: () => kept,
    change(change) {
      kept = { ...kept, ...change }
      try {
        world.files.writePrivate(path, JSON.stringify(kept))
      } catch (error) {
        world.log.warn({ error }, 'the window’s place could not be kept')
      }
    },
  }
}

function read({ files, log }: Pick<World, 'files' | 'log'>, path: string): Kept {
  try {
    const text = files.readText(path)
    return text === null ? FIRST : Kept.parse(JSON.parse(text))
  } catch (error) {
    log.warn({ ...describeError(error) }, 'the window’s place can’t be read; it opens where it first did')
    return FIRST
  }
}

/** Where the window opens: where it was if its top can be reached there, otherwise in the middle of the first screen. */
export function placeOn(
  screens: Pick<Screens, 'getAllDisplays' | 'getPrimaryDisplay'>,
  bounds: Rectangle | null,
): Rectangle {
  const home =
    bounds === null ? undefined : screens.getAllDisplays().find(display => isReachable(bounds, display))
  if (bounds === null || home === undefined) return inTheMiddle(screens.getPrimaryDisplay().workArea)
  const area = home.workArea
  const width = Math.min(bounds.width, area.width)
  const height = Math.min(bounds.height, area.height)
  return { x: bounds.x, y: Math.max(bounds.y, area.y), width, height }
}

function isReachable(bounds: Rectangle, { workArea }: Display): boolean {
  const width =
    Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x)
  const top = bounds.y - workArea.y
  return width >= REACHABLE.width && top > -REACHABLE.height && top <= workArea.height - REACHABLE.height
}

function inTheMiddle(area: Rectangle): Rectangle {
  const width = Math.min(FIRST_SIZE.width, area.width)
  const height = Math.min(FIRST_SIZE.height, area.height)
  return {
    x: area.x + Math.floor((area.width - width) / 2),
    y: area.y + Math.floor((area.height - height) / 2),
    width,
    height,
  }
}

/** The strip at a screen's edge that the side panel takes. */
export function panelOn(
  screens: Pick<Screens, 'getPrimaryDisplay'>,
  panel: { edge: 'left' | 'right'; width: number },
): Rectangle {
  const { x, y, width: all, height } = screens.getPrimaryDisplay().workArea
  const width = Math.min(panel.width, all)
  return { x: panel.edge === 'left' ? x : x + all - width, y, width, height }
}
