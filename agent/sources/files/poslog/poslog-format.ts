import { TillbridgeError } from '../../../../shared/errors.ts'
import type { CutRecord, JournalEntry, JournalFormat } from '../journal-format.ts'
import { MOST_RECORD_BYTES } from '../journal-format.ts'
import {
  journalFileUnreadable,
  poslogDoctype,
  recordMalformed,
  recordTooLong,
  recordUnfinished,
} from '../problems.ts'
import { keyOf, tryHeader } from './header.ts'
import { type PoslogStore, readTransaction } from './transaction.ts'
import { spellings, transactionCutter } from './transaction-cutter.ts'
import { type Namespaces, readXml, type XmlReading } from './xml-tree.ts'

/**
 * POSLog of ARTS (later NRF, OMG), IXRetail versions 2.1 to 6.0, and whatever else holds its Transaction elements.
 * Only those elements are parsed, each by itself, so that a broken one costs no other.
 */
export function poslogFormat(store: PoslogStore): JournalFormat {
  return {
    names: ['*.xml', '*.poslog'],
    open(file, head, isEnd) {
      if (head.length < 4 && !isEnd) return null
      const unit = head[1] === 0 || (head[0] === 0xff && head[1] === 0xfe) ? 2 : 1
      if (head[0] === 0xfe && head[1] === 0xff) throw unreadable(file, 'big-endian UTF-16')
      const before = beforeFirst(head.toString(unit === 2 ? 'utf16le' : 'latin1'))
      if (hasDefinitions(before)) throw poslogDoctype({ file })
      const decoder = decoderOf(file, unit, before)
      const namespaces = namespacesIn(before)
      return {
        start: 0,
        cutter: () => transactionCutter(spellings[unit]),
        assembly: () => ({
          add: records => records.map(record => entryOf(record, { file, store, decoder, namespaces })),
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
  return journalFileUnreadable({ file, reason })
}

function namespacesIn(before: string): Namespaces {
  const found = before.matchAll(/\sxmlns(?::([\w.-]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')/g)
  return new Map(
    [...found].slice(0, 100).map(([, prefix, double, single]) => [prefix ?? '', double ?? single ?? '']),
  )
}

interface Around {
  readonly file: string
  readonly store: PoslogStore
  readonly decoder: TextDecoder
  readonly namespaces: Namespaces
}

function entryOf(record: CutRecord, { file, store, decoder, namespaces }: Around): JournalEntry {
  const { start, line, is } = record
  let text: string | undefined
  const decoded = () => {
    text ??= decoder.decode(record.bytes)
    return text
  }
  const xml: XmlReading = is === 'too-long' ? { root: null, problem: null } : readXml(decoded(), namespaces)
  const header = xml.root === null ? null : tryHeader(xml.root, store.zone)
  const isRead = header !== null && !(header instanceof TillbridgeError)
  return {
    key: isRead ? keyOf(header) : null,
    wall: isRead ? header.wall : null,
    offset: start,
    text: decoded,
    read() {
      if (is === 'too-long') throw recordTooLong({ file, line, limit: MOST_RECORD_BYTES })
      if (is === 'unfinished') throw recordUnfinished({ file, line })
      if (xml.problem !== null || xml.root === null)
        throw recordMalformed({ file, line, why: xml.problem ?? 'it is empty' })
      if (!isRead) throw header ?? recordMalformed({ file, line, why: 'it is empty' })
      return readTransaction(xml.root, header, store)
    },
  }
}
