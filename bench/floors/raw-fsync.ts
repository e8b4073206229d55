import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { timed } from '../measure/stopwatch.ts'

const PAGE = new Uint8Array(4_096).fill(1)

/** A file that each `write` makes one page longer, durably. */
export function openAppended(file: string) {
  const handle = openSync(file, 'w')
  return {
    write(): void {
      writeSync(handle, PAGE)
      fsyncSync(handle)
    },
    [Symbol.dispose]: () => closeSync(handle),
  }
}

/** Appends pages, each followed by an fsync. @returns milliseconds */
export async function fsyncRaw(folder: string, times: number): Promise<number> {
  using file = openAppended(join(folder, 'raw'))
  return timed(() => {
    for (let time = 0; time < times; time += 1) file.write()
  })
}
