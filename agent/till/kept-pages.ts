import { z } from 'zod'
import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'

/** A browser page that was opened with the till's link. */
const OpenedPage = z.strictObject({
  page: z.string(),
  /** What it signs its requests with, base64url. */
  key: z.string(),
})
type OpenedPage = z.infer<typeof OpenedPage>

/** The most pages that are known at once; the oldest is forgotten, and has to be opened again. */
const MOST = 20

/** The pages that were opened, kept in a file of the agent's user so that they go on after a restart. */
export interface KeptPages {
  of(page: string): OpenedPage | null
  all(): readonly OpenedPage[]
  add(page: OpenedPage): void
}

export function keptPages(world: Pick<World, 'files' | 'log'>, path: string): KeptPages {
  let pages = read(world, path)
  return {
    of: id => pages.find(({ page }) => page === id) ?? null,
    all: () => pages,
    add(page) {
      pages = [...pages, page].slice(-MOST)
      try {
        world.files.writePrivate(path, JSON.stringify(pages))
      } catch (error) {
        // it works until the agent ends; then the page has to be opened again
        world.log.warn({ error }, 'an opened till page could not be noted')
      }
    },
  }
}

function read({ files, log }: Pick<World, 'files' | 'log'>, path: string): OpenedPage[] {
  try {
    return z.array(OpenedPage).parse(JSON.parse(files.readText(path) ?? '[]'))
  } catch (error) {
    log.warn({ ...describeError(error) }, 'the opened till pages can’t be read; they have to be opened again')
    return []
  }
}
