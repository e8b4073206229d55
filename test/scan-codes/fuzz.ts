import { decodeScan } from '../../agent/codecs/scan-codes/decode-scan.ts'
import { ScanRules } from '../../agent/codecs/scan-codes/rules.ts'
import { observedFields } from '../../agent/codecs/scan-codes/scan.ts'
import { ScanObserved } from '../../shared/events.ts'

const rules = ScanRules.parse({
  fnc1: ['{GS}', '|'],
  inStore: [
    { name: 'price', match: '21IIIIIPPPPPC' },
    { name: 'weight', match: '2IIIIIVWWWWWC', code: 'zeroed' },
  ],
})

/** What mutation begins with: one of each kind. */
const seeds = [
  ']E04006381333931',
  ']E3977123456700301',
  ']E496385074',
  '2112345005997',
  ']C10109506000134352310300052539329781299\x1d10AB-1',
  ']d2010950600013435217270600\x1d21S/N\x1d8008260228091530',
  ']d28010ABC-#/9\x1d8011123\x1d7007260101260131\x1d423276250840',
  ']Q1https://id.example/01/09506000134352/10/L%2F1?17=270600&3103=000525;37=2#x',
  '#1043',
  ']Q1https://mug.example/71/orders/5f2c9a0e/authenticate?key=9f',
  '%B4111111111111111^DOE/JANE^26121010000?;4111111111111111=26121010000?',
  '[)>\x1e06\x1d9N110375286414\x1d1TABC\x1e\x04',
] as const

const spice = [
  '\x1d',
  ']',
  '\0',
  '%',
  '/',
  '?',
  '~',
  '{GS}',
  '01',
  '\ud800',
  '\u0663',
  '1'.repeat(40),
  '😀',
  '#',
]

/** Numbers from a seed, so that a failing input comes again (xorshift, 32 bits). */
export function seeded(seed: number): (below: number) => number {
  let state = seed | 1
  return below => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

export function mutated(pick: (below: number) => number): string {
  let text: string = seeds[pick(seeds.length)] ?? ''
  for (let times = pick(6); times >= 0; times -= 1) {
    const at = pick(text.length + 1)
    const to = at + pick(8)
    const what = pick(7)
    if (what === 0) text = text.slice(0, at) + text.slice(to)
    else if (what === 1) text = text.slice(0, at) + String.fromCharCode(pick(256)) + text.slice(at + 1)
    else if (what === 2) text = text.slice(0, at) + (spice[pick(spice.length)] ?? '') + text.slice(at)
    else if (what === 3) text = text.slice(0, to) + text.slice(at)
    else if (what === 4) text = (seeds[pick(seeds.length)] ?? '').slice(0, at) + text.slice(at)
    else if (what === 5) text = text.slice(0, at) + pick(10) + text.slice(at + 1)
    else if (pick(50) === 0) text = text.repeat(1 + pick(100))
  }
  return text
}

/** Decodes mutated inputs; gives how many had a problem. @throws with the input that fails */
export function fuzz(seed: number, count: number): { problems: number } {
  const pick = seeded(seed)
  let problems = 0
  for (let i = 0; i < count; i += 1) {
    const input = mutated(pick)
    try {
      const scan = decodeScan(input, rules, 2026)
      const head = { kind: 'scan.observed', at: 1, peripheral: 'counter', via: 'serial' }
      ScanObserved.parse({ ...head, ...observedFields(scan) })
      if (scan.problem !== null) problems += 1
    } catch (cause) {
      throw new Error(`seed ${seed}, input ${i}: ${JSON.stringify(input)}`, { cause })
    }
  }
  return { problems }
}
