import type { Exceptions } from './exceptions.ts'

/** A part of the product: a folder, or one file of its own. The longest matching path is the part that a file belongs to. */
export interface Part {
  readonly does: string
  /** The other parts that it may import, values and types alike. Every part may use `shared/`. */
  readonly mayUse: readonly string[]
}

/** Who may use whom, lowest parts first: nothing here uses a part that comes after it. */
export const parts: Readonly<Record<string, Part>> = {
  'shared/stream/': { does: 'durable ordered logs between two ends: chain, sending, receiving', mayUse: [] },
  'shared/ui/': { does: 'what both pages share: theme, language, live updates', mayUse: [] },
  'shared/': {
    does: 'what both sides must agree on: events, commands, protocol, money, card numbers, the World',
    mayUse: [],
  },

  'agent/codecs/printer-commands/': { does: 'what printed bytes say; pure', mayUse: [] },
  'agent/codecs/scan-codes/': {
    does: 'what scanned codes say; pure',
    mayUse: [],
  },
  'agent/codecs/receipt-templates/': {
    does: 'a printed receipt into a sale; pure',
    mayUse: ['agent/codecs/printer-commands/'],
  },
  'agent/codecs/poslog/': { does: 'ARTS POSLog documents; pure', mayUse: [] },
  'agent/till/api-schema.ts': { does: 'what the till page is told', mayUse: [] },
  'agent/journal/': {
    does: "the agent's SQLite file: outbox, inbox, position, group commit; features add their tables as parts",
    mayUse: [],
  },
  'agent/enrolment/': { does: "the till's identity", mayUse: [] },
  'agent/peripherals/': {
    does: 'scanners, printers, the print path; drivers run in the device host, another process',
    mayUse: ['codecs', 'agent/till/api-schema.ts', 'agent/journal/'],
  },
  'agent/sources/': {
    does: "a POS's rows, files, receipts and calls into events; one file a kind",
    mayUse: ['codecs', 'agent/journal/'],
  },
  'agent/matching/': { does: 'one sale seen by two sources', mayUse: ['agent/journal/', 'agent/sources/'] },
  'agent/write-back/': {
    does: 'writes online orders, pickups and returns into the POS, once',
    mayUse: ['agent/journal/', 'agent/sources/'],
  },
  'agent/pickups/': {
    does: 'what staff do with pickups',
    mayUse: ['agent/journal/', 'agent/till/api-schema.ts'],
  },
  'agent/returns/': {
    does: 'online orders that customers bring back',
    mayUse: ['agent/journal/', 'agent/till/api-schema.ts', 'agent/pickups/'],
  },
  'agent/free-stock/': {
    does: 'free units of items in the stores, as the hub tells them',
    mayUse: ['agent/journal/', 'agent/till/api-schema.ts'],
  },
  'agent/staff/': {
    does: 'who works here: checks PINs and badges, and gives the page a pass for its steps',
    mayUse: ['agent/journal/', 'agent/till/api-schema.ts'],
  },
  'agent/printing/': {
    does: 'slips and their queue',
    mayUse: ['codecs', 'agent/journal/', 'agent/till/api-schema.ts', 'agent/peripherals/'],
  },
  'agent/uplink/': { does: 'the connection to the hub', mayUse: ['agent/journal/', 'agent/enrolment/'] },
  'agent/updates/': {
    does: 'fetches, proves and unpacks updates; decides which version runs',
    mayUse: [],
  },
  'agent/till/': {
    does: "the till page's API",
    mayUse: [
      'agent/till/api-schema.ts',
      'agent/journal/',
      'agent/enrolment/',
      'agent/sources/',
      'agent/pickups/',
      'agent/returns/',
      'agent/free-stock/',
      'agent/staff/',
      'agent/printing/',
      'agent/uplink/',
    ],
  },
  'agent/config-mistakes.ts': { does: 'says in plain words what is wrong in agent.json', mayUse: [] },
  'agent/config.ts': {
    does: "the agent's settings, from the settings of its parts",
    mayUse: [
      'codecs',
      'agent/config-mistakes.ts',
      'agent/peripherals/',
      'agent/sources/',
      'agent/matching/',
      'agent/write-back/',
      'agent/printing/',
    ],
  },
  'agent/source-place.ts': {
    does: 'whether two sources read the same sales; pure',
    mayUse: ['agent/sources/'],
  },
  'agent/source-names.ts': {
    does: 'which settings would have sales read under two names; pure',
    mayUse: ['agent/sources/', 'agent/source-place.ts'],
  },
  'agent/own-settings.ts': {
    does: "the till's own settings: those of agent.json, or what worked last of them",
    mayUse: ['agent/config.ts', 'agent/source-names.ts'],
  },
  'agent/missing-sources.ts': {
    does: 'what of the sources that were read a changed agent.json has not shown; pure',
    mayUse: ['agent/config.ts', 'agent/source-place.ts'],
  },
  'agent/prove-own-settings.ts': {
    does: 'decides whether a changed agent.json works, and goes back from one that loses what worked',
    mayUse: [
      'agent/config.ts',
      'agent/own-settings.ts',
      'agent/source-place.ts',
      'agent/missing-sources.ts',
      'agent/updates/',
    ],
  },
  'agent/follow-own-settings.ts': {
    does: 'looks at agent.json while an agent runs, and takes up another one',
    mayUse: ['agent/own-settings.ts', 'agent/prove-own-settings.ts'],
  },
  'agent/hub-proxy.ts': {
    does: 'the proxy through which this till reaches the hub',
    mayUse: ['agent/config.ts'],
  },
  'agent/remote-settings/': {
    does: "the hub's settings: checks them, tries them, goes back from those that fail",
    mayUse: [
      'agent/config-mistakes.ts',
      'agent/config.ts',
      'agent/source-place.ts',
      'agent/source-names.ts',
      'agent/own-settings.ts',
      'agent/journal/',
      'agent/enrolment/',
      'agent/updates/',
    ],
  },
  'agent/agent-journal.ts': {
    does: "the journal with every feature's part",
    mayUse: [
      'agent/journal/',
      'agent/sources/',
      'agent/matching/',
      'agent/write-back/',
      'agent/pickups/',
      'agent/returns/',
      'agent/free-stock/',
      'agent/staff/',
      'agent/remote-settings/',
      'agent/printing/',
      'agent/till/',
    ],
  },
  'agent/till-peripherals.ts': {
    does: 'peripherals, receipts, scans and slips put together',
    mayUse: [
      'codecs',
      'agent/config.ts',
      'agent/agent-journal.ts',
      'agent/journal/',
      'agent/peripherals/',
      'agent/printing/',
      'agent/sources/',
      'agent/till/api-schema.ts',
      'agent/till/',
    ],
  },
  'agent/handover/': {
    does: 'what a device leaves to its successor or still owes another store',
    mayUse: ['agent/journal/', 'agent/enrolment/', 'agent/sources/', 'agent/uplink/', 'agent/updates/'],
  },
  'agent/doctor/': {
    does: 'examines a till and says what to do',
    mayUse: [
      'codecs',
      'agent/config.ts',
      'agent/own-settings.ts',
      'agent/hub-proxy.ts',
      'agent/till/api-schema.ts',
      'agent/journal/',
      'agent/enrolment/',
      'agent/remote-settings/',
      'agent/peripherals/',
      'agent/sources/',
    ],
  },
  'agent/own-journal.ts': {
    does: "opens this till's journal with all that belongs into it",
    mayUse: [
      'agent/config.ts',
      'agent/agent-journal.ts',
      'agent/journal/',
      'agent/enrolment/',
      'agent/handover/',
      'agent/write-back/',
    ],
  },
  'agent/pos-tables.ts': {
    does: 'notices when the tables of a POS have become others, though it can still be read',
    mayUse: ['agent/config.ts', 'agent/sources/'],
  },
  'agent/pos-work.ts': {
    does: "reading the POS's sales and writing into it, put together",
    mayUse: [
      'agent/config.ts',
      'agent/agent-journal.ts',
      'agent/enrolment/',
      'agent/handover/',
      'agent/matching/',
      'agent/source-place.ts',
      'agent/source-names.ts',
      'agent/sources/',
      'agent/write-back/',
    ],
  },
  'agent/till-page.ts': {
    does: 'the till page with what it shows, put together',
    mayUse: [
      'agent/config.ts',
      'agent/agent-journal.ts',
      'agent/enrolment/',
      'agent/pickups/',
      'agent/returns/',
      'agent/free-stock/',
      'agent/staff/',
      'agent/pos-work.ts',
      'agent/till/',
      'agent/till/api-schema.ts',
      'agent/till-peripherals.ts',
      'agent/uplink/',
    ],
  },
  'agent/agent.ts': { does: 'puts the parts of a running agent together', mayUse: ['agent'] },
  'agent/hold-folder.ts': {
    does: 'lets one agent, and one launcher, use a data folder',
    mayUse: ['agent/config.ts'],
  },
  'agent/judge-starts.ts': {
    does: 'decides whose settings are to blame for a start that does not work',
    mayUse: ['agent/own-settings.ts', 'agent/remote-settings/'],
  },
  'agent/run.ts': { does: 'runs an agent on one data folder until it is stopped', mayUse: ['agent'] },
  'agent/tools/receipt-learn/': {
    does: 'proposes a receipt template from printed samples',
    mayUse: ['codecs'],
  },
  'agent/tools/source-try/': {
    does: 'proposes settings for a file that a POS has exported',
    mayUse: ['agent/sources/', 'agent/codecs/printer-commands/', 'agent/codecs/receipt-templates/'],
  },
  'agent/tools/source-check/': {
    does: 'proves a mapping for a POS by its examples: the contract suite of sources',
    mayUse: ['agent/sources/'],
  },
  'agent/commands/': {
    does: 'the command line, one file a command',
    mayUse: ['agent', 'agent/tools/receipt-learn/', 'agent/tools/source-check/', 'agent/tools/source-try/'],
  },
  'agent/cli.ts': { does: 'names the commands', mayUse: ['agent/commands/'] },
  'agent/electron/': {
    does: 'the desktop app: a window on the till page, notices, an agent for tills without a service',
    mayUse: [
      'agent/till/api-schema.ts',
      'agent/enrolment/',
      'agent/peripherals/',
      'agent/sources/',
      'agent/write-back/',
      'agent/doctor/',
      'agent/till/',
      'agent/config.ts',
      'agent/commands/',
      'agent/run.ts',
      'agent/hub-proxy.ts',
      'agent/own-settings.ts',
    ],
  },
  'agent/packages/': {
    does: 'services, device rules and what builds the packages',
    mayUse: ['agent/agent-journal.ts', 'agent/updates/'],
  },
  'agent/ui/': { does: 'the till page', mayUse: ['agent/till/api-schema.ts', 'shared/ui/'] },

  'hub/signals.ts': { does: 'hints between parts that something may have changed', mayUse: [] },
  'hub/db/': { does: 'schema, migrations, transactions', mayUse: [] },
  'hub/generation/': {
    does: 'whether the database is older than it once was; the record beside it',
    mayUse: ['hub/db/'],
  },
  'hub/config.ts': { does: "the hub's settings", mayUse: ['hub/db/'] },
  'hub/outbox/': { does: 'every request to Shopify and its states', mayUse: ['hub/db/'] },
  'hub/contract/': { does: 'what is agreed for each store, version by version', mayUse: ['hub/db/'] },
  'hub/checks/': {
    does: 'exceptions, their kinds and the checks that find them',
    mayUse: ['hub/db/', 'hub/outbox/'],
  },
  'hub/streams/': {
    does: 'event and command logs',
    mayUse: ['hub/db/', 'hub/signals.ts', 'hub/checks/'],
  },
  'hub/redactions/': { does: 'the ids of orders whose customers were redacted', mayUse: ['hub/db/'] },
  'hub/fleet/': {
    does: 'stores, devices, enrolment',
    mayUse: ['hub/db/', 'hub/contract/', 'hub/checks/', 'hub/generation/', 'hub/redactions/', 'hub/streams/'],
  },
  'hub/releases/': {
    does: 'updates of the tills: releases, rings, the gate between them, downloads',
    mayUse: ['hub/db/', 'hub/generation/', 'hub/fleet/'],
  },
  'hub/remote-settings/': {
    does: 'settings of the tills that head office sets: versions, levels, rings, what changes where',
    mayUse: [
      'hub/db/',
      'hub/generation/',
      'hub/signals.ts',
      'hub/checks/',
      'hub/streams/',
      'hub/fleet/',
      'hub/releases/',
    ],
  },
  'hub/support/': {
    does: 'what people of head office ask of tills: doctor, support bundle, log level',
    mayUse: ['hub/db/', 'hub/fleet/', 'hub/releases/'],
  },
  'hub/drift/': {
    does: 'in what each till differs from what it should be; only reads',
    mayUse: ['hub/db/', 'hub/checks/', 'hub/fleet/', 'hub/remote-settings/'],
  },
  'hub/items/': { does: 'items, as Shopify and the tills name them', mayUse: ['hub/db/'] },
  'hub/stock/': {
    does: 'movements, levels, places, opening balances, the audit',
    mayUse: [
      'hub/db/',
      'hub/contract/',
      'hub/generation/',
      'hub/checks/',
      'hub/streams/',
      'hub/fleet/',
      'hub/items/',
      'hub/outbox/',
    ],
  },
  'hub/sales/': {
    does: 'receipts, lines, taxes, tenders',
    mayUse: ['hub/db/', 'hub/checks/', 'hub/streams/', 'hub/items/', 'hub/outbox/', 'hub/stock/'],
  },
  'hub/pickups/': {
    does: 'orders into pickups, moves, allocations',
    mayUse: [
      'hub/db/',
      'hub/contract/',
      'hub/signals.ts',
      'hub/checks/',
      'hub/streams/',
      'hub/items/',
      'hub/outbox/',
      'hub/stock/',
    ],
  },
  'hub/returns/': {
    does: 'goods of online orders that tills took back, and what became of them',
    mayUse: ['hub/db/', 'hub/contract/', 'hub/checks/', 'hub/streams/', 'hub/outbox/', 'hub/pickups/'],
  },
  'hub/free-stock/': {
    does: 'free units of items in the stores, as tills show them',
    mayUse: ['hub/db/', 'hub/contract/', 'hub/signals.ts', 'hub/fleet/'],
  },
  'hub/effects/': {
    does: 'what an event does, one file a kind',
    mayUse: [
      'hub/db/',
      'hub/signals.ts',
      'hub/checks/',
      'hub/streams/',
      'hub/fleet/',
      'hub/items/',
      'hub/outbox/',
      'hub/stock/',
      'hub/sales/',
      'hub/pickups/',
      'hub/returns/',
    ],
  },
  'hub/shopify/': {
    does: 'everything that speaks to Shopify',
    mayUse: [
      'hub/db/',
      'hub/contract/',
      'hub/generation/',
      'hub/signals.ts',
      'hub/checks/',
      'hub/streams/',
      'hub/fleet/',
      'hub/items/',
      'hub/outbox/',
      'hub/stock/',
      'hub/pickups/',
      'hub/returns/',
      'hub/redactions/',
    ],
  },
  'hub/gateway/': {
    does: 'devices: authentication, sessions, ingest, push',
    mayUse: [
      'hub/db/',
      'hub/signals.ts',
      'hub/checks/',
      'hub/streams/',
      'hub/fleet/',
      'hub/stock/',
      'hub/effects/',
      'hub/generation/',
    ],
  },
  'hub/web/api-schema.ts': { does: 'what the head-office page is told', mayUse: [] },
  'hub/web/': {
    does: 'pages, API, accounts, entrances for devices and webhooks',
    mayUse: [
      'hub/web/api-schema.ts',
      'hub/db/',
      'hub/signals.ts',
      'hub/checks/',
      'hub/fleet/',
      'hub/releases/',
      'hub/items/',
      'hub/outbox/',
      'hub/stock/',
      'hub/sales/',
      'hub/pickups/',
      'hub/shopify/',
      'hub/gateway/',
    ],
  },
  'hub/packing.ts': { does: 'runs hourly what packs old rows', mayUse: [] },
  'hub/hub.ts': { does: 'puts the parts of a running hub together', mayUse: ['hub'] },
  'hub/commands/': { does: 'the command line, one file a command', mayUse: ['hub'] },
  'hub/cli.ts': { does: 'names the commands', mayUse: ['hub'] },
  'hub/ui/': { does: 'the head-office page', mayUse: ['hub/web/api-schema.ts', 'shared/ui/'] },
}

/** Imports between parts that break the table today. They go as the code moves; nothing may be added. */
export const brokenToday: Exceptions = {}
