import { expect, test } from 'vitest'
import {
  hardwareFindings,
  peripheralFindings,
  printerFindings,
} from '../../agent/doctor/peripheral-checks.ts'
import { searchPos } from '../../agent/doctor/pos-search.ts'
import { supportBundle } from '../../agent/doctor/support-bundle.ts'
import { summaryOf } from '../../shared/findings.ts'
import { jsonLog, nodeWorld } from '../../shared/node-world.ts'
import { withoutSecrets } from '../../shared/without-secrets.ts'

const port = { path: '/dev/ttyUSB0', name: 'FTDI', vendorId: null, productId: null, serialNumber: null }
const usb = {
  vendorId: 0x04b8,
  productId: 0x0202,
  serialNumber: null,
  name: 'EPSON TM-T88',
  actsAs: ['printer' as const],
}

test('what is plugged in is named, with the setting that would use it', () => {
  const found = hardwareFindings({ serialPorts: [port], usbDevices: [usb], problems: [] }, '[]')
  expect(found.map(({ subject, verdict }) => [subject, verdict])).toEqual([
    ['/dev/ttyUSB0', 'ok'],
    ['04b8:0202', 'ok'],
  ])
  expect(found[0]?.advice).toContain('"kind": "serial-scanner"')
  expect(found[1]?.advice).toContain('"by": "usb", "vendorId": 1208')
  const [used] = hardwareFindings({ serialPorts: [port], usbDevices: [], problems: [] }, '"/dev/ttyUSB0"')
  expect(used?.advice).toBeNull()
})

test('without any hardware the doctor says so instead of nothing', () => {
  expect(hardwareFindings({ serialPorts: [], usbDevices: [], problems: [] }, '[]')).toMatchObject([
    { verdict: 'unseen' },
  ])
  expect(printerFindings([])).toMatchObject([{ check: 'network-printer', verdict: 'unseen' }])
})

test('a missing peripheral is wrong, one that needs attention is a warning, an open drawer is neither', () => {
  const state = { peripheral: 'printer', connected: true, sentence: '' }
  const verdicts = peripheralFindings([
    { ...state, connected: false, conditions: [] },
    { ...state, conditions: ['paper-low'] },
    { ...state, conditions: ['drawer-open'] },
  ]).map(({ verdict }) => verdict)
  expect(verdicts).toEqual(['wrong', 'look', 'ok'])
})

test.each<[string, string, string]>([
  ['MySQL', 'db.URL=jdbc\\:mysql\\://10.0.0.5\\:3306/unicentaopos', 'ok'],
  ['PostgreSQL', 'db.URL=jdbc:postgresql://localhost:5432/pos?ssl=true', 'ok'],
  ['Derby', 'db.URL=jdbc\\:derby\\:/home/pos/unicentaopos-database;create\\=true', 'wrong'],
  ['nothing known', '#no database here', 'look'],
])('a uniCenta on %s is told by its own settings file', async (_what, line, verdict) => {
  const files = {
    readText: (path: string) => (path.endsWith('unicentaopos.properties') ? `user=pos\n${line}\n` : null),
    sizeOf: () => null,
  }
  const [finding] = await searchPos({ files, homes: ['/home/pos'], listens: async () => false })
  expect(finding).toMatchObject({ check: 'pos', verdict })
})

test('a support bundle leaves secrets out and keeps where they lie', () => {
  const settings = {
    user: 'pos',
    password: 'p',
    passwordFile: '/run/pw',
    accessToken: 't',
    list: [{ privateKey: 'k' }],
    url: 'mysql://pos:hunter2@10.0.0.5/pos',
    connection: 'Server=pos;Uid=sa;Pwd=hunter2;Database=pos',
    advice: 'replace it: {"apiToken": "hunter2", "passwordFile": "/run/pw"}',
  }
  expect(withoutSecrets(settings)).toEqual({
    user: 'pos',
    password: '[left out]',
    passwordFile: '/run/pw',
    accessToken: '[left out]',
    list: [{ privateKey: '[left out]' }],
    url: 'mysql://[left out]@10.0.0.5/pos',
    connection: 'Server=pos;Uid=sa;Pwd=[left out];Database=pos',
    advice: 'replace it: {"apiToken": "[left out]", "passwordFile": "/run/pw"}',
  })
})

test('a support bundle holds no card number, whichever part of it names one', () => {
  const card = '4539148803436467'
  const said = `file batch-${card}.csv`
  const files = {
    ...nodeWorld({ log: jsonLog('silent', {}) }).files,
    readText: () => JSON.stringify({ [card]: said, number: Number(card) }),
    sizeOf: () => null,
  }
  const finding = { check: 'pos', subject: said, sentence: said, advice: said, verdict: 'look' } as const
  const parts = {
    folder: '.',
    version: '1',
    machine: { node: card },
    findings: [finding],
    state: [said],
    readsAll: true,
  }
  const text = JSON.stringify(supportBundle({ files, clock: { now: () => 0, monotonicMs: () => 0 } }, parts))
  expect(text).not.toContain(card)
  expect(text.match(/\*{12}6467/g)).toHaveLength(11)
})

test('the last line counts what is wrong', () => {
  const finding = { check: 'pos', subject: '', sentence: '', advice: null } as const
  expect(summaryOf([{ ...finding, verdict: 'ok' }])).toBe('All is well.')
  expect(summaryOf([{ ...finding, verdict: 'unseen' }])).toBe(
    'Nothing wrong was found. 1 marked "?" could not be tested.',
  )
  expect(
    summaryOf([
      { ...finding, verdict: 'wrong' },
      { ...finding, verdict: 'look' },
    ]),
  ).toMatch(/^1 thing is wrong, 1 to look at/)
})
