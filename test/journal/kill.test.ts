import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { memoryOf } from '../../agent/agent-journal.ts'
import { temporaryFolder } from '../manual-world.ts'
import { nodeWords, runToEnd, testWith } from '../shared/child.ts'
import { lightWorld, openTestJournal, readChain } from './test-journal.ts'

const child = new URL('./kill.child.ts', import.meta.url)

/** What a journal holds after its process was killed: one mark, and exactly the readings up to it, in one chain. */
async function heldAfterwards(path: string): Promise<number> {
  using opened = openTestJournal(lightWorld(), path)
  const memory = memoryOf(opened.journal)('pos')
  const mark = Number(memory.mark() ?? 0)
  const receipts = (await readChain(opened.journal)).map(body => JSON.parse(body).receipt)
  const expected = Array.from({ length: mark }, (_, index) => `r-${index + 1}`)
  expect(receipts).toEqual(expected)
  expect(memory.known([...expected, `r-${mark + 1}`]).size).toBe(mark)
  expect(opened.journal.unsent()).toMatchObject({ events: mark, sales: mark })
  return mark
}

/** Runs the child until it has said `lines` numbers, then kills it. Gives the largest it said. */
async function killAfter(path: string, lines: number): Promise<number> {
  const [command = '', ...args] = nodeWords(child, path)
  const process = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  process.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said.split('\n').length > lines) process.kill('SIGKILL')
  })
  await new Promise(resolve => process.once('close', resolve))
  expect(process.signalCode).toBe('SIGKILL')
  return lastOf(said)
}
const lastOf = (said: string) => Math.max(0, ...said.split('\n').slice(0, -1).map(Number))

test('killed again and again, a journal holds every reading that was told durable, whole and in order', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  let before = 0
  for (const lines of [1, 7, 60, 23]) {
    const said = await killAfter(path, lines)
    const held = await heldAfterwards(path)
    expect(said).toBeGreaterThan(before)
    expect(held).toBeGreaterThanOrEqual(said)
    before = held
  }
})

const places = [
  ['pwrite64', 4],
  ['pwrite64', 90],
  ['pwrite64', 131],
  ['pwrite64', 172],
  ['fdatasync,fsync', 1],
  ['fdatasync,fsync', 6],
  ['fdatasync,fsync', 9],
] as const

testWith('strace').concurrent.each(places)(
  'killed at its %s number %i, it holds what was told and nothing half',
  async (call, number) => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'journal.db')
    const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${number}`]
    const { signal, code, out } = await runToEnd([
      ...['strace', '-f', '-qq', '-o', '/dev/null', ...inject],
      ...nodeWords(child, path, '40'),
    ])
    expect(
      code === 137 || signal === 'SIGKILL',
      `it was to be killed, and ended with ${code ?? signal}`,
    ).toBe(true)
    expect(await heldAfterwards(path)).toBeGreaterThanOrEqual(lastOf(out))
  },
)
