import { request } from 'node:http'
import { join } from 'node:path'
import { memoryOf, openAgentJournal, tillChangesOf } from '../../agent/agent-journal.ts'
import { AgentConfig } from '../../agent/config.ts'
import { openFreeStock } from '../../agent/free-stock/free-stock.ts'
import { openPickups } from '../../agent/pickups/pickups.ts'
import { openReturns } from '../../agent/returns/returns.ts'
import { openPosInlet } from '../../agent/sources/http/http-source.ts'
import { openReceiptSources } from '../../agent/sources/paper/receipt-sources.ts'
import { startSources } from '../../agent/sources/runner.ts'
import { openStaffDoor } from '../../agent/staff/staff-door.ts'
import { keptPages } from '../../agent/till/kept-pages.ts'
import type { TillChange } from '../../agent/till/parts.ts'
import { drawSecret } from '../../agent/till/secrets.ts'
import { serveTill } from '../../agent/till/server.ts'
import { tillState } from '../../agent/till/till-state.ts'
import { startTillPeripherals } from '../../agent/till-peripherals.ts'
import { type HubCommand, PickupPut } from '../../shared/commands.ts'
import { DeviceId, PeripheralName, SourceId } from '../../shared/ids.ts'
import type { PageRequest } from '../../shared/page-proof.ts'
import type { ReturnAnswer, ReturnQuestion } from '../../shared/returns.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { openedPage } from '../opened-page.ts'

const DEVICE = 'dev_0000000000000000'
export const POS_TOKEN = 'a-token-of-the-pos-0123456789abcdef'
export const DESK_TOKEN = 'a-desk-token-of-at-least-32-letters'

