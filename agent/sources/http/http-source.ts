import { z } from 'zod'
import { maskCardNumbersIn } from '../../../shared/card-numbers/mask-value.ts'
import { TillbridgeError } from '../../../shared/errors.ts'
import { type SaleCompleted, SaleVoided } from '../../../shared/events.ts'
import { epochMs, ReceiptKey, type SourceId } from '../../../shared/ids.ts'
import { Currency } from '../../../shared/money.ts'
import { oneAtATime } from '../../../shared/turns.ts'
import { zoneClock } from '../../../shared/wall-clock.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { type RowFinding, type SeenRow, stepRow, wallOf } from '../known-rows.ts'
import { receiptNumberRepeated } from '../problems.ts'
import { differencesOf, ReceiptFacts, receiptInWords, saleFacts } from '../repeated-receipt.ts'
import { type AnySourceKind, defineSource, type SourceParts } from '../source.ts'
import { clockProblem, latestWall } from '../till-clock.ts'
import { readPostedSale } from './posted-sale.ts'
import { idempotencyKeyReused, posSourceClosed } from './problems.ts'

/**
 * The answer to the POS. `known`: this same request was accepted before. `passed-on`: this PC knows no such sale, as when
 * its disk was replaced or put back; the hub takes it back if it holds it.
 */
export interface PostedAnswer {
  readonly receipt: string
  readonly taken: 'new' | 'edit' | 'known' | 'passed-on'
  /** Minor units by which tenders, lines and taxes differ; head office is told. */
  readonly unexplained: number
}

/** Where the POS's calls arrive. Each call resolves once its content is durable. */
export interface PosInlet {
  /** @throws POS_SOURCE_CLOSED, IDEMPOTENCY_KEY_REUSED, and what `readPostedSale` throws */
  post(source: string, key: string, body: unknown): Promise<PostedAnswer>
  /** Takes a sale back. @throws POS_SOURCE_CLOSED, IDEMPOTENCY_KEY_REUSED */
  takeBack(source: string, key: string, receipt: string): Promise<PostedAnswer>
}

const Settings = z.strictObject({
  currency: Currency,
  zone: z.string().min(1).max(64),
  /** The POS's code of the location whose stock a sale reduces. */
  warehouse: z.string().min(1).max(255),
  /** A sale whose date a till can't have had: `refuse` asks. */
  oddTimes: z.enum(['refuse', 'accept']).optional(),
})

/** The inlet for sales that a POS posts (docs/sources-http.md), and the kind of source that receives them. */
export function openPosInlet(): { readonly inlet: PosInlet; readonly kind: AnySourceKind } {
  const open = new Map<SourceId, PostedSales>()
  const of = (source: string) => {
    const found = open.get(source as SourceId)
    if (found === undefined) throw posSourceClosed({ source })
    return found
  }
  const kind = defineSource({
    kind: 'http',
    settings: Settings,
    open(settings, parts) {
      open.set(parts.source, postedSales(settings, parts))
      return { read: async () => 'idle', close: () => void open.delete(parts.source) }
    },
  })
  return {
    kind,
    inlet: {
      post: async (source, key, body) => of(source).post(key, body),
      takeBack: async (source, key, receipt) => of(source).takeBack(key, receipt),
    },
  }
}

interface PostedSales {
  post(key: string, body: unknown): Promise<PostedAnswer>
  takeBack(key: string, receipt: string): Promise<PostedAnswer>
}

type PostedParts = Pick<SourceParts, 'source' | 'memory' | 'clock'>

