import { goods } from './goods.ts'
import { bystander } from './network.ts'
import type { Universe } from './process.ts'
import { TILL_PORT, type TillMachine } from './till-machine.ts'
import { type Receipt, type ReceiptLine, type Truth, unitsSold } from './truth.ts'

/** The POS program on a till: it keeps its receipts itself and posts each change to the agent until it is taken. */
export interface Pos {
  /** `order`: the online order that the cashier rings up with it. */
  sell(lines: readonly ReceiptLine[], order?: string): Receipt
  /** Its database holds a receipt of so long ago, whose goods left the shelf then. */
  hadSold(lines: readonly ReceiptLine[], agoMs: number): Receipt
  /** The cashier corrects a receipt. */
  edit(receipt: Receipt, lines: readonly ReceiptLine[]): void
  cancel(receipt: Receipt): void
  /** Posts a sale that can't be read. @returns the agent's status */
  poison(): Promise<number>
  /** Receipts that the cashier may still correct. */
  receipts(): readonly Receipt[]
  /** What was sold at another store is not corrected any more: see `restores.ts`. */
  closeFormerStores(): void
  /** How many changes the agent has not answered for. */
  waiting(): number
  /** What the agent answered that no POS could do anything about. */
  readonly refusals: readonly string[]
}

interface Call {
  readonly key: string
  readonly method: 'POST' | 'DELETE'
  readonly path: string
  readonly body: string
  readonly receipt: Receipt
  readonly revision: number
}

const RETRY_MS = 3_000
const TIMEOUT_MS = 10_000

