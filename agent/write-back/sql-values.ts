import { createHash } from 'node:crypto'
import { zoneClock } from '../../shared/wall-clock.ts'
import type { WriteBackJob } from './job.ts'
import type { WrittenValue } from './named-values.ts'

type Values = Readonly<Record<string, WrittenValue>>

/** POS columns are rarely longer. */
const LONGEST_TEXT = 255

/**
 * A job's values: `:externalId`, `:shortId` (the same as `tb-` and 40 hexadecimal digits, for narrow columns), `:what`,
 * `:orderName`, `:customer`, `:note`, `:at` (ms) and `:wall` (the zone's wall clock, `2026-11-25 12:00:00`), `:lineCount`,
 * `:firstLineId`: the first line's `:lineId`.
 */
export function valuesOf(job: WriteBackJob, zone: string): Values {
  return {
    externalId: job.externalId,
    shortId: `tb-${createHash('sha256').update(job.externalId).digest('hex').slice(0, 40)}`,
    what: job.what,
    orderName: cut(job.order),
    customer: cut(job.customer),
    note: cut(job.note),
    at: job.at,
    wall: zoneClock(zone)(job.at).slice(0, 19).replace('T', ' '),
    lineCount: job.lines.length,
    firstLineId: lineIdOf(job, 0),
  }
}

const lineIdOf = (job: WriteBackJob, line: number): string => `${job.externalId}:${line}`

/** A line's values: `:line` (from 0), `:lineId`, `:sku`, `:barcode`, `:title`, `:units`, `:minusUnits`. */
export function lineValuesOf(job: WriteBackJob, line: number): Values {
  const { sku = null, barcode = null, title = '', units = 0 } = job.lines[line] ?? {}
  return {
    line,
    lineId: lineIdOf(job, line),
    sku,
    barcode,
    title: cut(title),
    units,
    minusUnits: -units,
  }
}

/** At most so many characters, none cut in half, and no control characters. */
function cut(text: string): string {
  return [...text.replace(/\p{Cc}+/gu, ' ')].slice(0, LONGEST_TEXT).join('')
}
