import { expect, test } from 'vitest'
import { pickupNoticeMessages } from '../../agent/ui/pickups/pickup-notice.messages.ts'
import { wordNotice } from '../../agent/ui/pickups/word-notice.ts'
import { PickupPut } from '../../shared/commands.ts'
import { EpochMs, epochMs } from '../../shared/ids.ts'
import { noticeAfterMove, PickupNotice, SentNotice } from '../../shared/pickup-notices.ts'

const { en, de } = pickupNoticeMessages
const moments = { time: () => '14:02', day: () => '12 December 2026' }
const moved = {
  code: 'move-refused',
  move: 'collect',
  state: 'collected',
  by: 'Maya',
  at: EpochMs.parse(1_800_000_000_000),
} as const

test.each<[PickupNotice, string, string]>([
  [moved, 'Already handed over by Maya at 14:02.', 'Bereits übergeben von Maya um 14:02.'],
  [
    { ...moved, state: 'picking' },
    'Already being picked by Maya at 14:02. It is not marked ready yet.',
    'Bereits in Arbeit von Maya um 14:02. Sie ist noch nicht bereit gemeldet.',
  ],
  [{ ...moved, move: 'finish', state: 'received', by: null }, 'Not started yet.', 'Noch nicht begonnen.'],
  [
    { ...moved, move: 'finish', state: 'received', by: 'Shopify' },
    'Set back to “not started” by Shopify at 14:02.',
    'Von Shopify um 14:02 auf „nicht begonnen“ zurückgesetzt.',
  ],
  [
    { code: 'refused', staff: 'Maya', reason: null },
    'Given back by Maya: no reason given',
    'Zurückgegeben von Maya: ohne Angabe von Gründen',
  ],
  [
    { code: 'write-refused', step: 'collected', said: 'It is on hold.', isRetried: true },
    'Shopify did not accept the hand-over: It is on hold. It is retried automatically.',
    'Shopify hat die Übergabe nicht angenommen: It is on hold. Es wird automatisch erneut versucht.',
  ],
  [
    { code: 'moved-away', to: 'Market Square' },
    'Moved to Market Square. Put the goods back.',
    'Verlegt nach Market Square. Bitte die Ware zurücklegen.',
  ],
  [
    { code: 'partly-handed-over', handedOver: 1, goods: '2 × Mug' },
    'Shopify shows 1 item as handed over. The rest is no longer for this store. Put it back: 2 × Mug.',
    'In Shopify ist 1 Artikel als übergeben eingetragen. Der Rest ist nicht mehr für diese Filiale. Bitte zurücklegen: 2 × Mug.',
  ],
  [
    { code: 'collected-beyond-order', goods: '1 × Mug' },
    'Part of it was no longer in the order: 1 × Mug. The hand-over is recorded; head office decides about the money.',
    'Ein Teil gehörte nicht mehr zur Bestellung: 1 × Mug. Die Übergabe ist erfasst; über das Geld entscheidet die Zentrale.',
  ],
  [
    { code: 'handed-over-elsewhere', store: 'HAR', staff: 'Maya' },
    'Maya at HAR has handed this order over already. Do not hand it over again; head office closes it.',
    'Maya in HAR hat diese Bestellung schon übergeben. Bitte nicht noch einmal übergeben; die Zentrale schließt sie ab.',
  ],
  [
    { code: 'handed-over-elsewhere', store: 'HAR', staff: 'Maya', goods: '1 × Mug' },
    'Maya at HAR has handed over a part of this order already: 1 × Mug. Do not hand that over again; head office records it. The rest is still due here.',
    'Maya in HAR hat einen Teil dieser Bestellung schon übergeben: 1 × Mug. Bitte nicht noch einmal übergeben; die Zentrale trägt es ein. Der Rest ist hier weiter fällig.',
  ],
  [
    { code: 'may-be-collected', by: 'Maya', goods: '1 × Mug' },
    'The customer may have these goods already: 1 × Mug. Maya handed them over, and the hand-over was cancelled in Shopify. Ask before you hand anything out.',
    'Diese Ware ist vielleicht schon abgeholt: 1 × Mug. Maya hat sie übergeben, und die Übergabe wurde in Shopify storniert. Bitte vor der Übergabe nachfragen.',
  ],
  [
    { code: 'may-be-collected', by: null, goods: '1 × Mug', receipt: { store: 'HAR', number: 'r-1' } },
    'The customer may have these goods already: 1 × Mug. Receipt r-1 of HAR names this order. Ask before you hand anything out.',
    'Diese Ware ist vielleicht schon abgeholt: 1 × Mug. Der Beleg r-1 in HAR nennt diese Bestellung. Bitte vor der Übergabe nachfragen.',
  ],
  [
    { code: 'on-hold', scheduledFor: epochMs(1) },
    'This is a pre-order for 12 December 2026. Do not prepare it or hand it over before then.',
    'Das ist eine Vorbestellung für den 12 December 2026. Bitte nicht vorher vorbereiten oder übergeben.',
  ],
  [
    { code: 'on-hold', scheduledFor: null },
    'This is a pre-order, and Shopify names no day for it yet. Do not prepare it or hand it over before it is released.',
    'Das ist eine Vorbestellung, für die Shopify noch keinen Tag nennt. Bitte erst vorbereiten und übergeben, wenn sie freigegeben ist.',
  ],
  [
    { code: 'order-changed', added: '1 × Mug', removed: '2 × Tote' },
    'The order was changed. Added, pick this too: 1 × Mug. Taken off, put this back: 2 × Tote.',
    'Die Bestellung wurde geändert. Dazugekommen, bitte auch holen: 1 × Mug. Entfallen, bitte zurücklegen: 2 × Tote.',
  ],
])('%j is worded in both languages', (notice, english, german) => {
  expect(wordNotice(en, notice, moments)).toBe(english)
  expect(wordNotice(de, notice, moments)).toBe(german)
})

