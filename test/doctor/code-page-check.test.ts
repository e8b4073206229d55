import iconv from 'iconv-lite'
import { expect, test } from 'vitest'
import { openDecoder } from '../../agent/codecs/printer-commands/decode.ts'
import { codePageFindings } from '../../agent/doctor/code-page-check.ts'
import { bodyOf } from '../../agent/sources/paper/body.ts'

const lines = ['Молоко 89.90', 'Хлеб 54.00', 'ИТОГО 143.90', 'Спасибо за покупку']

/** What the journal keeps of a receipt that a clone printed in `encoding` under a number. */
function captured(printer: string, encoding: string, number: number) {
  const decoder = openDecoder({ profile: 'epson' })
  const text = iconv.encode(`${lines.join('\n')}\n`, encoding)
  const [receipt] = [...decoder.push(Buffer.of(0x1b, 0x74, number)), ...decoder.push(text), ...decoder.end()]
  const body = receipt === undefined ? null : bodyOf(receipt)
  if (body === null) throw new Error('nothing was printed')
  return { printer, body }
}

test('the doctor names a printer whose text only makes sense in another code page, and the setting', () => {
  const findings = codePageFindings([captured('counter', 'cp1251', 17), captured('kiosk', 'cp866', 17)])
  expect(findings).toMatchObject([
    {
      subject: 'counter',
      verdict: 'look',
      advice: expect.stringContaining('"codePages": { "17": "windows-1251" }'),
    },
  ])
})

test('receipts kept before code pages were recorded are passed over', () => {
  const { printer, body } = captured('counter', 'cp1251', 17)
  const { codePages: _, ...older } = body
  expect(codePageFindings([{ printer, body: older }])).toEqual([])
})
