import { GS1 } from '@point-of-sale/barcode-parser'
import { expect, test } from 'vitest'
import { decodeScan } from '../../agent/codecs/scan-codes/decode-scan.ts'
import { ScanRules } from '../../agent/codecs/scan-codes/rules.ts'

const rules = ScanRules.parse({})

/** Another reader of GS1 data, made by other people: where it reads a code, both must read the same. */
test.each([
  '010950600013435210L-1\x1d17261231',
  '0109506000134352310300075015261130',
  '00095060001343520017',
  '0109506000134352392212995\x1d10A',
  '02095060001343523712',
  '010950600013435221SERIAL-9\x1d11260102',
  '253950600013435212',
])('GS1 elements of %j are those that the library reads', text => {
  const theirs = GS1.parse({ symbology: 'gs1-128', value: text, fnc1: 1 })
  const ours = decodeScan(`]C1${text}`, rules, 2026)
  const pairs = (elements: readonly { ai: string; value: string }[]) =>
    elements.map(({ ai, value }) => [ai, value])
  expect(pairs(ours.elements)).toEqual(pairs(theirs?.elements ?? []))
})

test.each([
  ['ean13', ']E0', '4006381333931'],
  ['ean8', ']E4', '40170725'],
  ['upca', ']E0', '0036000291452'],
])('the GTIN of %s is the one that the library reads', (symbology, aim, value) => {
  const theirs = GS1.parse({ symbology, value: symbology === 'upca' ? value.slice(1) : value })
  expect(decodeScan(`${aim}${value}`, rules, 2026).gtin).toBe(theirs?.gtin)
})
