import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { TillbridgeError } from '../../shared/errors.ts'
import { wallOf } from './known-rows.ts'
import { sourceReadsAgain } from './problems.ts'
import { ReceiptFacts } from './repeated-receipt.ts'
import type { KnownRow, SourceMemory, SourceReading } from './source.ts'

/** Of two registers that sell at one time, so many receipts are not alike by chance. */
const ENOUGH = 3

/** What another source of this till has read, and under which name. */
export interface OtherMemory {
  readonly source: string
  /** It is read now as well. One that is not has long had its receipts: what is alike is the same. */
  readonly isInUse: boolean
  readonly memory: Pick<SourceMemory, 'known'>
}

/** Why a source is not read any more, until the agent starts again with other settings or other files; null: it is. */
export interface ReadAgain {
  refusal: TillbridgeError | null
}

/**
 * A source's memory that takes nothing which another source of this till has read before. The name of a source is a part of its receipts'
 * keys: what is read under a second name would be counted once more, however it is reached (another name or folder, a link, a copy).
 * @param others the sources whose receipts must not come from this one as well, as of now
 * @param found kept while the agent runs, over each opening of the source
 * @returns its `commit` throws SOURCE_READS_AGAIN and keeps nothing of that reading; then it can't be read at all, so that its files are not read over and over
 */
export function readOnce(
  source: string,
  memory: SourceMemory,
  others: () => readonly OtherMemory[],
  found: ReadAgain,
): SourceMemory {
  return {
    ...memory,
    mark() {
      if (found.refusal !== null) throw found.refusal // each source asks for it as it opens
      return memory.mark()
    },
    async commit(reading) {
      if (found.refusal !== null) throw found.refusal
      const added = reading.events.length === 0 ? [] : addedBy(reading, memory)
      for (const other of added.length === 0 ? [] : others()) {
        const repeated = repeatedOf(added, other)
        if (repeated.length > 0)
          found.refusal = sourceReadsAgain({
            source,
            before: other.source,
            receipts: repeated.map(shortName),
          })
        if (found.refusal !== null) throw found.refusal
      }
      await memory.commit(reading)
    },
  }
}

/** The receipts that are new to a source. */
function addedBy(reading: SourceReading, memory: SourceMemory): readonly KnownRow[] {
  const sold = reading.known.filter(row => row.state === 'sold' && row.told !== null && wallOf(row) !== null)
  const own = memory.known(sold.map(({ key }) => key))
  return sold.filter(({ key, former }) => former === undefined && !own.has(key))
}

/** Those of them that are not new to the other source, where they are not alike by chance. */
function repeatedOf(added: readonly KnownRow[], other: OtherMemory): readonly KnownRow[] {
  const known = other.memory.known(added.map(({ key }) => key))
  const same = added.filter(row => isSameReceipt(row, known.get(row.key)))
  const isByChance = same.length < ENOUGH || same.length * 2 <= added.length
  return other.isInUse && isByChance ? [] : same
}

function isSameReceipt(row: KnownRow, other: KnownRow | undefined): boolean {
  if (other === undefined || other.soldAt !== row.soldAt) return false
  if (other.state === 'gone') return true
  if (other.state !== 'sold') return false
  const facts = factsOf(row)
  return row.fingerprint === other.fingerprint || (facts !== null && isDeepStrictEqual(facts, factsOf(other)))
}

const Told = z.looseObject({ facts: ReceiptFacts })

/** What a file's receipt says of itself; its fingerprint holds the name of its source. Null: it is a database's. */
function factsOf({ told }: KnownRow): ReceiptFacts | null {
  try {
    return Told.safeParse(JSON.parse(told ?? 'null')).data?.facts ?? null
  } catch {
    return null // what a database's row keeps need not be JSON
  }
}

const shortName = ({ key }: KnownRow) => key.slice(key.indexOf('/') + 1)
