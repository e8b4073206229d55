import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ask, openTill, POS_TOKEN, pageBy } from '../till/open-till.ts'
import { withLuhn } from './numbers.ts'

type Till = Awaited<ReturnType<typeof openTill>>

let made = 0
/** Each door and form with a card number of its own, so that one that is found says by which it came. */
function cardFor(): string {
  made += 1
  return withLuhn(`4539${String(10_000_000_000 + made * 97_177).padStart(11, '0')}`)
}

/** How a number may be written, alone or with something beside it. */
const forms: Readonly<Record<string, (card: string) => string>> = {
  plain: card => card,
  'hexadecimal letters before it': card => `C${card}`,
  'hexadecimal letters around it': card => `ab${card}f`,
  'track 2 with D': card => `${card}D25121010000000`,
  'track 2 of 32 characters': card => `${card}D251210100000000`,
  'track 2 with =': card => `${card}=25121010000000`,
  'in groups': card => card.replace(/\d{4}(?=\d)/g, '$&-'),
  'in groups behind a letter': card => `A-${card.replace(/\d{4}(?=\d)/g, '$&-')}`,
}

const sale = {
  receipt: 'R',
  receiptNumber: '457',
  till: '1',
  staff: 'Maya',
  soldAt: '2026-11-25T14:03:00',
  lines: [{ sku: 'SHIRT-M', title: 'Shirt', quantity: '2', net: '33.62', discount: '1.00' }],
  taxes: [{ name: 'VAT', ratePercent: 19, base: '33.62', amount: '6.39' }],
  tenders: [{ kind: 'card', name: 'Visa', amount: 40.01 }],
}

let sent = 0
async function post(till: Till, body: object | string, key?: string, path = '/pos/register/sales') {
  sent += 1
  return ask(`${till.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${POS_TOKEN}`,
      'idempotency-key': key ?? `key-${sent}`,
      'content-type': 'application/json',
    },
    body: typeof body === 'string' ? body : JSON.stringify({ receipt: `R-${sent}`, ...body }),
  })
}

async function takeBack(till: Till, receipt: string) {
  sent += 1
  return ask(`${till.url}/pos/register/sales/${encodeURIComponent(receipt)}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${POS_TOKEN}`, 'idempotency-key': `key-${sent}` },
  })
}

const onPage = async (till: Till, path: string, body: unknown) => (await pageBy(till.link)).post(path, body)

const bare = { ...sale, receipt: undefined }
const line = (over: object) => ({ ...bare, lines: [{ ...sale.lines[0], ...over }] })
const PICKUP = '/api/pickups/gid%3A%2F%2Fshopify%2FFulfillmentOrder%2F7'

const doors: Readonly<Record<string, (till: Till, text: string) => Promise<unknown> | unknown>> = {
  'sale: receipt': (till, text) => post(till, { ...sale, receipt: text }),
  'sale: receipt number': (till, text) => post(till, { ...bare, receiptNumber: text }),
  'sale: till': (till, text) => post(till, { ...bare, till: text }),
  'sale: staff': (till, text) => post(till, { ...bare, staff: text }),
  'sale: time': (till, text) => post(till, { ...bare, soldAt: text }),
  'sale: SKU': (till, text) => post(till, line({ sku: text })),
  'sale: barcode': (till, text) => post(till, line({ barcode: text })),
  'sale: title': (till, text) => post(till, line({ title: text })),
  'sale: quantity': (till, text) => post(till, line({ quantity: text })),
  'sale: tax': (till, text) => post(till, { ...bare, taxes: [{ ...sale.taxes[0], name: text }] }),
  'sale: tender': (till, text) => post(till, { ...bare, tenders: [{ ...sale.tenders[0], name: text }] }),
  'sale: kind of tender': (till, text) =>
    post(till, { ...bare, tenders: [{ ...sale.tenders[0], kind: text }] }),
  'sale: unknown field': (till, text) => post(till, { ...bare, note: text }),
  'sale: unknown field’s name': (till, text) => post(till, { ...bare, [text]: 1 }),
  'sale: a field that comes twice': (till, text) =>
    post(till, JSON.stringify({ ...sale, receipt: `twice-${sent}` }).replace('{', `{"till":"${text}",`)),
  'sale: number': (till, text) =>
    post(till, `{"receipt":"n-${sent}","note":${/\d{13,}/.exec(text)?.[0] ?? '1'}}`),
  'sale: not JSON': (till, text) => post(till, `{"receipt":"${text}"`),
  'sale: idempotency key': (till, text) => post(till, { ...bare, receipt: `i-${sent}` }, text),
  'sale: idempotency key of a refused one': (till, text) => post(till, { receipt: 'x' }, text),
  'sale: source': (till, text) => post(till, bare, undefined, `/pos/${encodeURIComponent(text)}/sales`),
  'sale taken back': (till, text) => takeBack(till, text),
  'scan, typed': (till, text) => onPage(till, '/api/scans', { text }),
  'scan with a symbology': (till, text) => onPage(till, '/api/scans', { text: `]C1${text}` }),
  'pickup: staff': (till, text) =>
    onPage(till, `${PICKUP}/moves`, { move: 'pick', staff: text, reason: null }),
  'pickup: reason': (till, text) =>
    onPage(till, `${PICKUP}/moves`, { move: 'miss', staff: 'Maya', reason: text }),
  'pickup: id': (till, text) =>
    onPage(till, `/api/pickups/${encodeURIComponent(text)}/moves`, {
      move: 'pick',
      staff: 'Maya',
      reason: null,
    }),
  'slip: kind': (till, text) => onPage(till, `${PICKUP}/slips`, { slip: text }),
  'print job': (till, text) => onPage(till, `/api/print-jobs/${encodeURIComponent(text)}/reprint`, {}),
}

test('no door of the agent lets a card number into a file', async () => {
  await using till = await openTill()
  till.put()
  const entered: { door: string; form: string; card: string }[] = []
  for (const [door, enter] of Object.entries(doors))
    for (const [form, write] of Object.entries(forms)) {
      const card = cardFor()
      entered.push({ door, form, card })
      await enter(till, write(card))
    }
  const files = readdirSync(till.folder, { recursive: true, withFileTypes: true }).filter(file =>
    file.isFile(),
  )
  expect(files.map(({ name }) => name)).toContain('journal.db-wal')
  const bytes = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')).join('\n')
  expect(bytes).toContain('key-1')
  const found = entered.filter(
    ({ card }) => bytes.includes(card) || bytes.includes(card.replace(/\d{4}(?=\d)/g, '$&-')),
  )
  expect(found).toEqual([])
})
