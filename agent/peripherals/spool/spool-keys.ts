import type { Files, Random } from '../../../shared/world.ts'

const KEY_BYTES = 32

/** The keys of the print spool, which one file keeps: the one that prints are sealed with now, then the one before it. */
export interface SpoolKeys {
  readonly keys: Uint8Array[]
  /** Nothing is sealed with the former key any more: it is forgotten. */
  forgetFormer(): void
}

/**
 * Draws a new key for this start and keeps the former one until nothing is sealed with it. While it is still kept
 * from the start before, no new key is drawn. The file is readable by its user alone (0600).
 */
export function openSpoolKeys(world: { files: Files; random: Random }, path: string): SpoolKeys {
  const { files, random } = world
  const write = (keys: readonly Uint8Array[]): void =>
    files.writePrivate(path, keys.map(key => `${Buffer.from(key).toString('base64url')}\n`).join(''))
  const known = (files.readText(path) ?? '')
    .split('\n')
    .map(line => Buffer.from(line.trim(), 'base64url'))
    .filter(key => key.length === KEY_BYTES)
    .slice(0, 2)
  const keys = known.length === 2 ? known : [random.bytes(KEY_BYTES), ...known]
  if (known.length < 2) write(keys)
  return { keys, forgetFormer: () => write(keys.slice(0, 1)) }
}
