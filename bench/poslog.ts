import { createWriteStream, statSync } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'
import { z } from 'zod'
import { startChild } from './measure/child.ts'
import { type Row, rowOf, spread } from './measure/compare.ts'
import { inTempFolder } from './measure/temp-folder.ts'
import type { Scale } from './scale.ts'

const MIB = 2 ** 20
/** A small young generation, for all three alike: by default V8 lets it alone grow to 100 MiB under such a stream. */
const YOUNG = ['--max-semi-space-size=2']
const Answer = z.object({ sales: z.int(), minor: z.int(), ms: z.number(), peak: z.number() })

/**
 * A POSLog of 1 GiB in one file (POSLOG_MIB for another size), read through the source into a journal on disk, beside a bare saxes parser over the
 * same bytes and beside reading the bytes alone. Each in a process of its own, whose peak memory is the second figure.
 */
export async function poslog({ tiny }: Scale): Promise<Row[]> {
  return inTempFolder(async folder => {
    const journals = join(folder, 'journals')
    await mkdir(journals)
    const file = join(journals, 'day.xml')
    const expected = await writePoslog(file, (tiny ? 1 : Number(process.env['POSLOG_MIB'] ?? 1_024)) * MIB)
    const mib = statSync(file).size / MIB
    const reader = await bundled(folder)
    const read = async (how: 'source' | 'saxes' | 'raw') => {
      await using child = startChild(reader, { execArgv: YOUNG })
      return await child.ask(how, Answer, { file, journal: join(folder, 'journal.db') })
    }
    const raw = await read('raw')
    const saxes = await read('saxes')
    const ours = await read('source')
    if (ours.sales !== expected.sales || ours.minor !== expected.minor || saxes.sales !== expected.sales)
      throw new Error(`read ${JSON.stringify({ ours, saxes })} of ${JSON.stringify(expected)}`)
    const what = `${Math.round(mib).toLocaleString('en-GB')} MiB of POSLog, ${expected.sales.toLocaleString('en-GB')} sales`
    const times = [
      { name: 'bare saxes', value: spread([saxes.ms / 1_000]), ratio: ours.ms / saxes.ms },
      { name: 'reading the bytes', value: spread([raw.ms / 1_000]), ratio: ours.ms / raw.ms },
    ]
    const peaks = [
      { name: 'bare saxes', value: spread([saxes.peak / MIB]), ratio: ours.peak / saxes.peak },
      { name: 'reading the bytes', value: spread([raw.peak / MIB]), ratio: ours.peak / raw.peak },
    ]
    return [
      rowOf({
        bench: 'poslog',
        what,
        unit: 's',
        ours: spread([ours.ms / 1_000]),
        floors: times,
        aim: { below: 60 },
      }),
      rowOf({
        bench: 'poslog',
        what: 'the whole process meanwhile, at its peak',
        unit: 'MiB resident',
        ours: spread([ours.peak / MIB]),
        floors: peaks,
        aim: { below: 150 },
      }),
    ]
  })
}

/** The reading process as JavaScript, as the agent is shipped: Node's own type stripping alone takes 45 MiB. */
async function bundled(folder: string): Promise<URL> {
  const entry = fileURLToPath(new URL('./processes/read-poslog.ts', import.meta.url))
  const outDir = join(folder, 'reader')
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: entry,
      outDir,
      target: 'node24',
      rolldownOptions: { output: { entryFileNames: 'reader.mjs' } },
    },
  })
  await symlink(fileURLToPath(new URL('../node_modules', import.meta.url)), join(folder, 'node_modules'))
  return pathToFileURL(join(outDir, 'reader.mjs'))
}

/** Writes sales until the file has so many bytes; says how many they are and what was paid for them. */
async function writePoslog(file: string, bytes: number): Promise<{ sales: number; minor: number }> {
  const made = { sales: 0, minor: 0 }
  function* parts() {
    yield '<?xml version="1.0" encoding="utf-8"?>\n<POSLog xmlns="http://www.nrf-arts.org/IXRetail/namespace/" xmlns:v="urn:vendor">\n'
    for (let written = 0; written < bytes; ) {
      let text = ''
      for (let each = 0; each < 20; each += 1) {
        const { xml, minor } = saleText(made.sales)
        text += xml
        made.sales += 1
        made.minor += minor
      }
      written += text.length
      yield text
    }
    yield '</POSLog>\n'
  }
  await pipeline(Readable.from(parts()), createWriteStream(file))
  return made
}

const decimal = (minor: number) => (minor / 100).toFixed(2)

/**
 * A receipt of one to eight lines with VAT in the prices, some discounts, paid in cash with change or by card. Real
 * POSLogs have 4 to 8 kB a line with what their vendors add; these have 2.
 */
