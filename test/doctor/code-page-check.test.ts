import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openDecoder } from '../../agent/codecs/printer-commands/decode.ts'
import type { CommandParts } from '../../agent/commands/command-parts.ts'
import { configCommand } from '../../agent/commands/config.ts'
import { receiptsCommand } from '../../agent/commands/receipts.ts'
import { agentPaths } from '../../agent/config.ts'
import { codePageFindings } from '../../agent/doctor/code-page-check.ts'
import { writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { bodyOf } from '../../agent/sources/paper/body.ts'
import { exitCodes, runCommandLine } from '../../shared/command-line.ts'
import { DeviceId } from '../../shared/ids.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { DEVICE, lightWorld } from '../journal/test-journal.ts'
import { temporaryFolder } from '../manual-world.ts'
import { ends, readThrough } from '../peripherals/read-through.ts'
import { peripheralConfig } from '../peripherals/real-till.ts'

const lines = ['Молоко 89.90', 'Хлеб 54.00', 'ИТОГО 143.90', 'Спасибо за покупку']

/** A receipt as a clone prints it: in `encoding`, under a code-page number of its own. */
const printed = (encoding: string, number: number): Buffer =>
  Buffer.concat([Buffer.of(0x1b, 0x40, 0x1b, 0x74, number), iconv.encode(`${lines.join('\n')}\n`, encoding)])

/** What the journal keeps of that receipt. */
function captured(printer: string, encoding: string, number: number) {
  const decoder = openDecoder({ profile: 'epson' })
  const [receipt] = [...decoder.push(printed(encoding, number)), ...decoder.end()]
  const body = receipt === undefined ? null : bodyOf(receipt)
  if (body === null) throw new Error('nothing was printed')
  return { printer, body }
}

const printPath = (name: string, reading: object = {}) =>
  peripheralConfig(name, 'print-path', { ...ends, ...reading })

/** The JSON in an advice. */
const pasted = (advice: string | null | undefined): unknown =>
  JSON.parse(/\{.*\}/s.exec(advice ?? '')?.[0] ?? '')

/** What a command prints, run by an enrolled agent whose only peripheral is `entry`. */
async function runWith(entry: unknown, command: typeof configCommand, ...args: string[]) {
  using folder = temporaryFolder()
  const world = lightWorld()
  const paths = agentPaths(folder.path)
  world.files.writePrivate(paths.config, JSON.stringify({ peripherals: [entry] }))
  writeDeviceFile(world.files, paths.device, {
    device: DeviceId.parse(DEVICE),
    hub: { id: 'hub_1', url: 'http://127.0.0.1:9' },
    store: 'HAR',
    storeName: 'Harbour',
    till: 'Till 1',
    zone: 'Europe/Berlin',
    privateKey: newSigningKey(world.random).privateKey,
  })
  let out = ''
  const write = (text: string) => {
    out += text
  }
  const terminal: CommandParts['terminal'] = { out: write, err: write }
  const of = command({ terminal, world, version: '0', pages: '' })
  return { code: await runCommandLine(of, [...args, '--data', folder.path], terminal), out }
}

/** Expects that `config check` accepts an entry and that an agent with it reads the clone's receipts. */
async function expectToRead(entry: unknown, encoding: string, number: number): Promise<void> {
  expect(await runWith(entry, configCommand, 'check')).toMatchObject({ code: exitCodes.ok })
  const { settings } = z.object({ settings: z.looseObject({}) }).parse(entry)
  expect(await readThrough(settings, [...printed(encoding, number)])).toEqual(lines)
}

test('the doctor names a printer whose text only makes sense in another code page, and the setting', () => {
  const findings = codePageFindings(
    [captured('counter', 'cp1251', 17), captured('kiosk', 'cp866', 17)],
    [printPath('counter'), printPath('kiosk')],
  )
  expect(findings).toMatchObject([{ subject: 'counter', verdict: 'look' }])
  expect(pasted(findings[0]?.advice)).toEqual(printPath('counter', { codePages: { 17: 'windows-1251' } }))
})

test('the doctor’s advice, pasted into agent.json, is accepted and corrects what the agent reads', async () => {
  expect(await readThrough({}, [...printed('cp1251', 17)])).not.toEqual(lines)
  const receipts = [captured('counter', 'cp1251', 17), captured('counter', 'koi8-r', 16)]
  const [finding] = codePageFindings(receipts, [printPath('counter', { codePages: { 3: 'cp852' } })])
  const entry = pasted(finding?.advice)
  expect(entry).toMatchObject({ settings: { codePages: { 3: 'cp852', 16: 'koi8-r', 17: 'windows-1251' } } })
  await expectToRead(entry, 'cp1251', 17)
  await expectToRead(entry, 'koi8-r', 16)
})

test('what `receipts learn` advises, pasted into a print path’s settings, is accepted and corrects the reading', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'job.bin')
  writeFileSync(file, printed('cp1251', 17))
  const { out } = await runWith(printPath('counter'), receiptsCommand, 'learn', file, '--profile', 'epson')
  const [, members = ''] = /beside "from" and "to":\n(.*)\n/.exec(out) ?? []
  const reading = z.looseObject({}).parse(JSON.parse(`{${members}}`))
  expect(reading).toEqual({ profile: 'epson', codePages: { 17: 'windows-1251' } })
  await expectToRead(printPath('counter', reading), 'cp1251', 17)
})

test('once the setting is made the doctor is silent, though older receipts keep their wrong characters', () => {
  const receipts = [captured('counter', 'cp1251', 17)]
  expect(codePageFindings(receipts, [printPath('counter', { codePages: { 17: 'cp1251' } })])).toEqual([])
})

test('settings that can’t be used are a finding, not the end of the doctor', () => {
  const findings = codePageFindings(
    [captured('counter', 'cp1251', 17)],
    [printPath('counter', { codePages: { 17: 'cp1252x' } })],
  )
  expect(findings).toMatchObject([
    { subject: 'counter', verdict: 'wrong', sentence: expect.stringContaining('cp1252x') },
  ])
})

test('receipts kept before code pages were recorded are passed over', () => {
  const { printer, body } = captured('counter', 'cp1251', 17)
  const { codePages: _, ...older } = body
  expect(codePageFindings([{ printer, body: older }], [printPath('counter')])).toEqual([])
})
