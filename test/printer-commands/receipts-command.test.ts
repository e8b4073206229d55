import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { afterAll, expect, test } from 'vitest'
import { receiptsCommand } from '../../agent/commands/receipts.ts'
import { exitCodes, runCommandLine } from '../../shared/command-line.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog } from '../manual-world.ts'

const folder = mkdtempSync(join(tmpdir(), 'tillbridge-receipts-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs a `receipts` command as the command line does, and records what it prints. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const printed = { out: '', err: '' }
  const terminal = {
    out(text: string) {
      printed.out += text
    },
    err(text: string) {
      printed.err += text
    },
  }
  const parts = { terminal, world: nodeWorld({ log: quietLog }), version: '0', pages: '' }
  return { code: await runCommandLine(receiptsCommand(parts), args, terminal), ...printed }
}

const file = join(folder, 'job.bin')
const receipt = (number: number) =>
  `Чек ${number}\n25.11.2026 09:3${number}:01\nМолоко 89.90\nХлеб 54.00\nИТОГО 143.90\nСпасибо\n\x1dV0`
writeFileSync(
  file,
  Buffer.concat([Buffer.of(0x1b, 0x74, 17), iconv.encode([1, 2, 3].map(receipt).join(''), 'cp1251')]),
)

test('receipts decode reads a code-page number as --code-page says', async () => {
  const decode = (...options: string[]) => run('decode', file, '--profile', 'epson', '--json', ...options)
  expect((await decode()).out).not.toContain('Молоко')
  expect((await decode('--code-page', '17=CP1251', '--code-page', '18=cp852')).out).toContain('Молоко')
  const wrong = await decode('--code-page', '17=cp9999')
  expect(wrong.code).toBe(exitCodes.usage)
  expect(wrong.err).toMatch(/"cp9999" is not a known encoding\. Known are: .*cp866/)
})

test('receipts learn rereads the files in the code page it proposes, and gives the setting', async () => {
  const learned = await run('learn', file, '--json')
  expect(JSON.parse(learned.out)).toMatchObject({
    printer: { profile: 'auto', codePages: { 17: 'windows-1251' } },
    codePages: [{ number: 17, current: 'cp866', language: 'Russian' }],
  })
  const text = (await run('learn', file)).out
  expect(text).toContain('"codePages": { "17": "windows-1251" }')
  expect(text).toContain('Молоко')
})
