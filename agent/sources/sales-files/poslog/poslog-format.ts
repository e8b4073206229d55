import { TillbridgeError } from '../../../../shared/errors.ts'
import { keyOf, tryHeader } from '../../../codecs/poslog/header.ts'
import { type PoslogStore, readTransaction } from '../../../codecs/poslog/transaction.ts'
import { type Namespaces, readXml } from '../../../codecs/poslog/xml-tree.ts'
import type { CutRecord, FileFormat, Said, SalesEntry } from '../file-format.ts'
import { MOST_RECORD_BYTES } from '../file-format.ts'
import {
  poslogDoctype,
  recordMalformed,
  recordTooLong,
  recordUnfinished,
  salesFileUnreadable,
} from '../problems.ts'
import { spellings, transactionCutter } from './transaction-cutter.ts'

/**
 * POSLog of ARTS (later NRF, OMG), IXRetail versions 2.1 to 6.0, and any other XML that holds its Transaction elements.
 * Only those elements are parsed, each separately, so that a broken one does not affect the others.
 */
export function poslogFormat(store: PoslogStore): FileFormat {
  return {
    names: ['*.xml', '*.poslog'],
    keyFor: () => null,
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
  return salesFileUnreadable({ file, reason })
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

function readingOf({ is, line }: CutRecord, text: string, { file, store, namespaces }: Around): Reading {
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
  try {
    return { head, said: readTransaction(root, header, store) }
  } catch (error) {
    return { head, said: { error } }
  }
}
