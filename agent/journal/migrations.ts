import { sightingTables } from '../matching/sightings.ts'
import { capturedReceiptTables } from './captured-receipts.ts'
import { printJobTables } from './print-jobs.ts'
import { writeBackTables } from './write-backs.ts'

/**
 * The journal's schema, one entry a version. Forward only: never edit an entry that has shipped, add one.
 * `position` = epoch × 2^32 + seq, so that one integer key keeps the stream's order (see position.ts).
 */
export const migrations: readonly string[] = [
  /* sql */ `
  CREATE TABLE stream_state (
    stream TEXT PRIMARY KEY,        -- 'events' (ours) or 'commands' (the hub's)
    device TEXT NOT NULL,
    epoch INTEGER NOT NULL,         -- events: the current one; commands: of the newest record held
    acked INTEGER NOT NULL,         -- events: position the hub has committed
    acked_hash TEXT NOT NULL
  ) STRICT;

  CREATE TABLE outbox (
    position INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    sales INTEGER NOT NULL,         -- sales among this epoch's records up to this one
    hash TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;

  CREATE TABLE inbox (
    position INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    state TEXT NOT NULL,            -- applied | deferred (kind unknown to this version) | quarantined
    problem TEXT,
    body TEXT
  ) STRICT;
  CREATE INDEX inbox_unapplied ON inbox (position) WHERE state <> 'applied';

  CREATE TABLE source_mark (
    source TEXT PRIMARY KEY,
    mark TEXT NOT NULL
  ) STRICT;

  CREATE TABLE source_known (
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL,
    sold_at TEXT NOT NULL,
    since INTEGER NOT NULL,
    told TEXT,
    PRIMARY KEY (source, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX source_known_window ON source_known (source, sold_at, key);

  CREATE TABLE pickup (
    pickup TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;

  CREATE TABLE pickup_move (        -- moves made here that the hub has not yet said it applied
    position INTEGER PRIMARY KEY,   -- of the pickup.moved event in the outbox
    pickup TEXT NOT NULL,
    move TEXT NOT NULL,
    staff TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX pickup_move_of ON pickup_move (pickup, position);

  CREATE TABLE store (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    body TEXT NOT NULL              -- the newest store.described command
  ) STRICT;
  `,
  capturedReceiptTables,
  printJobTables,
  sightingTables,
  writeBackTables,
]
