import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { openDurable } from '../../shared/durable-sqlite.ts'
import type { World } from '../../shared/world.ts'

/** A backup put back beside what was set aside since: two journals of one device. Neither replaces the other. */

const copyName = (path: string, number: number) => `${path}.copy-${number}`
const COPY = /\.copy-(\d+)$/

/** Further journals of the device whose journal is kept at `path`. */
export function copiesOf({ files }: Pick<World, 'files'>, path: string): readonly string[] {
  const folder = dirname(path)
  const own = `${basename(path)}.copy-`
  return files
    .list(folder)
    .filter(name => name.startsWith(own) && COPY.test(name))
    .map(name => join(folder, name))
}

/** Gives a journal its name aside. If another has it, the one that was written to last gets it, and both are kept. */
export function keepAside(world: Pick<World, 'files' | 'log'>, from: string, to: string): void {
  const { files, log } = world
  if (files.sizeOf(to) === null) {
    files.move(from, to)
    return
  }
  const numbers = copiesOf(world, to).map(copy => Number(COPY.exec(copy)?.[1]))
  const copy = copyName(to, Math.max(1, ...numbers) + 1)
  log.warn({ to, copy }, 'two journals of one former device are kept: an older one was put back')
  const isOlder = endOf(world, from) < endOf(world, to)
  if (!isOlder) files.move(to, copy)
  files.move(from, isOlder ? copy : to)
}

/** How far a journal was written; -1 when it can't be read. */
function endOf({ files, log }: Pick<World, 'files' | 'log'>, path: string): number {
  try {
    const db = openDurable(files, path)
    try {
      const end = db.prepare(
        'SELECT MAX(COALESCE((SELECT MAX(position) FROM outbox), 0), acked) FROM stream_state',
      )
      return z.int().parse(end.pluck().get())
    } finally {
      db.close()
    }
  } catch (error) {
    log.warn({ path, error }, 'it is not known how far this journal was written')
    return -1
  }
}