/** The till's real server over TCP, on a real journal, with no hub in reach. */
export async function openTill() {
  const folder = temporaryFolder()
  const world = manualWorld()
  const failures: unknown[] = []
  const journal = openAgentJournal({
    path: join(folder.path, 'journal.db'),
    device: DEVICE,
    world,
    failed: e => failures.push(e),
  })
  const listeners = new Set<(what: TillChange) => void>()
  const changed = (what: TillChange) => {
    for (const listener of listeners) listener(what)
  }
  journal.onChange(what => {
    for (const change of tillChangesOf(what)) changed(change)
  })
  const device = {
    device: DeviceId.parse(DEVICE),
    store: 'HAR',
    storeName: 'Harbour',
    till: 'Till 1',
    zone: 'Europe/Berlin',
    hub: { id: 'hub_test', url: 'http://127.0.0.1:1' },
    privateKey: '',
  }
  const linkCode = drawSecret(world.random)
  const pos = openPosInlet()
  const settings = { currency: 'EUR', zone: 'Europe/Berlin', warehouse: '0' }
  const sources = startSources([{ source: SourceId.parse('register'), kind: 'http', settings }], {
    world,
    memoryFor: memoryOf(journal),
    kinds: [pos.kind],
  })
  await world.advance(0)
  const pickups = openPickups(journal.parts.pickups, world.clock, {
    till: () => 'Till 1',
    unread: journal.unreadPickups,
    reminders: journal.parts.reminders,
    handOver: () => journal.parts.store()?.handOver ?? 'free',
  })
  /** What the hub answers; a test may set another. */
  const hub: { answer(question: ReturnQuestion): Promise<ReturnAnswer> } = {
    answer: async () => ({ is: 'problem', code: 'HUB_OFFLINE', sentence: 'No connection.' }),
  }
  const returns = openReturns({
    store: journal.parts.returns,
    clock: world.clock,
    till: () => 'Till 1',
    rule: () => journal.parts.store()?.returns ?? 'none',
    ask: question => hub.answer(question),
    pickup: pickups.get,
    pickups: pickups.since,
  })
  const config = AgentConfig.parse({ printing: { printer: 'counter-printer' } })
  const receipts = openReceiptSources([], {
    ...world,
    memoryFor: memoryOf(journal),
    capturedFor: journal.parts.captured.of,
  })
  const launch = () => {
    throw new Error('this till has no peripherals')
  }
  const staff = openStaffDoor({ world, store: journal.parts.staff, rule: journal.parts.store })
  const peripherals = startTillPeripherals({
    world,
    config,
    journal,
    receipts,
    launch,
    badge: staff.badge,
    changed: () => changed('state'),
  })
  const slips = peripherals.slips({
    pickup: pickups.get,
    returned: returns.get,
    isHidden: () => false,
    place: () => ({ storeName: 'Harbour', till: 'Till 1', zone: 'Europe/Berlin' }),
  })
  const state = () =>
    tillState({
      device,
      journal,
      link: { link: 'offline', since: 0, problem: null },
      sources: [],
      peripherals: peripherals.states(),
      writeBacks: [],
      prints: true,
    })
  const onChange = (listener: (what: TillChange) => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const links: string[] = []
  const desktops: string[] = []
  const server = await serveTill({
    world,
    port: 0,
    linkCode,
    openedPages: keptPages(world, join(folder.path, 'till-pages')),
    statusToken: 'a-status-token',
    deskToken: DESK_TOKEN,
    desktopSeen: version => desktops.push(version),
    onLink: link => links.push(link),
    pages: join(process.cwd(), 'dist/till'),
    pickups,
    returns,
    stock: openFreeStock({ store: journal.parts.freeStock, own: device.store }),
    scanned: (text, page) => peripherals.observe(PeripheralName.parse('keyboard'), 'keyboard', text, page),
    onScan: peripherals.onScan,
    slips,
    staff,
    pos: { inlet: pos.inlet, token: POS_TOKEN },
    state,
    onChange,
  })
  let commands = 0
  function tell(command: HubCommand): void {
    const held = journal.commands.held()
    const body = JSON.stringify(command)
    const prev = held.epoch === 0 ? genesis('commands', DEVICE, 1) : held.hash
    journal.commands.commit([{ epoch: 1, seq: held.seq + 1, hash: link(prev, body), body }])
  }
  return {
    /** Versions of desktop apps that asked. */
    desktops,
    url: server.url,
    staff,
    /** As the file till-link has it at this moment. */
    get link() {
      return server.link()
    },
    hub,
    returns,
    folder: folder.path,
    openedPages: keptPages(world, join(folder.path, 'till-pages')),
    links,
    state,
    onChange,
    slips,
    world,
    journal,
    failures,
    linkCode,
    /** Lets a command of the hub arrive. */
    tell,
    /** Lets the hub's word on a pickup arrive. */
    put(over: Partial<PickupPut> = {}): PickupPut {
      commands += 1
      const command = PickupPut.parse({
        kind: 'pickup.put',
        at: 1,
        pickup: 'gid://shopify/FulfillmentOrder/7',
        version: commands,
        order: { name: '#1043', placedAt: 1 },
        customer: { name: 'Ana', phoneEnd: null },
        note: null,
        promisedBy: null,
        lines: [
          {
            id: 'l1',
            sku: 'SHIRT-M',
            barcode: null,
            title: 'Shirt',
            variantTitle: null,
            imageUrl: null,
            units: 1,
          },
        ],
        state: 'received',
        movedBy: null,
        movedAt: null,
        shopify: 'nothing-due',
        notice: null,
        seen: { epoch: 0, seq: 0 },
        ...over,
      })
      tell(command)
      return command
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await server[Symbol.asyncDispose]()
      await sources[Symbol.asyncDispose]()
      await peripherals[Symbol.asyncDispose]()
      journal[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** One request with exactly these headers: `fetch` would correct some of them. */
export function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        method: options.method ?? 'GET',
        headers: options.headers ?? {},
        setHost: options.headers?.['host'] === undefined,
      },
      response => {
        let body = ''
        response.on('data', chunk => {
          body += String(chunk)
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        )
      },
    )
    asked.on('error', reject)
    asked.end(options.body)
  })
}

/** A page that was opened by the till's link, and signs what it asks for as the real one does. */
export async function pageBy(link: string) {
  const door = await ask(link)
  const opened = openedPage({ headers: { get: name => [door.headers[name] ?? null].flat()[0] ?? null } })
  const { origin, host } = new URL(link)
  const { run } = JSON.parse((await ask(`${origin}/api/run`)).body) as { run: string }
  const headers = (method: string, path: string, body = '', over: Partial<PageRequest> = {}) => ({
    ...opened.headers({ host, run, method, path, body, ...over }),
    origin,
    'x-tillbridge': '1',
    ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
  })
  return {
    ...opened,
    run,
    /** The headers of one request. */
    headers,
    get: (path: string) => ask(origin + path, { headers: headers('GET', path) }),
    post(path: string, content: unknown) {
      const body = JSON.stringify(content)
      return ask(origin + path, { method: 'POST', headers: headers('POST', path, body), body })
    },
  }
}
