import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../manual-world.ts'
import { eventually } from './eventually.ts'
import { hasSocat, needsSocat, ptyPair } from './pty-pair.ts'
import { peripheralConfig, realTill } from './real-till.ts'

const MIB = 1_048_576
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Reads a terminal's end as another program does, and is one: a read that waits would hold a thread of this one. */
function receive(path: string) {
  const reader = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'ignore'] })
  const chunks: Buffer[] = []
  let length = 0
  reader.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    length += chunk.length
  })
  return {
    bytes: () => Buffer.concat(chunks),
    length: () => length,
    [Symbol.dispose]: () => void reader.kill('SIGKILL'),
  }
}

function teeConfig(scanner: string, pos: string) {
  return peripheralConfig('counter', 'scanner-tee', { scanner: { path: scanner }, pos: { path: pos } })
}

test.skipIf(!hasSocat)(`the tee passes 1 MiB each way at once, unchanged${needsSocat}`, async () => {
  using folder = temporaryFolder()
  await using scannerCable = await ptyPair(folder.path, 'scanner')
  await using posCable = await ptyPair(folder.path, 'pos')
  await using till = realTill([teeConfig(scannerCable.a, posCable.a)])
  await till.is('counter', true)
  await eventually('the POS side', () => till.peripherals.states()[0]?.conditions.length === 0)
  using atPos = receive(posCable.b)
  using atScanner = receive(scannerCable.b)
  // a POS that takes nothing for a while loses bytes, so both ends must be read before much is sent
  await writeFile(scannerCable.b, '>')
  await writeFile(posCable.b, '<')
  await eventually('both ends to be read', () => atPos.length() === 1 && atScanner.length() === 1)
  const [fromScanner, fromPos] = [randomBytes(MIB), randomBytes(MIB)]
  await Promise.all([
    new Promise(resolve => createWriteStream(scannerCable.b).end(fromScanner, () => resolve(null))),
    new Promise(resolve => createWriteStream(posCable.b).end(fromPos, () => resolve(null))),
  ])
  await eventually('all bytes', () => atPos.length() > MIB && atScanner.length() > MIB)
  const got = [atPos, atScanner].map(end => hash(end.bytes().subarray(1)))
  expect(got).toEqual([hash(fromScanner), hash(fromPos)])
})

test.skipIf(!hasSocat)(`scans are read while they pass, and while no POS is there${needsSocat}`, async () => {
  using folder = temporaryFolder()
  await using scannerCable = await ptyPair(folder.path, 'scanner')
  await using posCable = await ptyPair(folder.path, 'pos')
  await using till = realTill([teeConfig(scannerCable.a, posCable.a)])
  await till.is('counter', true)
  const state = () => till.peripherals.states()[0]
  {
    using atPos = receive(posCable.b)
    await eventually('the POS side', () => state()?.conditions.length === 0)
    await writeFile(scannerCable.b, '4006381333931\r')
    await till.scanned('4006381333931')
    await eventually('the scan at the POS', () => atPos.bytes().toString('latin1') === '4006381333931\r')
  }
  await posCable.unplug()
  await eventually('the POS side away', () => state()?.conditions[0] === 'offline')
  expect(state()).toMatchObject({
    connected: true,
    sentence: expect.stringContaining('The POS gets no scans'),
  })
  await writeFile(scannerCable.b, '12345670\r')
  await till.scanned('12345670')
  await posCable.plug()
  await eventually('the POS side again', () => state()?.conditions.length === 0)
  using atPos = receive(posCable.b)
  await writeFile(scannerCable.b, '96385074\r')
  await eventually('scans reach the POS again', () => atPos.bytes().toString('latin1') === '96385074\r')
})

test.skipIf(!hasSocat)(`a POS that takes nothing holds no scan back${needsSocat}`, async () => {
  using folder = temporaryFolder()
  await using scannerCable = await ptyPair(folder.path, 'scanner')
  await using posCable = await ptyPair(folder.path, 'pos')
  await using till = realTill([teeConfig(scannerCable.a, posCable.a)])
  await till.is('counter', true)
  await eventually('the POS side', () => till.peripherals.states()[0]?.conditions.length === 0)
  await using scanner = await open(scannerCable.b, 'w')
  for (let i = 0; i < 400; i += 1) await scanner.write(`${String(i).padStart(1_000, '0')}\r`)
  await eventually('all scans', () => till.scans.length === 400)
  expect(till.scans.at(-1)).toBe('399'.padStart(1_000, '0'))
})
