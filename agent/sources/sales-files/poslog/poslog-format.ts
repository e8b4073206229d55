import { TillbridgeError } from '../../../../shared/errors.ts'
import { keyOf, tryHeader } from '../../../codecs/poslog/header.ts'
import { type PoslogStore, readTransaction } from '../../../codecs/poslog/transaction.ts'
import { type Namespaces, readXml } from '../../../codecs/poslog/xml-tree.ts'
import type { CutRecord, Cutter, FileFormat, Said, SalesEntry } from '../file-format.ts'
import { MOST_RECORD_BYTES } from '../file-format.ts'
import {
  csvStoresUnsaid,
  poslogDoctype,
  poslogStoreUnsaid,
  recordMalformed,
  recordTooLong,
  recordUnfinished,
  salesFileUnreadable,
} from '../problems.ts'
import { usualFiles } from '../settings.ts'
import { looked } from '../values.ts'
import { spellings, transactionCutter } from './transaction-cutter.ts'

/**
 * POSLog of ARTS (later NRF, OMG), IXRetail versions 2.1 to 6.0, and any other XML that holds its Transaction elements.
 * Only those elements are parsed, each separately, so that a broken one does not affect the others.
 * @param stores what each RetailStoreID is to this source; null: a file is one store's
 */
export function poslogFormat(store: PoslogStore, stores: Stores): FileFormat {
  return {
    names: usualFiles.poslog,
    keyFor: () => null,
    open(file, head, isEnd) {
      if (head.length < 4 && !isEnd) return null
      const unit = head[1] === 0 || (head[0] === 0xff && head[1] === 0xfe) ? 2 : 1
      if (head[0] === 0xfe && head[1] === 0xff) throw unreadable(file, 'big-endian UTF-16')
      const before = beforeFirst(head.toString(unit === 2 ? 'utf16le' : 'latin1'))
      if (hasDefinitions(before)) throw poslogDoctype({ file })
      const decoder = decoderOf(file, unit, before)
      const namespaces = namespacesIn(before)
      const cutter = () => transactionCutter(spellings[unit])
      const reads = { store, decoder, namespaces }
      // without a warehouse, each sale leaves the stock of its own store
      const isUnsaid = stores === null && store.warehouse !== null
      const named = isUnsaid ? storesIn(head, cutter(), reads) : []
      if (named.length > 1) throw csvStoresUnsaid({ file, heading: STORE_FIELD, found: named })
      const around = { ...reads, file, stores, only: isUnsaid ? onlyStore(named[0] ?? null) : null }
      return {
        start: 0,
        cutter,
        assembly: () => ({
          add: records => records.map(record => entryOf(record, around)),
          flush: () => [],
          held: () => null,
        }),
      }
    },
  }
}

/** The text before the first Transaction: declaration, DOCTYPE, the elements around. */
function beforeFirst(head: string): string {
  const first = head.search(/<([\w.-]{1,64}:)?Transaction[\s>/]/)
  return first < 0 ? head : head.slice(0, first)
}

