import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog } from '../manual-world.ts'

/** Runs on a disk of 400 kB: what the real files do when it is full. Prints what it found as JSON. */
const folder = process.argv[2] ?? ''
const { files } = nodeWorld({ log: quietLog })
const file = join(folder, 'device.json')
const attempt = (work: () => void): string | null => {
  try {
    work()
    return null
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

files.writePrivate(file, 'the old words')
const reserved = files.reserve(join(folder, 'ballast'), 100_000)
const tooMuch = files.reserve(join(folder, 'more'), 1_000_000)
writeFileSync(join(folder, 'filler'), new Uint8Array(200_000))
const failure = attempt(() => files.writePrivate(file, 'x'.repeat(150_000)))
const found = {
  reserved,
  ballastBytes: files.sizeOf(join(folder, 'ballast')),
  tooMuch,
  moreLeft: existsSync(join(folder, 'more')),
  failure,
  text: files.readText(file)?.slice(0, 20),
  halfWritten: existsSync(`${file}.new`),
  spaceAgain: attempt(() => {
    rmSync(join(folder, 'filler'))
    files.writePrivate(file, 'y'.repeat(150_000))
  }),
  size: statSync(file).size,
}
process.stdout.write(JSON.stringify(found))
