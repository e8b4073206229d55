import type { PeripheralName } from '../../../shared/ids.ts'
import type { PeripheralSays } from '../driver.ts'
import { MOST_SPOOLED, printOf } from './print-spool.ts'
import { openPrint } from './seal.ts'
import type { SpoolFiles } from './spool-files.ts'

/** What a piece may hold on its way to the agent. */
const PIECE_BYTES = 262_144
/** What former starts may leave; of what is beyond, the oldest prints are told as lost. */
const MOST_LEFT = 2 * MOST_SPOOLED

export interface LeftPrintsParts {
  readonly files: SpoolFiles
  readonly keys: readonly Uint8Array[]
  isOwn(id: string): boolean
  say(peripheral: PeripheralName, what: PeripheralSays): void
  /** Resolves once the agent has all of the print, to whether it is safe in its journal. */
  taken(id: string): Promise<boolean>
}

/**
 * Tells the agent the prints that an earlier host left in the spool, oldest first, one at a time, and removes each once
 * the agent has it. To be called when that host has surely ended.
 * @returns whether none is left
 */
export async function tellLeftPrints(parts: LeftPrintsParts): Promise<boolean> {
  const found = await parts.files.list()
  const left = found
    .flatMap(({ name, size }) => {
      const print = printOf(name)
      return print === null || parts.isOwn(print.id) ? [] : [{ ...print, name, size }]
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  let beyond = left.reduce((sum, { size }) => sum + size, 0) - MOST_LEFT
  let kept = 0
  for (const print of left) {
    const isBeyond = beyond > 0
    beyond -= print.size
    // without a byte it was made for a print that never came
    if (print.size === 0 || (await tellPrint(parts, print, isBeyond))) await parts.files.remove(print.name)
    else kept += 1
  }
  return kept === 0
}

/** @returns whether it is safe with the agent */
async function tellPrint(
  { files, keys, say, taken }: LeftPrintsParts,
  { id, name, peripheral }: { id: string; name: string; peripheral: PeripheralName },
  isBeyond: boolean,
): Promise<boolean> {
  const { pieces, isWhole } = isBeyond
    ? { pieces: [], isWhole: false }
    : openPrint(keys, peripheral, await files.read(name))
  const safe = taken(id)
  const print = { job: 0, print: id }
  if (pieces.length === 0 && !isWhole) say(peripheral, { is: 'capture-lost', ...print, bytes: 0 })
  for (const { at, bytes } of pieces)
    for (let from = 0; from < bytes.length; from += PIECE_BYTES)
      say(peripheral, {
        is: 'captured',
        ...print,
        at,
        towards: 'printer',
        bytes: bytes.subarray(from, from + PIECE_BYTES),
      })
  say(peripheral, { is: 'capture-ended', ...print, end: isWhole ? 'whole' : 'cut' })
  return safe
}
