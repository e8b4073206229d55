import { z } from 'zod'
import { TillbridgeError } from '../../../shared/errors.ts'
import {
  type AgentEvent,
  type SaleCompleted,
  SaleVoided,
  SourceRowAccepted,
  SourceRowRefused,
} from '../../../shared/events.ts'
import { epochMs, ReceiptKey, type SourceId } from '../../../shared/ids.ts'
import { Currency } from '../../../shared/money.ts'
import { oneAtATime } from '../../../shared/turns.ts'
import { maskCardNumbers } from '../../codecs/card-numbers/mask.ts'
import { maskCardNumbersIn } from '../../codecs/card-numbers/mask-value.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { type AnySourceKind, defineSource, type KnownRow, type SourceParts } from '../source.ts'
import { readPostedSale } from './posted-sale.ts'
import { idempotencyKeyReused, posSourceClosed, postedReceiptUnknown } from './problems.ts'

/** What the POS is told: `known` when this very request was taken before. */
export interface PostedAnswer {
  readonly receipt: string
  readonly taken: 'new' | 'edit' | 'known'
  /** Minor units by which tenders, lines and taxes differ; head office is told. */
  readonly unexplained: number
}

/** Where a POS's own calls arrive. Each resolves once what it says is durable. */
export interface PosInlet {
  /** @throws POS_SOURCE_CLOSED, IDEMPOTENCY_KEY_REUSED, and what `readPostedSale` throws */
  post(source: string, key: string, body: unknown): Promise<PostedAnswer>
  /** Takes a sale back. @throws POS_SOURCE_CLOSED, IDEMPOTENCY_KEY_REUSED, POSTED_RECEIPT_UNKNOWN */
  takeBack(source: string, key: string, receipt: string): Promise<PostedAnswer>
}

const Settings = z.strictObject({
  currency: Currency,
  zone: z.string().min(1).max(64),
  /** The POS's code of the place that sales take from. */
  warehouse: z.string().min(1).max(255),
})

/** Sales that a POS posts by itself (docs/sources-http.md), and the kind of source that takes them. */
export function openPosInlet(): { readonly inlet: PosInlet; readonly kind: AnySourceKind } {
  const open = new Map<SourceId, ReturnType<typeof postedSales>>()
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

function postedSales(settings: z.infer<typeof Settings>, { source, memory, clock }: SourceParts) {
  /** One at a time: two posts of one receipt must not both find it new. */
  const inTurn = oneAtATime()
  const now = () => epochMs(clock.now())
  const rowsOf = (key: string, receipt: string) => {
    const names = { request: `request/${key}`, sale: `sale/${receipt}` }
    const known = memory.known([names.request, names.sale])
    return { names, request: known.get(names.request), sale: known.get(names.sale) }
  }
  const row = (key: string, fingerprint: string, state: KnownRow['state'], wall: string): KnownRow => ({
    key,
    fingerprint,
    state,
    soldAt: `${wall} ${key}`, // no wall: it is in no window of time
    since: now(),
    told: wall,
  })

  async function take(
    key: string,
    receipt: string,
    fingerprint: string,
    say: (sale: KnownRow | undefined) => { event: AgentEvent | null; state: KnownRow['state']; wall: string },
  ): Promise<PostedAnswer['taken']> {
    const { names, request, sale } = rowsOf(key, receipt)
    if (request !== undefined && request.state !== 'refused') {
      if (request.fingerprint !== fingerprint) throw idempotencyKeyReused({ key })
      return 'known'
    }
    const { event, state, wall } = say(sale)
    const isMended = request?.state === 'refused'
    const accepted = { kind: 'source.row-accepted', at: now(), source, row: names.request }
    await memory.commit({
      events: [...(isMended ? [SourceRowAccepted.parse(accepted)] : []), ...(event === null ? [] : [event])],
      known: [row(names.request, fingerprint, 'sold', wall), row(names.sale, fingerprint, state, wall)],
      mark: null,
    })
    return sale === undefined ? 'new' : 'edit'
  }

  /** A POS may never send it again: what can't be read is kept for people, and the POS is told at once as well. */
  async function refuse(key: string, body: unknown, error: unknown): Promise<void> {
    if (!(error instanceof TillbridgeError)) return
    const name = `request/${key}`
    const fingerprint = fingerprintOf([error.code, body])
    const known = memory.known([name]).get(name)
    if (known !== undefined && (known.state !== 'refused' || known.fingerprint === fingerprint)) return
    const refused = SourceRowRefused.parse({
      kind: 'source.row-refused',
      at: now(),
      source,
      row: name,
      code: error.code.slice(0, 64),
      sentence: maskCardNumbers(error.message).slice(0, 1_000),
      payload: JSON.stringify(maskCardNumbersIn(body, new Set(['receipt', 'sku', 'barcode']))).slice(
        0,
        16_000,
      ),
    })
    await memory.commit({ events: [refused], known: [row(name, fingerprint, 'refused', '')], mark: null })
  }

  async function readOrRefuse(key: string, body: unknown): Promise<ReturnType<typeof readPostedSale>> {
    try {
      return readPostedSale(body, source, settings)
    } catch (error) {
      await refuse(key, body, error)
      throw error
    }
  }

  return {
    post: (key: string, body: unknown) =>
      inTurn(async (): Promise<PostedAnswer> => {
        const sale = await readOrRefuse(key, body)
        const fingerprint = fingerprintOf([sale])
        const event: SaleCompleted = { ...sale, at: now(), fingerprint }
        const taken = await take(key, sale.receipt, fingerprint, known => ({
          event: known?.state === 'sold' && known.fingerprint === fingerprint ? null : event,
          state: 'sold',
          wall: sale.soldAt.wall,
        }))
        return { receipt: sale.receipt, taken, unexplained: sale.unexplained }
      }),
    takeBack: (key: string, receipt: string) =>
      inTurn(async (): Promise<PostedAnswer> => {
        const fingerprint = fingerprintOf(['void', receipt])
        const taken = await take(key, receipt, fingerprint, sale => {
          if (sale === undefined) throw postedReceiptUnknown({ receipt })
          const voided = { kind: 'sale.voided', at: now(), source, receipt, reason: 'marked-void' }
          const event = sale.state === 'gone' ? null : SaleVoided.parse(voided)
          return { event, state: 'gone', wall: sale.told ?? '' }
        })
        return { receipt: ReceiptKey.parse(receipt), taken, unexplained: 0 }
      }),
  }
}