test.each([
  ['a code of a newer hub', { code: 'customer-waits', since: 1 }],
  ['a known code that lacks a fact', { code: 'moved-away' }],
  ['a known code with a fact that is new', { ...moved, state: 'returned' }],
])('%s still comes with its pickup, and asks staff to call head office', (_what, given) => {
  const notice = PickupPut.shape.notice.parse(given)
  expect(notice).toEqual(given)
  expect(wordNotice(en, SentNotice.parse(notice), moments)).toContain('Ask head office')
  expect(wordNotice(de, SentNotice.parse(notice), moments)).toContain('bei der Zentrale nachfragen')
})

test('a sentence from a hub before the codes is shown as it is', () => {
  const notice = SentNotice.parse('The customer cancelled.')
  expect(wordNotice(de, notice, moments)).toBe('The customer cancelled.')
})

test('every code has words in both languages', () => {
  const text = {
    to: 'x',
    staff: 'x',
    reason: 'x',
    said: 'x',
    by: 'x',
    goods: 'x',
    handedOver: 1,
    days: 14,
    store: 'x',
    added: 'x',
    removed: null,
  }
  for (const { shape } of PickupNotice.options) {
    const code = shape.code.value
    const given = { ...moved, step: 'ready', isRetried: false, ...text, code }
    for (const t of [en, de]) expect([code, wordNotice(t, given, moments)]).not.toContain(t.unknown)
  }
})

test.each([
  ['on-hold', 'pick', true],
  ['may-be-collected', 'finish', true],
  ['may-be-collected', 'collect', false],
  ['items-missing', 'finish', false],
] as const)('%s after %s: kept is %s', (code, move, isKept) => {
  const notice = SentNotice.parse({ code, by: null, goods: 'x' })
  expect(noticeAfterMove(notice, move)).toBe(isKept ? notice : null)
})
