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

describe('receipts of trials and bills before they are paid, in every language', () => {
  test.each([
    ['PROBNI RAČUN', 'training'],
    ['*** TESTNI RACUN ***', 'training'],
    ['DENEME FİŞİ', 'training'],
    ['TRIAL RECEIPT', 'training'],
    ['PROBEBELEG', 'training'],
    ["TICKET D'ESSAI", 'training'],
    ['PROEFVERKOOP', 'training'],
    ['SCONTRINO DI PROVA', 'training'],
    ['TICKET DE PRUEBA', 'training'],
    ['VENDA DE TESTE', 'training'],
    ['PARAGON PRÓBNY', 'training'],
    ['TESTKVITTO', 'training'],
    ['PRØVEKVITTERING', 'training'],
    ['PRØVEKØB', 'training'],
    ['KOEKUITTI', 'training'],
    ['ZKUŠEBNÍ ÚČTENKA', 'training'],
    ['PRÓBANYUGTA', 'training'],
    ['テスト取引', 'training'],
    ['BON DE TEST', 'training'],
    ['ΔΟΚΙΜΑΣΤΙΚΗ ΑΠΟΔΕΙΞΗ', 'training'],
    ['PROOVIKVIITUNG', 'training'],
    ['PROVISIONAL RECEIPT', 'proforma'],
    ['VORLÄUFIGE RECHNUNG', 'proforma'],
    ['FACTURE PROVISOIRE', 'proforma'],
    ['TUSSENREKENING', 'proforma'],
    ['SCONTRINO PROVVISORIO', 'proforma'],
    ['PRETICKET', 'proforma'],
    ['PRÉ-FATURA', 'proforma'],
    ['RACHUNEK TYMCZASOWY', 'proforma'],
    ['PRELIMINÄR NOTA', 'proforma'],
    ['FORELØPIG REGNING', 'proforma'],
    ['MELLEMREGNING', 'proforma'],
    ['ENNAKKOKUITTI', 'proforma'],
    ['PŘEDBĚŽNÁ ÚČTENKA', 'proforma'],
    ['IDEIGLENES SZÁMLA', 'proforma'],
    ['仮会計', 'proforma'],
    ['GEÇİCİ FİŞ', 'proforma'],
    ['BON PROVIZORIU', 'proforma'],
    ['ΠΡΟΣΩΡΙΝΗ ΑΠΟΔΕΙΞΗ', 'proforma'],
    ['MEĐURAČUN', 'proforma'],
    ['ESIALGNE ARVE', 'proforma'],
  ])('%s', (mark, why) => {
    expect(told(readBritish(british(8, mark)))).toEqual([`no sale: ${why}`])
    expect(told(readBritish(british(8, '', mark)))).toEqual([`no sale: ${why}`])
  })

  test.each([
    'ADİSYON',
    '** TISCHRECHNUNG **',
    'Unpaid',
    'CUENTA DE MESA',
    'LAUAARVE',
    'ΑΠΛΗΡΩΤΟ',
    'お勘定書',
  ])('%s above what was paid: a person looks', mark => {
    expect(told(readBritish(british(8, mark)))).toEqual(['RECEIPT_UNPARSED'])
  })

  test.each(['Adisyon No: 12', 'Probni period 14 dana', 'Trial size', 'Table bill 12'])(
    '%s says nothing of the kind',
    line => {
      expect(told(readBritish(british(8, line)))).toEqual(told(readBritish(british(8))))
    },
  )
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