function saleText(index: number): { xml: string; minor: number } {
  const lines = Array.from({ length: 1 + (index % 8) }, (_, line) => {
    const price = 99 + ((index * 37 + line * 211) % 2_900)
    const discount = (index + line) % 5 === 0 ? Math.round(price / 10) : 0
    const tax = Math.round(((price - discount) * 19) / 119)
    return { line: line + 1, sku: `SKU-${(index * 7 + line) % 900}`, price, discount, tax }
  })
  const total = lines.reduce((sum, { price, discount }) => sum + price - discount, 0)
  const tax = lines.reduce((sum, line) => sum + line.tax, 0)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `2026-${two(1 + (Math.floor(index / 28_000) % 12))}-${two(1 + (Math.floor(index / 1_000) % 28))}`
  const time = `${day}T${two(8 + (index % 12))}:${two(index % 60)}:00.0000000+01:00`
  const taxed = (gross: number, of: number) => `<Tax TaxType="VAT" v:Sign="A" v:Imposition="A">
            <SequenceNumber>1</SequenceNumber>
            <TaxAuthority>VAT</TaxAuthority>
            <TaxableAmount Currency="EUR" TaxIncludedInTaxableAmountFlag="true">${decimal(gross - of)}</TaxableAmount>
            <Amount Currency="EUR">${decimal(of)}</Amount>
            <Percent>19.0000</Percent>
            <TaxRuleID>82</TaxRuleID>
            <TaxGroupID>1</TaxGroupID>
          </Tax>`
  const items = lines.map(
    ({ line, sku, price, discount, tax: of }) => `
      <LineItem EntryMethod="Scanned">
        <Sale ItemType="Stock">
          <POSIdentity POSIDType="EAN">
            <POSItemID>40063813339${two(line)}</POSItemID>
          </POSIdentity>
          <MerchandiseHierarchy ID="Merchandise" v:HierarchyPath="1_09_4111@2_09_1955@3_09_419">3_09_${line}</MerchandiseHierarchy>
          <MerchandiseHierarchy ID="Tax">19.00</MerchandiseHierarchy>
          <ItemID>${sku}</ItemID>
          <Description v:Culture="en-GB">${sku} OF THE HARBOUR SHOP</Description>
          <Description TypeCode="Long" v:Culture="en-GB">Article ${sku} of the harbour shop, as its shelf label has it</Description>
          <RegularSalesUnitPrice Currency="EUR">${decimal(price)}</RegularSalesUnitPrice>
          <ActualSalesUnitPrice Currency="EUR">${decimal(price)}</ActualSalesUnitPrice>
          <ExtendedAmount Currency="EUR">${decimal(price)}</ExtendedAmount>
          <ExtendedDiscountAmount Currency="EUR">${decimal(discount)}</ExtendedDiscountAmount>
          <Quantity EntryMethod="Automatic" Units="1" UnitOfMeasureCode="EA">1</Quantity>
          ${taxed(price - discount, of)}
          <Group xmlns="urn:vendor">
            <Type>Consumable</Type>
            <ID>Group-${line}</ID>
          </Group>
        </Sale>
        <ScanData>40063813339${two(line)}</ScanData>
        <SequenceNumber>${line}</SequenceNumber>
        <BeginDateTime>${time}</BeginDateTime>
        <EndDateTime>${time}</EndDateTime>
      </LineItem>`,
  )
  const tender =
    index % 3 === 0
      ? `<Tender TenderType="Cash"><Amount Currency="EUR">${decimal(total + 500)}</Amount><TenderChange><Amount Currency="EUR">5.00</Amount></TenderChange></Tender>`
      : `<Tender TenderType="CreditDebit"><Amount Currency="EUR">${decimal(total)}</Amount><Authorization HostAuthorized="true"><AuthorizationCode>000000</AuthorizationCode></Authorization></Tender>`
  const totals = [
    'TransactionGrandAmount',
    'TransactionNetAmount',
    'TransactionTenderApplied',
    'X:MerchandiseAmount',
  ]
  const xml = `  <Transaction MajorVersion="6" MinorVersion="0" FixVersion="1">
    <BusinessUnit>
      <UnitID Name="Harbour">HAR</UnitID>
    </BusinessUnit>
    <WorkstationID TypeCode="POS">${1 + (index % 9)}</WorkstationID>
    <SequenceNumber>${index}</SequenceNumber>
    <OperatorID OperatorName="Anke">7</OperatorID>
    <CurrencyCode>EUR</CurrencyCode>
    <RetailTransaction>${items.join('')}
      <LineItem>
        ${tender}
        <SequenceNumber>90</SequenceNumber>
      </LineItem>
      <LineItem>
        ${taxed(total, tax)}
        <SequenceNumber>91</SequenceNumber>
      </LineItem>
${totals.map(type => `      <Total CurrencyCode="EUR" TotalType="${type}">${decimal(total)}</Total>`).join('\n')}
    </RetailTransaction>
    <BusinessDayDate>${day}</BusinessDayDate>
    <BeginDateTime>${time}</BeginDateTime>
    <EndDateTime>${time}</EndDateTime>
  </Transaction>
`
  return { xml, minor: total }
}
