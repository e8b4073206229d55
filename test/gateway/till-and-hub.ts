import { join } from 'node:path'
import { type AgentJournal, openAgentJournal } from '../../agent/agent-journal.ts'
import type { DeviceFile } from '../../agent/enrolment/device-file.ts'
import type { HubPin } from '../../agent/enrolment/hub-pin.ts'
import type { KeptEpoch } from '../../agent/enrolment/kept-epoch.ts'
import type { ServedBy } from '../../agent/enrolment/served-by.ts'
import { startUplink, type Uplink } from '../../agent/uplink/uplink.ts'
import { type Db, transaction } from '../../hub/db/db.ts'
import { createEnrolCode, enrolDevice } from '../../hub/fleet/enrolment.ts'
import { openHubKey } from '../../hub/fleet/hub-key.ts'
import { mapWarehouse, putStore } from '../../hub/fleet/stores.ts'
import { type Gateway, type GatewayParts, openGateway } from '../../hub/gateway/gateway.ts'
import { openSignals } from '../../hub/signals.ts'
import { stockStates } from '../../hub/stock/movement-kinds.ts'
import { askTills } from '../../hub/support/ask-tills.ts'
import { type AgentEvent, SaleCompleted } from '../../shared/events.ts'
import { signedEnrolment } from '../../shared/protocol.ts'
import { newSigningKey } from '../../shared/signing.ts'
import type { Wire } from '../../shared/world.ts'
import { openTestHubDb } from '../hub-engines.ts'
import { type ManualWorld, wirePair } from '../manual-world.ts'

/** The till's side of pickups is not tested with this hub. */
export const sendSnapshot = async () => {}

/** A hub with a real SQLite file, whose gateway is reached by wires in memory. */
export async function startTestHub(
  world: ManualWorld,
  folder: string,
  file = 'hub.db',
  more: Pick<GatewayParts, 'answer' | 'stock' | 'running' | 'settings' | 'life'> & {
    readonly asksTills?: boolean
  } = {},
) {
  const db = await openTestHubDb(world, join(folder, file))
  const signals = openSignals()
  const { asksTills = false, ...told } = more
  const support = asksTills ? askTills({ world, db }) : undefined
  const gateway = openGateway({
    world,
    db,
    hub: 'hub_test',
    key: openHubKey({ db, world }),
    signals,
    sendSnapshot,
    ...(support && { support }),
    ...told,
  })
  await transaction(db, async tx => {
    await putStore(
      tx,
      { code: 'HAR', name: 'Harbour Street', zone: 'Europe/Berlin', currency: 'EUR' },
      world.clock.now(),
    )
    await mapWarehouse(tx, 'HAR', '0', '101', world.clock.now())
  })
  return {
    db,
    gateway,
    signals,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      support?.[Symbol.dispose]()
      await db.destroy()
    },
  }
}
export type TestHub = Awaited<ReturnType<typeof startTestHub>>

/** Enrols as an agent does, and gives what its device file holds. */
export async function enrolTestTill(
  world: ManualWorld,
  db: Db,
  till = 'Till 1',
  replaces: 'disconnected' | 'any' = 'disconnected',
): Promise<DeviceFile> {
  const code = await transaction(db, tx => createEnrolCode(tx, world, 'HAR', till, replaces))
  const key = newSigningKey(world.random)
  const body = {
    code,
    publicKey: key.publicKey,
    proof: key.sign(signedEnrolment(code, key.publicKey)),
    till: null,
  }
  const parts = { db, world, hub: 'hub_test', key: openHubKey({ db, world }).publicKey, sendSnapshot }
  const { device, hub, hubKey = '', ...told } = await enrolDevice(parts, body)
  const pinned = { id: hub, url: 'http://127.0.0.1:1', key: hubKey }
  return { device, ...told, hub: pinned, privateKey: key.privateKey }
}

/** Leads an agent's connections to a gateway, or nowhere while `gateway` is null. */
export function network(initial: Gateway | null) {
  let gateway = initial
  const lines = new Set<ReturnType<typeof wirePair>>()
  return {
    sockets: {
      connect(): Wire {
        const line = wirePair()
        lines.add(line)
        if (gateway === null) line.cut()
        else gateway.accept(line.b, '10.0.0.1')
        return line.a
      },
      fetch,
    },
    plug(into: Gateway | null): void {
      gateway = into
      if (into === null) for (const line of lines) line.cut()
      lines.clear()
    },
    /** Half open: nothing passes, neither end is told. */
    swallow(held: boolean): void {
      for (const line of lines) line.hold(held)
    },
  }
}

export interface TestTill {
  readonly journal: AgentJournal
  readonly uplink: Uplink
  readonly failures: unknown[]
  [Symbol.dispose](): void
}

/** The agent's journal and uplink on one file. */
export function startTestTill(
  world: ManualWorld,
  device: DeviceFile,
  file: string,
  net: ReturnType<typeof network>,
  kept: {
    epochs?: KeptEpoch
    pin?: HubPin
    servedBy?: ServedBy
    revoked?(): void
  } & Pick<Parameters<typeof startUplink>[0], 'support' | 'supportAsked' | 'machine'> = {},
): TestTill {
  const failures: unknown[] = []
  const own = { ...world, sockets: { ...world.sockets, ...net.sockets } }
  const journal = openAgentJournal({
    path: file,
    device: device.device,
    world: own,
    failed: error => failures.push(error),
  })
  const uplink = startUplink({
    world: own,
    device,
    version: 'test',
    journal,
    ...kept,
    sources: () => [],
    writeBacks: () => [],
  })
  return {
    journal,
    uplink,
    failures,
    [Symbol.dispose]() {
      uplink[Symbol.dispose]()
      journal[Symbol.dispose]()
    },
  }
}

/** A sale of `units` shirts at 10.00 with 19 % included, paid in cash. */
export function sale(number: number, units = 1, over: Record<string, unknown> = {}): AgentEvent {
  const net = units * 840
  return SaleCompleted.parse({
    kind: 'sale.completed',
    at: 1_700_000_000_000 + number,
    source: 'pos',
    receipt: `r-${number}`,
    receiptNumber: String(number),
    fingerprint: `fingerprint-of-${number}-${units}`,
    till: 'till-1',
    staff: null,
    businessDate: '2026-11-25',
    soldAt: { wall: '2026-11-25T10:00:00', zone: 'Europe/Berlin' },
    currency: 'EUR',
    lines: [
      { line: 0, sku: 'SHIRT-M', barcode: null, title: 'Shirt', quantity: units * 1000, net, warehouse: '0' },
    ],
    taxes: [{ name: 'VAT', rate: 190_000, base: net, amount: units * 160 }],
    tenders: [{ kind: 'cash', name: 'cash', amount: units * 1000 }],
    rounding: 0,
    unexplained: 0,
    ...over,
  })
}

/** The on-hand level of an item in the ledger, in whole units. */
export async function onHand(db: Db, sku = 'SHIRT-M'): Promise<number> {
  const row = await db
    .selectFrom('level as l')
    .innerJoin('item as i', 'i.id', 'l.item')
    .select(e => e.fn.sum<number | null>('l.quantity').as('quantity'))
    .where('i.sku', '=', sku)
    .where('l.state', '=', stockStates.on_hand)
    .executeTakeFirst()
  return Number(row?.quantity ?? 0) / 1000
}
