import type { DeskPage, KeyInput } from '../electron-parts.ts'
import type { WindowPlace } from './window-place.ts'

const STEPS = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const

/** Ctrl with plus, minus and 0 (Cmd on a Mac) zoom the page as in a browser; the next start remembers it. */
export function followZoomKeys(page: DeskPage, place: WindowPlace): void {
  page.on('did-finish-load', () => page.setZoomFactor(place.kept().zoom))
  page.on('before-input-event', (event, input) => {
    const zoom = zoomAfter(input, place.kept().zoom)
    if (zoom === null) return
    event.preventDefault()
    place.change({ zoom })
    page.setZoomFactor(zoom)
  })
}

/** The zoom that a key asks for; null for any other key. */
function zoomAfter({ type, key, control, meta, alt }: KeyInput, zoom: number): number | null {
  if (type !== 'keyDown' || alt || !(control || meta)) return null
  if (key === '0') return 1
  if (key === '+' || key === '=') return STEPS.find(step => step > zoom) ?? STEPS.at(-1) ?? 1
  if (key === '-' || key === '_') return STEPS.findLast(step => step < zoom) ?? STEPS[0]
  return null
}
