import { TillbridgeError } from '../../../../shared/errors.ts'
import {
  type CutRecord,
  type FileFormat,
  fieldsApart,
  MOST_RECORD_BYTES,
  type SalesEntry,
} from '../file-format.ts'
import { recordMalformed, recordTooLong, recordUnfinished, salesFileUnreadable } from '../problems.ts'
import { usualFiles } from '../settings.ts'
import { elementCutter } from './element-cutter.ts'
import { isOfElsewhere, keyAt, readJsonSale, wallAt } from './json-sale.ts'
import type { JsonStore } from './json-values.ts'

/** Sales from JSON: the elements of a list, or one sale a line. Each is parsed separately. */
export function jsonFormat(store: JsonStore): FileFormat {
  const pointer = store.settings.list
  return {
    names: usualFiles.json,
    keyFor(differences) {
      const { receipt, date, type, till } = store.settings.fields
      const before = typeof receipt === 'string' ? [receipt] : receipt
      const more = fieldsApart(differences, { date, type, till }).filter(field => !before.includes(field))
      return more.length === 0 ? null : { setting: 'fields.receipt', fields: [...before, ...more] }
    },
    open(file, head, isEnd) {
      if (head[0] === 0xff || head[0] === 0xfe)
        throw salesFileUnreadable({ file, reason: 'it is not UTF-8, as JSON has to be' })
      const start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
      const text = head.toString('utf8', start)
      const first = text.trimStart()[0]
      if (first === undefined) return null
      const isList = pointer !== '' || first === '['
      const isLines = !isList && hasLines(text, isEnd)
      if (isLines === null) return null
      const keys = pointer.split('/').slice(1)
      const path = isList ? keys.map(key => key.replaceAll('~1', '/').replaceAll('~0', '~')) : null
      return {
        start,
        cutter: state => elementCutter({ file, path, pointer: pointer || '/', isLines }, state),
        assembly: () => ({
          add: records => records.map(record => entryOf(record, file, isLines, store)),
          flush: () => [],
          held: () => null,
        }),
      }
    },
  }
}

/** Whether each line is a value of its own; null: no line is whole yet. */
function hasLines(text: string, isEnd: boolean): boolean | null {
  const lines = text.split('\n')
  const whole = isEnd ? lines : lines.slice(0, -1)
  const written = whole.filter(line => line.trim() !== '').slice(0, 3)
  if (written.length === 0) return isEnd || lines.length > 1 || text.length > 60_000 ? false : null
  return written.some(line => typeof parsed(line) === 'object')
}

const NONE = Symbol('no JSON')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return NONE
    throw error
  }
}

function entryOf(record: CutRecord, file: string, isLines: boolean, store: JsonStore): SalesEntry {
  const { is, line, start } = record
  const text = () => record.bytes.toString('utf8')
  const value = is === 'too-long' ? NONE : parsed(text())
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return {
    // a store has numbers of its own: what is not proven to be this one's has no receipt of this one's name
    key: isObject && isOfHere(value, store) ? orNull(() => keyAt(value, store)) : null,
    wall: isObject ? orNull(() => wallAt(value, store)) : null,
    offset: start,
    text,
    read() {
      if (is === 'too-long') throw recordTooLong({ file, line, limit: MOST_RECORD_BYTES })
      // the last line of a file that rests needs no line end, if it is whole
      if (is === 'unfinished' && !(isLines && isObject)) throw recordUnfinished({ file, line })
      if (!isObject)
        throw recordMalformed({ file, line, why: value === NONE ? 'it is not JSON' : 'it is not an object' })
      try {
        return readJsonSale(value, store)
      } catch (error) {
        if (!(error instanceof TillbridgeError)) throw error
        throw new TillbridgeError(error.code, `${file}, line ${line}: ${error.message}`, error.facts, error)
      }
    },
  }
}

function isOfHere(value: unknown, store: JsonStore): boolean {
  return orNull(() => isOfElsewhere(value, store)) === false
}

function orNull<Value>(read: () => Value): Value | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof TillbridgeError) return null
    throw error
  }
}
