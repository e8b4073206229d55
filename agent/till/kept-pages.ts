import { z } from 'zod'
import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'

/** A browser page that was opened with the till's link. */
const OpenedPage = z.strictObject({
  page: z.string(),
  /** What it signs its requests with, base64url. */
  key: z.string(),
  /** Agent clock, ms: its newest request, to within ten minutes. */
  usedAt: z.number().optional(),
})
type OpenedPage = z.infer<typeof OpenedPage>

/** The most pages that are known at once; the oldest is forgotten, and has to be opened again. */
const MOST = 20
/** A page that asked for nothing so long has to be opened again. Longer than a shop is closed over a weekend. */
const UNUSED_MS = 72 * 3_600_000
const NOTED_EVERY_MS = 10 * 60_000

/** The pages that were opened, kept in a file of the agent's user so that they go on after a restart. */
export interface KeptPages {
  of(page: string): OpenedPage | null
  all(): readonly OpenedPage[]
  add(page: { readonly page: string; readonly key: string }): void
  /** The page has asked for something. */
  used(page: string): void
  /** Forgets all of them: each has to be opened again. */
  clear(): void
}

export function keptPages(world: Pick<World, 'files' | 'log' | 'clock'>, path: string): KeptPages {
  const { clock } = world
  let pages = read(world, path)
  /** A clock that was set back makes no page older. */
  const known = () => pages.filter(({ usedAt }) => usedAt !== undefined && clock.now() - usedAt < UNUSED_MS)
  const keep = (changed: readonly OpenedPage[]) => {
    pages = [...changed].slice(-MOST)
    try {
      world.files.writePrivate(path, JSON.stringify(pages))
    } catch (error) {
      // it works until the agent ends; then the page has to be opened again
      world.log.warn({ error }, 'the opened till pages could not be noted')
    }
  }
  return {
    of: id => known().find(({ page }) => page === id) ?? null,
    all: known,
    add: page => keep([...known(), { ...page, usedAt: clock.now() }]),
    used(id) {
      const page = pages.find(each => each.page === id)
      if (page === undefined || Math.abs(clock.now() - (page.usedAt ?? 0)) < NOTED_EVERY_MS) return
      keep(known().map(each => (each.page === id ? { ...each, usedAt: clock.now() } : each)))
    },
    clear: () => keep([]),
  }
}

function read({ files, log, clock }: Pick<World, 'files' | 'log' | 'clock'>, path: string): OpenedPage[] {
  try {
    const kept = z.array(OpenedPage).parse(JSON.parse(files.readText(path) ?? '[]'))
    return kept.map(page => ({ ...page, usedAt: page.usedAt ?? clock.now() }))
  } catch (error) {
    log.warn({ ...describeError(error) }, 'the opened till pages can’t be read; they have to be opened again')
    return []
  }
}
