import type { WriteBackJob } from './job.ts'

/** A job as a file's text; docs/write-back.md has the shapes. Ends with a line end. */
export function dropText(job: WriteBackJob, format: 'json' | 'csv' | 'xml'): string {
  const at = new Date(job.at).toISOString()
  if (format === 'json') return `${JSON.stringify({ version: 1, ...job, at }, null, 2)}\n`
  return format === 'csv' ? csv(job, at) : xml(job, at)
}

const HEADINGS = [
  'external_id',
  'what',
  'at',
  'order',
  'customer',
  'note',
  'line',
  'sku',
  'barcode',
  'title',
  'units',
]

/** One row a line of the order; RFC 4180. */
function csv(job: WriteBackJob, at: string): string {
  const { externalId, what, order, customer, note } = job
  const rows = job.lines.map(({ sku, barcode, title, units }, line) => [
    externalId,
    what,
    at,
    order,
    customer,
    note,
    String(line),
    sku ?? '',
    barcode ?? '',
    title,
    String(units),
  ])
  return [HEADINGS, ...rows].map(row => `${row.map(cell).join(',')}\r\n`).join('')
}

/** A customer's text must not become a formula in a spreadsheet (ASVS 1.2.10). */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}

function xml(job: WriteBackJob, at: string): string {
  const lines = job.lines.map(
    ({ sku, barcode, title, units }, line) =>
      `  <line number="${line}"${attribute('sku', sku)}${attribute('barcode', barcode)} units="${units}">${text(title)}</line>\n`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<tillbridge version="1" what="${job.what}"${attribute('externalId', job.externalId)} at="${at}">
  <order>${text(job.order)}</order>
  <customer>${text(job.customer)}</customer>
  <note>${text(job.note)}</note>
${lines.join('')}</tillbridge>
`
}

const attribute = (name: string, value: string | null): string =>
  value === null ? '' : ` ${name}="${text(value)}"`

/** XML 1.0, 2.2 and 2.4: other characters are left out. */
function text(value: string): string {
  const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return value
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"]/g, sign => escapes[sign] ?? '')
}
