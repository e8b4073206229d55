import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../manual-world.ts'
import { run, runHere } from './command.ts'

const json = (text: string): unknown => JSON.parse(text)

test.concurrent('scan decode says one JSON line a scan; a bad one is named and stops nothing', async () => {
  using folder = temporaryFolder()
  const scans = ']E04006381333931\n]C10109506000134352\\x1d10L-1\n]E04006381333932\n\n'
  const { code, out } = await run('agent', ['scan', 'decode', '--json', '--data', folder.path], scans)
  expect({ code, lines: out.trim().split('\n').map(json) }).toMatchObject({
    code: 0,
    lines: [
      { symbology: 'EAN-13', gtin: '04006381333931', error: null },
      { gtin: '09506000134352', ais: { '01': '09506000134352', '10': 'L-1' } },
      { gtin: null, error: { code: 'GTIN_INVALID' } },
    ],
  })
})

test.concurrent('receipts decode and receipts sale read captured bytes; names may hold blanks and commas', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'till 1, noon.bin')
  writeFileSync(file, Buffer.from('\x1b@Shop\nTotal  4.00\n\x1dV\x00\x1bp\x00\x19\x19', 'latin1'))
  const { code, out } = await runHere('agent', ['receipts', 'decode', file, file, '--json'])
  const view = {
    file,
    receipts: [
      { lines: ['Shop', 'Total  4.00'], cuts: [{ kind: 'full' }], drawerKicks: [{ pin: 2 }], unknown: [] },
    ],
  }
  expect({ code, json: json(out) }).toMatchObject({ code: 0, json: [view, view] })
  const sale = await runHere('agent', [
    'receipts',
    'sale',
    file,
    '--template',
    'generic',
    '--currency',
    'eur',
    '--json',
  ])
  expect({ code: sale.code, json: json(sale.out) }).toMatchObject({
    code: 0,
    json: [{ is: 'unparsed', error: { code: 'RECEIPT_UNPARSED' } }],
  })
})

test.concurrent.each<[string, string[], string]>([
  ['a capture that is not there', ['receipts', 'decode', '/nothing/here.bin'], 'CAPTURE_UNREADABLE'],
  [
    'a file that is not a template',
    ['receipts', 'sale', 'package.json', '--template', 'nope'],
    'RECEIPT_TEMPLATE_UNKNOWN',
  ],
])('%s is refused by name', async (_what, words, code) => {
  const { code: exit, out } = await runHere('agent', [...words, '--json'])
  expect({ exit, json: json(out) }).toMatchObject({ exit: 1, json: { error: { code } } })
})

test.concurrent('sources try asks, writes the settings once nothing is open, and sources check reads with them', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'sales 2026-07-18.csv')
  writeFileSync(file, 'Ticket,Date,SKU,Qty,Net,Payment method\nT-1,2026-07-18 10:00,A-1,2,12.50,Visa\n')
  utimesSync(file, 0, 0) // it has rested
  const data = join(folder.path, 'data') // it is not there yet
  const words = ['sources', 'try', file, '--data', data, '--zone', 'Europe/Berlin', '--json']
  const open = await runHere('agent', words)
  expect({ code: open.code, json: json(open.out) }).toMatchObject({
    code: 1,
    json: { questions: [{ id: 'currency' }], settings: { files: ['sales *.csv'] } },
  })
  const unsure = await runHere('agent', [...words, '--write'])
  expect({ code: unsure.code, json: json(unsure.out) }).toMatchObject({
    code: 1,
    json: { error: { code: 'SOURCE_NOT_SURE' } },
  })
  const written = await runHere('agent', [...words, '--write', '--answer', 'currency=EUR'])
  expect(written.code).toBe(0)
  const twice = await runHere('agent', [...words, '--write', '--answer', 'currency=EUR'])
  expect(json(twice.out)).toMatchObject({ error: { code: 'SOURCE_NAME_TAKEN' } })
  const other = [...words, '--write', '--answer', 'currency=EUR', '--source', 'other']
  expect(json((await runHere('agent', other)).out)).toMatchObject({ error: { code: 'SOURCE_READ_ALREADY' } })
  const check = await runHere('agent', ['sources', 'check', '--data', data, '--json'])
  expect(json(check.out)).toMatchObject([
    {
      source: 'sales',
      event: { receipt: 'T-1', lines: [{ sku: 'A-1', net: 1_250 }], tenders: [{ kind: 'card' }] },
    },
  ])
})

test.concurrent('doctor ends with 1 on a till that is not enrolled; the bundle for support holds no secret', async () => {
  using folder = temporaryFolder()
  const secret = 'hunter2-hunter2-hunter2'
  const settings = { database: { product: 'mysql', database: 'pos', user: 'pos', password: secret } }
  writeFileSync(
    join(folder.path, 'agent.json'),
    JSON.stringify({ sources: [{ source: 'pos', kind: 'unicenta', settings }] }),
  )
  const doctor = await runHere('agent', ['doctor', '--data', folder.path, '--json'])
  expect({ code: doctor.code, json: json(doctor.out) }).toMatchObject({
    code: 1,
    json: {
      findings: expect.arrayContaining([expect.objectContaining({ check: 'enrolment', verdict: 'wrong' })]),
    },
  })
  const file = join(folder.path, 'bundle.json')
  const { code } = await runHere('agent', ['export', '--data', folder.path, '--out', file, '--json'])
  expect(code).toBe(0)
  const bundle = readFileSync(file, 'utf8')
  expect(json(bundle)).toMatchObject({ tillbridge: expect.any(String), device: null })
  expect(doctor.out + bundle).not.toContain(secret)
})
