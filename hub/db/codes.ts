import { codeCache, insertRows, type Reads, type Tx } from './db.ts'
import { storableText } from './storable-text.ts'

/** How many texts are asked for in one query; shorter lists are padded, so that the statement is prepared once. */
const TEXTS_A_QUERY = 50

/**
 * The numbers that stand for texts in rows of which there are millions: codes of stores, devices, sources and
 * warehouses, names of tills, staff, taxes and tenders. A number never changes its text.
 */
export async function codesFor(tx: Tx, texts: Iterable<string>): Promise<ReadonlyMap<string, number>> {
  const asked = new Set(texts)
  const wanted = new Set([...asked].map(storableText))
  const codes = await givenCodes(tx, wanted)
  return new Map(
    [...asked].flatMap(text => {
      const code = codes.get(storableText(text))
      return code === undefined ? [] : [[text, code] as const]
    }),
  )
}

async function givenCodes(tx: Tx, wanted: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
  const found = await knownCodes(tx, wanted)
  const missing = [...wanted].filter(text => !found.has(text)).toSorted()
  if (missing.length === 0) return found
  await insertRows(
    tx,
    'code',
    missing.map(text => ({ text })),
    { key: ['text'] },
  )
  // not remembered yet: this transaction may still be rolled back
  return new Map([...found, ...(await readCodes(tx, missing))])
}

/** The number of one text; see `codesFor`. */
export async function codeFor(tx: Tx, text: string): Promise<number> {
  return codeIn(await codesFor(tx, [text]), text)
}

/** As `codesFor`, without giving new numbers: texts that have none are left out. */
export async function knownCodes(db: Reads, texts: Iterable<string>): Promise<Map<string, number>> {
  const cache = db[codeCache]
  const found = new Map<string, number>()
  const asked: string[] = []
  for (const text of new Set(texts)) {
    const code = cache.codeOf(text)
    if (code === undefined) asked.push(text)
    else found.set(text, code)
  }
  if (asked.length === 0) return found
  for (const [text, code] of await readCodes(db, asked)) {
    found.set(text, code)
    cache.remember(text, code)
  }
  return found
}

async function readCodes(db: Reads, texts: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (let start = 0; start < texts.length; start += TEXTS_A_QUERY) {
    const some = padded(texts.slice(start, start + TEXTS_A_QUERY))
    for (const row of await db.selectFrom('code').selectAll().where('text', 'in', some).execute())
      found.set(row.text, row.id)
  }
  return found
}

function padded(texts: readonly string[]): readonly string[] {
  const last = texts.at(-1)
  return last === undefined ? texts : [...texts, ...Array<string>(TEXTS_A_QUERY - texts.length).fill(last)]
}

/** @throws RangeError for a text that was not among those asked for: a fault of the caller */
export function codeIn(codes: ReadonlyMap<string, number>, text: string): number {
  const code = codes.get(text)
  if (code === undefined) throw new RangeError(`the code of "${text}" was not read`)
  return code
}

/** The texts that numbers stand for; numbers that stand for nothing are left out. */
export async function textsOf(db: Reads, codes: Iterable<number>): Promise<ReadonlyMap<number, string>> {
  const wanted = [...new Set(codes)]
  const found = new Map<number, string>()
  const cache = db[codeCache]
  const asked = wanted.filter(code => {
    const text = cache.textOf(code)
    if (text !== undefined) found.set(code, text)
    return text === undefined
  })
  for (let start = 0; start < asked.length; start += TEXTS_A_QUERY) {
    const some = asked.slice(start, start + TEXTS_A_QUERY)
    for (const row of await db.selectFrom('code').selectAll().where('id', 'in', some).execute()) {
      found.set(row.id, row.text)
      cache.remember(row.text, row.id)
    }
  }
  return found
}