/** A DOCTYPE alone is harmless; one that names a file or has declarations of its own is refused. */
function hasDefinitions(before: string): boolean {
  const plain = before.replace(/<!--[\s\S]*?(-->|$)/g, '')
  const start = plain.search(/<!DOCTYPE/i)
  const doctype = start < 0 ? '' : /^<!DOCTYPE[^>[]*\[?/i.exec(plain.slice(start))?.[0]
  return doctype !== undefined && /\[$|\b(SYSTEM|PUBLIC)\b/.test(doctype)
}

function decoderOf(file: string, unit: 1 | 2, before: string): TextDecoder {
  if (unit === 2) return new TextDecoder('utf-16le')
  const declared = /^[^<]{0,3}<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(before)?.[1] ?? 'utf-8'
  // Files that say UTF-16 and are not come from programs that wrote a text of theirs as it was.
  if (/^utf-?16/i.test(declared)) return new TextDecoder('utf-8')
  try {
    return new TextDecoder(declared)
  } catch (error) {
    if (error instanceof RangeError) throw unreadable(file, `its encoding "${declared}" is not known`)
    throw error
  }
}

function unreadable(file: string, reason: string) {
  return salesFileUnreadable({ file, reason })
}

function namespacesIn(before: string): Namespaces {
  const found = before.matchAll(/\sxmlns(?::([\w.-]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')/g)
  return new Map(
    [...found].slice(0, 100).map(([, prefix, double, single]) => [prefix ?? '', double ?? single ?? '']),
  )
}

/** How a transaction of a file is read. */
interface Reads {
  readonly store: PoslogStore
  readonly decoder: TextDecoder
  readonly namespaces: Namespaces
}

interface Around extends Reads {
  readonly file: string
  readonly stores: Stores
  /** Tells whether a store is the one that the file began with, and which that is; null: it may be any. */
  readonly only: ((store: string) => { readonly is: boolean; readonly first: string }) | null
}

/** A file's one store: the first that a record names, where its beginning names none. */
function onlyStore(begun: string | null): NonNullable<Around['only']> {
  let first = begun
  return store => {
    first ??= store
    return { is: store === first, first }
  }
}

type Stores = Readonly<Record<string, 'here' | 'elsewhere'>> | null
const STORE_FIELD = 'RetailStoreID'
const MOST_LOOKED_AT = 200

/**
 * The stores whose transactions a file begins with, as many as a sentence can name. What a link names, as a return
 * has one to its sale, does not count.
 */
function storesIn(head: Buffer, cutter: Cutter, { store, decoder, namespaces }: Reads): readonly string[] {
  const found = new Set<string>()
  // a first transaction that is longer than the beginning names its store there
  for (const { start, end } of cutter.cut(head, 0, true, MOST_LOOKED_AT).records) {
    const { root } = readXml(decoder.decode(head.subarray(start, end)), namespaces)
    const header = root === null ? null : tryHeader(root, store.zone)
    if (header !== null && !(header instanceof TillbridgeError)) found.add(header.store)
  }
  return [...found].slice(0, 20)
}

/** @throws POSLOG_STORE_UNSAID, RECORD_VALUE_UNREADABLE where the settings do not say whose the transaction is */
function isElsewhere(named: string, { file, stores, only }: Around): boolean {
  if (stores !== null) return looked(stores, named, STORE_FIELD) === 'elsewhere'
  const asked = only?.(named)
  if (asked !== undefined && !asked.is) throw poslogStoreUnsaid({ file, first: asked.first, other: named })
  return false
}

/** Read at once: what the record says is small beside its tree, and a step holds many of them. */
function entryOf(record: CutRecord, around: Around): SalesEntry {
  const { bytes, start } = record
  const { decoder } = around
  let text: string | undefined
  const decoded = () => {
    text ??= decoder.decode(bytes)
    return text
  }
  const { head, said } = readingOf(record, record.is === 'too-long' ? '' : decoded(), around)
  text = undefined
  return {
    ...head,
    offset: start,
    text: decoded,
    read() {
      if ('error' in said) throw said.error
      return said
    },
  }
}

interface Reading {
  readonly head: Pick<SalesEntry, 'key' | 'wall'>
  readonly said: Said | { readonly error: unknown }
}

const NO_HEAD = { key: null, wall: null }

function readingOf({ is, line }: CutRecord, text: string, around: Around): Reading {
  const { file, store, namespaces } = around
  if (is === 'too-long')
    return { head: NO_HEAD, said: { error: recordTooLong({ file, line, limit: MOST_RECORD_BYTES }) } }
  const { root, problem } = readXml(text, namespaces)
  const header =
    root === null ? recordMalformed({ file, line, why: 'it is empty' }) : tryHeader(root, store.zone)
  const isRead = !(header instanceof TillbridgeError)
  const head = isRead ? { key: keyOf(header), wall: header.wall } : NO_HEAD
  if (is === 'unfinished') return { head, said: { error: recordUnfinished({ file, line }) } }
  if (problem !== null) return { head, said: { error: recordMalformed({ file, line, why: problem }) } }
  if (root === null || !isRead) return { head, said: { error: header } }
  // no receipt of this store's: its refusal closes when the settings say whose it is
  const keyless = { ...head, key: null }
  try {
    if (isElsewhere(header.store, around)) return { head: keyless, said: { is: 'nothing', why: 'elsewhere' } }
  } catch (error) {
    return { head: keyless, said: { error } }
  }
  try {
    return { head, said: readTransaction(root, header, store) }
  } catch (error) {
    return { head, said: { error } }
  }
}