export function openPos(universe: Universe, till: TillMachine, parts: { truth: Truth }): Pos {
  const { time, network, epoch, trace } = universe
  const { truth } = parts
  const receipts: Receipt[] = []
  const closed = new Set<Receipt>()
  const queue: Call[] = []
  const refusals: string[] = []
  /** A corrected receipt keeps the time of its sale. */
  const soldAts = new Map<string, string>()
  /** The online orders that receipts ring up. */
  const rungUp = new Map<string, string>()
  let isSending = false
  let calls = 0
  const name = till.machine.name
  const sockets = network.socketsOf(name, bystander)

  function move(lines: readonly ReceiptLine[], sign: 1 | -1, store: string): void {
    for (const [sku, units] of unitsSold(lines)) truth.moveUnits(store, sku, -sign * units)
  }
  function post(receipt: Receipt): void {
    calls += 1
    receipt.isPosted = false
    const path = `/pos/${till.source}/sales`
    const isVoid = receipt.state === 'voided'
    queue.push({
      key: `call-${calls}`,
      method: isVoid ? 'DELETE' : 'POST',
      path: isVoid ? `${path}/${receipt.receipt}` : path,
      body: isVoid ? '' : bodyOf(receipt),
      receipt,
      revision: receipt.revision,
    })
    void send()
  }
  function bodyOf(receipt: Receipt): string {
    const soldAt = soldAts.get(receipt.receipt) ?? ''
    const order = rungUp.get(receipt.receipt)
    return JSON.stringify({ ...saleBody(receipt, soldAt, till.till), order })
  }

  async function send(): Promise<void> {
    if (isSending) return
    isSending = true
    for (let call = queue[0]; call !== undefined; call = queue[0]) {
      if (await attempt(call)) queue.shift()
      else await new Promise<void>(resolve => void time.after(RETRY_MS, resolve))
    }
    isSending = false
  }
  async function attempt(call: Call): Promise<boolean> {
    const token = till.posToken()
    if (token === null || till.isClosed) return false
    const giveUp = new AbortController()
    const cancel = time.after(TIMEOUT_MS, () => giveUp.abort(new Error('no answer')))
    try {
      const answer = await sockets.fetch(`http://127.0.0.1:${TILL_PORT}${call.path}`, {
        method: call.method,
        headers: {
          authorization: `Bearer ${token}`,
          'idempotency-key': call.key,
          ...(call.body === '' ? {} : { 'content-type': 'application/json' }),
        },
        ...(call.body === '' ? {} : { body: call.body }),
        signal: giveUp.signal,
      })
      if (answer.status >= 500 || answer.status === 404 || answer.status === 409) return false
      if (answer.status !== 200) refusals.push(`${answer.status} ${await answer.text()}`)
      else if (call.receipt.revision === call.revision) call.receipt.isPosted = true
      return true
    } catch {
      return false
    } finally {
      cancel()
    }
  }

  function ring(lines: readonly ReceiptLine[], agoMs = 0): Receipt {
    const now = epoch + Math.floor(time.elapsedMs()) + till.machine.clockOffsetMs
    const soldAt = new Date(now - agoMs)
    const receipt: Receipt = {
      store: till.store,
      source: till.source,
      receipt: `${name}-${receipts.length + 1}`,
      state: 'sold',
      gross: grossOf(lines),
      lines,
      revision: 1,
      former: [],
      day: Number(dayOf.format(soldAt).replaceAll('-', '')),
      isPosted: false,
    }
    soldAts.set(receipt.receipt, soldAt.toISOString())
    receipts.push(receipt)
    truth.receipts.set(`${till.store}/${receipt.receipt}`, receipt)
    return receipt
  }

  return {
    refusals,
    receipts: () => receipts.filter(receipt => !closed.has(receipt)),
    closeFormerStores() {
      for (const receipt of receipts) if (receipt.store !== till.store) closed.add(receipt)
    },
    waiting: () => queue.length,
    sell(lines, order) {
      const receipt = ring(lines)
      if (order !== undefined) rungUp.set(receipt.receipt, order)
      move(lines, 1, receipt.store)
      trace.tell(time.elapsedMs(), name, `sells ${wordsOf(lines)} (${receipt.receipt})`)
      post(receipt)
      return receipt
    },
    hadSold(lines, agoMs) {
      const receipt = ring(lines, agoMs)
      trace.tell(time.elapsedMs(), name, `had sold ${wordsOf(lines)} (${receipt.receipt})`)
      post(receipt)
      return receipt
    },
    edit(receipt, lines) {
      move(receipt.lines, -1, receipt.store)
      move(lines, 1, receipt.store)
      receipt.former.push({ state: receipt.state, gross: receipt.gross, lines: receipt.lines })
      Object.assign(receipt, { lines, gross: grossOf(lines), revision: receipt.revision + 1 })
      trace.tell(time.elapsedMs(), name, `corrects ${receipt.receipt} to ${wordsOf(lines)}`)
      post(receipt)
    },
    async poison() {
      calls += 1
      const answer = await sockets.fetch(`http://127.0.0.1:${TILL_PORT}/pos/${till.source}/sales`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${till.posToken() ?? ''}`,
          'idempotency-key': `call-${calls}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ receipt: `poison-${calls}`, soldAt: 'yesterday', lines: [], tenders: [] }),
      })
      return answer.status
    },
    cancel(receipt) {
      move(receipt.lines, -1, receipt.store)
      receipt.former.push({ state: receipt.state, gross: receipt.gross, lines: receipt.lines })
      Object.assign(receipt, { state: 'voided', revision: receipt.revision + 1 })
      trace.tell(time.elapsedMs(), name, `voids ${receipt.receipt}`)
      post(receipt)
    },
  }
}

/** The business day of the stores: they are all in one zone. */
const dayOf = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' })

const grossOf = (lines: readonly ReceiptLine[]) =>
  lines.reduce((sum, { units, price }) => sum + units * price, 0)
const wordsOf = (lines: readonly ReceiptLine[]) => lines.map(({ sku, units }) => `${units} ${sku}`).join(', ')

/** A receipt as POST /pos/SOURCE/sales takes it; 19 % tax is in the price. */
export function saleBody(
  { receipt, lines, gross }: Pick<Receipt, 'receipt' | 'lines' | 'gross'>,
  soldAt: string,
  till: string,
) {
  const decimal = (minor: number) => (minor / 100).toFixed(2)
  const nets = lines.map(({ units, price }) => Math.round((units * price) / 1.19))
  const net = nets.reduce((sum, one) => sum + one, 0)
  return {
    receipt,
    receiptNumber: receipt,
    till,
    soldAt,
    lines: lines.map(({ sku, units }, index) => ({
      sku,
      title: goods.find(good => good.sku === sku)?.sku ?? sku,
      quantity: units,
      net: decimal(nets[index] ?? 0),
    })),
    taxes: [{ name: 'VAT', ratePercent: 19, base: decimal(net), amount: decimal(gross - net) }],
    tenders: [{ kind: 'cash', amount: decimal(gross) }],
  }
}