function postedSales(settings: z.infer<typeof Settings>, parts: PostedParts): PostedSales {
  const { source, memory, clock } = parts
  /** One at a time: two posts of one receipt must not both find it new. */
  const inTurn = oneAtATime()

  const rowsOf = (key: string, receipt: string, wall: string | null) => postedRows(parts, key, receipt, wall)

  async function take(
    key: string,
    { request, sale }: { request: SeenRow; sale: SeenRow },
    fingerprint: string,
    finding: () => RowFinding,
  ): Promise<PostedAnswer['taken']> {
    if (request.known !== undefined && request.known.state !== 'refused') {
      if (request.known.fingerprint !== fingerprint) throw idempotencyKeyReused({ key })
      return 'known'
    }
    const step = stepRow(sale, finding())
    if (step.former !== undefined) {
      if (step.known !== null) await memory.commit({ events: step.events, known: [step.known], mark: null })
      throw step.former
    }
    const used = stepRow(request, { is: 'told', fingerprint, told: sale.name, events: [] })
    await memory.commit({
      events: [...used.events, ...step.events],
      known: [used.known, step.known].flatMap(row => row ?? []),
      mark: null,
    })
    return sale.known === undefined ? 'new' : 'edit'
  }

  /** The POS may never send it again: so what can't be read is reported as a refusal, and the POS gets the error too. */
  async function refuse(key: string, body: unknown, error: unknown): Promise<void> {
    if (!(error instanceof TillbridgeError)) return
    const { request } = rowsOf(key, '', null)
    if (isTaken(request)) return
    const step = stepRow(request, {
      is: 'unreadable',
      fingerprint: fingerprintOf([error.code, body]),
      error,
      payload: () => JSON.stringify(maskCardNumbersIn(body, UNMASKED)).slice(0, 16_000),
    })
    if (step.known !== null) await memory.commit({ events: step.events, known: [step.known], mark: null })
  }

  async function readOrRefuse(key: string, body: unknown): Promise<ReturnType<typeof readPostedSale>> {
    try {
      return readPostedSale(body, source, settings)
    } catch (error) {
      await refuse(key, body, error)
      throw error
    }
  }

  /** Why a posted sale does not count: its time, or a receipt of the same key that is another one. */
  function wrongReceipt(
    facts: ReceiptFacts,
    { known, name }: SeenRow,
    fingerprint: string,
  ): TillbridgeError | null {
    const latest = latestWall(zoneClock(settings.zone)(clock.now()))
    const odd =
      settings.oddTimes === 'accept' || known !== undefined ? null : clockProblem(facts.wall, latest)
    const before = factsIn(known?.told)
    if (odd !== null || before === null || known?.fingerprint === fingerprint) return odd
    if (differencesOf(before, facts).length === 0) return null
    return receiptNumberRepeated({
      key: name.slice(name.indexOf('/') + 1),
      first: receiptInWords(before),
      second: receiptInWords(facts),
      advice: 'Post the second one with a "receipt" of its own, such as the number with "/refund".',
    })
  }

  return {
    post: (key, body) =>
      inTurn(async () => {
        const sale = await readOrRefuse(key, body)
        const fingerprint = fingerprintOf([sale])
        const { wall } = sale.soldAt
        const rows = rowsOf(key, sale.receipt, wall)
        const facts = saleFacts(sale)
        const wrong = wrongReceipt(facts, rows.sale, fingerprint)
        if (wrong !== null && !isTaken(rows.request)) {
          await refuse(key, body, wrong)
          throw wrong
        }
        const taken = await take(key, rows, fingerprint, () => {
          const event: SaleCompleted = { ...sale, at: rows.sale.now, fingerprint }
          return { is: 'told', fingerprint, told: JSON.stringify(facts), events: [event] }
        })
        return { receipt: sale.receipt, taken, unexplained: sale.unexplained }
      }),
    takeBack: (key, receipt) =>
      inTurn(async () => {
        const rows = rowsOf(key, receipt, null)
        const taken = await take(key, rows, fingerprintOf(['void', receipt]), () => {
          const voided = {
            kind: 'sale.voided',
            at: rows.sale.now,
            source,
            receipt,
            reason: rows.sale.known === undefined ? 'unknown-here' : 'marked-void',
          }
          return { is: 'gone', undo: [SaleVoided.parse(voided)] }
        })
        return {
          receipt: ReceiptKey.parse(receipt),
          taken: taken === 'new' ? 'passed-on' : taken,
          unexplained: 0,
        }
      }),
  }
}

function isTaken({ known }: SeenRow): boolean {
  return known !== undefined && known.state !== 'refused'
}

/** Null: the receipt was kept by a version that did not note its facts, or was voided. */
function factsIn(told: string | null | undefined): ReceiptFacts | null {
  return told?.startsWith('{') === true ? ReceiptFacts.parse(JSON.parse(told)) : null
}

/** The request's row knows what a key was used for; the sale's row knows the receipt. */
function postedRows(
  { source, memory, clock }: PostedParts,
  key: string,
  receipt: string,
  wall: string | null,
): { request: SeenRow; sale: SeenRow } {
  const names = { request: `request/${key}`, sale: `sale/${receipt}` }
  const known = memory.known([names.request, names.sale])
  const now = epochMs(clock.now())
  const row = (name: string): SeenRow => {
    const before = known.get(name)
    return {
      source,
      name,
      known: before,
      wall: wall ?? wallOf(before),
      now,
      formerStoreAt: memory.formerStoreAt,
    }
  }
  return { request: row(names.request), sale: row(names.sale) }
}

/** Fields whose digits are never a card number. */
const UNMASKED = new Set(['receipt', 'sku', 'barcode'])
