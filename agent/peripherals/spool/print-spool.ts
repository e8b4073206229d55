import { PeripheralName } from '../../../shared/ids.ts'
import type { Clock } from '../../../shared/world.ts'
import { sealPrint } from './seal.ts'
import type { SpoolFile, SpoolFiles } from './spool-files.ts'

/** What the spool may hold. A receipt has a few kilobytes. */
export const MOST_SPOOLED = 16_777_216
const MOST_PRINTS = 4_096
/** What of one print is kept: the agent must be able to take it back whole. */
const MOST_OF_PRINT = 2_097_152
/** What a disk that does not answer may leave unwritten. */
const MOST_UNWRITTEN = 1_048_576

/** One print on its way to paper. Nothing here waits or throws, whatever the disk does. */
export interface SpooledPrint {
  /** 32 hexadecimal digits: the same print is told under it again after a restart. */
  readonly id: string
  add(bytes: Uint8Array): void
  /** The POS has finished: the print is whole. */
  end(): void
}

export type BeginPrint = () => SpooledPrint

export interface PrintSpool {
  /** Makes a file for the next print ahead of time: making one may wait for the disk, writing to it hardly ever. */
  prepare(peripheral: PeripheralName): void
  begin(peripheral: PeripheralName): SpooledPrint
  /** The agent has it in its journal. */
  remove(id: string): void
  /** Whether the print is of this start. */
  isOwn(id: string): boolean
  /** Resolves once everything given so far is written, or has failed. */
  flush(): Promise<void>
}

export interface PrintSpoolParts {
  readonly files: SpoolFiles
  readonly key: Uint8Array
  readonly clock: Pick<Clock, 'now'>
  drawId(): string
  /** The disk took a print not at all or not whole; printing and the agent's own copy go on. Told once until it works again. */
  failed(error: unknown): void
}

/** A print's file: `<time>-<id>.<peripheral>`. Sorted by name they are in order of time. */
export function spoolName(at: number, id: string, peripheral: PeripheralName): string {
  return `${String(Math.max(0, Math.trunc(at))).padStart(15, '0')}-${id}.${peripheral}`
}

const NAME = /^\d{15,}-([0-9a-f]{32})\.(.+)$/

/** Null: it is not a print's file. */
export function printOf(name: string): { id: string; peripheral: PeripheralName } | null {
  const [, id, peripheral] = NAME.exec(name) ?? []
  const parsed = PeripheralName.safeParse(peripheral)
  return id === undefined || !parsed.success ? null : { id, peripheral: parsed.data }
}

/** Prints of this start, each in a file until the agent has it. Beyond 16 MiB the oldest whole ones are emptied. */
export function openPrintSpool(parts: PrintSpoolParts): PrintSpool {
  const prints = new Map<string, PrintFile>()
  const spares = new Map<PeripheralName, Spare>()
  let isFailing = false

  const outcome = (error: unknown): void => {
    if (error !== null && !isFailing) parts.failed(error)
    isFailing = error !== null
  }

  /** What is emptied leaves its name, so that it is known as lost should the agent be killed before it has it. */
  const makeRoom = (): void => {
    let held = 0
    for (const print of prints.values()) held += print.bytes
    for (const print of prints.values()) {
      if (held <= MOST_SPOOLED) return
      held -= print.empty()
    }
  }

  const newSpare = (peripheral: PeripheralName): Spare => {
    const id = parts.drawId()
    return { id, name: spoolName(parts.clock.now(), id, peripheral), file: null }
  }
  const prepare = (peripheral: PeripheralName): void => {
    const spare = newSpare(peripheral)
    spares.set(peripheral, spare)
    parts.files.create(spare.name).then(
      file => {
        spare.file = file
      },
      error => {
        if (spares.get(peripheral) === spare) spares.delete(peripheral)
        outcome(error)
      },
    )
  }
  const takeSpare = (peripheral: PeripheralName): Spare => {
    const spare = spares.get(peripheral)
    if (spare === undefined || spare.file === null) return newSpare(peripheral)
    spares.delete(peripheral)
    return spare
  }

  return {
    prepare,
    begin(peripheral) {
      const { key, files, clock } = parts
      const { id, name, file: made } = takeSpare(peripheral)
      const seal = sealPrint(key, id, peripheral)
      const file = openPrintFile(files, name, made, outcome)
      if (!spares.has(peripheral)) prepare(peripheral)
      if (prints.size >= MOST_PRINTS) file.giveUp()
      prints.set(id, file)
      return {
        id,
        add(bytes) {
          file.append(seal.piece({ at: clock.now(), bytes }))
          makeRoom()
        },
        end: () => file.end(seal.end(clock.now())),
      }
    },
    remove(id) {
      void prints
        .get(id)
        ?.remove()
        .then(() => void prints.delete(id))
    },
    isOwn: id => prints.has(id) || [...spares.values()].some(spare => spare.id === id),
    async flush() {
      await Promise.all([...prints.values()].map(print => print.flush()))
    },
  }
}

/** The file of a print to come; null: it is still being made. */
interface Spare {
  readonly id: string
  readonly name: string
  file: SpoolFile | null
}

type PrintFile = ReturnType<typeof openPrintFile>

/** One file, written behind the print path: what comes while the disk is at work is written at once afterwards. */
function openPrintFile(
  files: SpoolFiles,
  name: string,
  made: SpoolFile | null,
  outcome: (error: unknown) => void,
) {
  let waiting: Uint8Array[] = []
  let unwritten = 0
  let bytes = 0
  let isGivenUp = false
  let isEnded = false
  let isEmptied = false
  let file = made
  let work: Promise<void> = Promise.resolve()
  let steps = 0
  let isQueued = false

  const write = async (): Promise<void> => {
    isQueued = false
    const now = waiting
    waiting = []
    if (isGivenUp || now.length === 0) return
    file ??= await files.create(name)
    const all = Buffer.concat([...now, ...waiting.splice(0)])
    await file.append(all)
    unwritten -= all.length
    outcome(null)
  }
  const giveUp = (): void => {
    isGivenUp = true
    waiting = []
    unwritten = 0
  }
  /** Begins at once when the disk is idle: a piece is on its way to the disk before it is passed on to the printer. */
  const then = (step: () => Promise<void>): void => {
    const begun = steps === 0 ? step() : work.then(step)
    steps += 1
    work = begun
      .catch(error => {
        giveUp()
        outcome(error)
      })
      .then(() => {
        steps -= 1
      })
  }
  const close = async (): Promise<void> => {
    const open = file
    file = null
    await open?.close()
  }
  const queue = (): void => {
    if (isQueued) return
    isQueued = true
    then(write)
  }

  return {
    get bytes() {
      return bytes
    },
    append(sealed: Uint8Array): void {
      if (isGivenUp) return
      if (unwritten + sealed.length > MOST_UNWRITTEN || bytes + sealed.length > MOST_OF_PRINT) {
        giveUp()
        return
      }
      waiting.push(sealed)
      unwritten += sealed.length
      bytes += sealed.length
      queue()
    },
    end(sealed: Uint8Array): void {
      this.append(sealed)
      isEnded = true
      then(async () => file?.sync())
      then(close)
    },
    giveUp,
    /** @returns the bytes that it freed */
    empty(): number {
      if (!isEnded || isEmptied) return 0
      isEmptied = true
      const freed = bytes
      bytes = 0
      then(() => files.empty(name))
      return freed
    },
    remove(): Promise<void> {
      giveUp()
      isEmptied = true
      bytes = 0
      then(close)
      then(() => files.remove(name))
      return work
    },
    flush: () => work,
  }
}
