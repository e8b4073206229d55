import { describe, expect, test } from 'vitest'
import { printMark } from '../../agent/codecs/receipt-templates/print-marks.ts'
import { british, readBritish, told } from './learned-tills.ts'

describe('prints that say in any language, with or without accents, that they are not sales', () => {
  test.each([
    ['** TRAINING - NO SALE **', 'training'],
    ['TRAINING MODE - NOT A VALID RECEIPT', 'training'],
    ['TRAINING/VOID', 'training'],
    ['DEMO VERSION', 'training'],
    ['MODO FORMACION', 'training'],
    ['ENTRAINEMENT', 'training'],
    ['MODE ECOLE', 'training'],
    ['UEBUNG', 'training'],
    ['UBUNG', 'training'],
    ['Uebungsbon', 'training'],
    ['PROBEBON', 'training'],
    ['OVNING', 'training'],
    ['OPLAERING', 'training'],
    ['SZKOLENIE', 'training'],
    ['MODALITA TRAINING', 'training'],
    ['VENTE ANNULEE', 'void'],
    ['TICKET ANNULE', 'void'],
    ['VOID SALE 01-2290', 'void'],
    ['MITATOITY', 'void'],
    ['Sprzedaz anulowana', 'void'],
    ['ŠKOLENIE', 'training'],
    ['ŠKOLIACI REŽIM', 'training'],
    ['TRÉNINGOVÝ REŽIM', 'training'],
    ['GYAKORLÓ ÜZEMMÓD', 'training'],
    ['ZRUŠENÝ DOKLAD', 'void'],
    ['NEPLATNÝ DOKLAD', 'void'],
    ['SZTORNÓ', 'void'],
    ['SZTORNÓ BIZONYLAT', 'void'],
    ['DARČEKOVÝ DOKLAD', 'gift'],
    ['SKÚŠOBNÁ TLAČ', 'test'],
    ['COPIA DEL TICKET', 'copy'],
    ['2a VIA', 'copy'],
    ['*** 2ª VIA - CLIENTE ***', 'copy'],
    ['COPY - NOT A VALID RECEIPT', 'copy'],
    ['REIMPRESION', 'copy'],
    ['QUOTATION - NOT A RECEIPT', 'quote'],
    ['PRESUPUESTO: NO VALIDO COMO TICKET', 'quote'],
    ['COTIZACION', 'quote'],
    ['THIS IS NOT A RECEIPT', 'proforma'],
  ])('%s', (mark, why) => {
    expect(told(readBritish(british(8, mark)))).toEqual([`no sale: ${why}`])
    expect(told(readBritish(british(8, '', mark)))).toEqual([`no sale: ${why}`])
  })
})

test.each([
  'Training shoes are half price',
  'Please copy this code: HARBOUR',
  'Void where prohibited',
  'Ask for a gift receipt at the till',
  'Valid receipt for the car park',
  'Demo day: Saturday',
  'Sale 01-2308',
])('%s: a line that holds any other word says nothing of the print', line => {
  expect(printMark(line)).toBeNull()
  expect(told(readBritish(british(8, line)))).toEqual(['1 MG-04 1042', 'card 1250'])
})
