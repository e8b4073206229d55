import { SaxesParser } from 'saxes'

/** An element. Names are local ones; what its attributes are called without their prefixes. */
export interface XmlNode {
  readonly name: string
  /** From a vendor's own namespace: looked at only where the standard's elements don't say. */
  readonly isForeign: boolean
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlNode[]
  /** Its own text, without that of its children. */
  text: string
}

const MOST_DEPTH = 64
const MOST_NODES = 200_000
const MOST_ATTRIBUTES = 64
const LONGEST_ATTRIBUTE = 16_384
const LONGEST_TEXT = 262_144
/** Long, and nothing for a sale: the receipt as printed, signatures. */
const PASSED_OVER: ReadonlySet<string> = new Set(['ReceiptImage', 'BinaryData', 'Signature'])

/** Prefixes and their namespaces; '' is the default one. */
export type Namespaces = ReadonlyMap<string, string>

/** What could be read of one element, and why no more. */
export interface XmlReading {
  readonly root: XmlNode | null
  readonly problem: string | null
}

/** A parser and what it has built; it is used again for each record, since making one costs as much as a short record. */
interface Builder {
  readonly parser: SaxesParser<{ xmlns: false; position: false }>
  begin(around: Namespaces): void
  root(): XmlNode | null
}

function builder(): Builder {
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false })
  let open: XmlNode[] = []
  /** Those that hold within each open element, the outermost first. */
  let scopes: Namespaces[] = []
  let root: XmlNode | null = null
  let standard: string | null = null
  let nodes = 0
  let passing = 0
  /** Of the tag that is being read: how many attributes, and those that are named with a prefix or declare one. */
  let attributes = 0
  let prefixed: [string, string][] = []
  parser.on('error', error => fail(error.message.replace(/^undefined:\d+:\d+: /, '')))
  parser.on('doctype', () => fail('a DOCTYPE within a record'))
  parser.on('attribute', ({ name, value }) => {
    attributes += 1
    if (attributes > MOST_ATTRIBUTES) fail('too many attributes')
    if (value.length > LONGEST_ATTRIBUTE) fail('an attribute that is too long')
    if (name.includes(':') || name === 'xmlns') prefixed.push([name, value])
  })
  parser.on('opentag', tag => {
    const named = prefixed
    if (named.length > 0) prefixed = []
    attributes = 0
    if (passing > 0) {
      passing += 1
      if (passing > MOST_DEPTH) fail('elements nested too deep')
      return
    }
    nodes += 1
    if (open.length >= MOST_DEPTH) fail('elements nested too deep')
    if (nodes > MOST_NODES) fail('too many elements')
    const parent = open.at(-1)
    const around = scopes.at(-1) ?? NO_NAMESPACES
    const declared = named.length === 0 ? around : withDeclared(around, named)
    // under their local names too, but for those that the element has without a prefix
    for (const [full, value] of named) tag.attributes[full.slice(full.indexOf(':') + 1)] ??= value
    const colon = tag.name.indexOf(':')
    const prefix = colon < 0 ? '' : tag.name.slice(0, colon)
    // an undeclared prefix stands for a namespace of its own
    const namespace = declared.get(prefix) ?? (prefix === '' ? '' : `?${prefix}`)
    standard ??= namespace
    const name = colon < 0 ? tag.name : tag.name.slice(colon + 1)
    const isForeign = namespace !== standard
    const node = { name, isForeign, attributes: tag.attributes, children: [], text: '' }
    if (parent === undefined) root ??= node
    else parent.children.push(node)
    if (PASSED_OVER.has(name)) passing = 1
    else {
      open.push(node)
      scopes.push(declared)
    }
  })
  parser.on('closetag', () => {
    if (passing > 0) passing -= 1
    else {
      open.pop()
      scopes.pop()
    }
  })
  const add = (part: string) => {
    const node = passing > 0 ? undefined : open.at(-1)
    // the white space between elements is most of what there is
    if (node === undefined || (part.charCodeAt(0) <= 32 && part.trim() === '')) return
    node.text = node.text === '' ? part : node.text + part
    if (node.text.length > LONGEST_TEXT) fail('a text that is too long')
  }
  parser.on('text', add)
  parser.on('cdata', add)
  return {
    parser,
    begin(around) {
      open = []
      scopes = [around]
      root = null
      standard = null
      nodes = 0
      passing = 0
      attributes = 0
      prefixed = []
    },
    root: () => root,
  }
}

const NO_NAMESPACES: Namespaces = new Map()

function withDeclared(around: Namespaces, named: readonly [string, string][]): Namespaces {
  const own = named.filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'))
  return own.length === 0
    ? around
    : new Map([...around, ...own.map(([name, uri]) => [name.slice(6), uri] as const)])
}

let kept: Builder | null = null

/**
 * Reads one element and what is in it. Nothing outside is read: entities are the five of XML and characters by number.
 * @param namespaces those that the elements around it declare
 */
export function readXml(text: string, namespaces: Namespaces): XmlReading {
  const building = kept ?? builder()
  kept = null // a parser that stops in the middle is not used again
  building.begin(namespaces)
  try {
    building.parser.write(text).close()
    kept = building
    return { root: building.root(), problem: null }
  } catch (error) {
    if (error instanceof XmlProblem) return { root: building.root(), problem: error.message }
    throw error
  }
}

class XmlProblem extends Error {}

function fail(why: string): never {
  throw new XmlProblem(why)
}

/** The children of that name: the standard's own if there are any, else a vendor's. */
export function childrenOf(node: XmlNode, name: string): readonly XmlNode[] {
  let own: XmlNode[] = NONE
  let foreign: XmlNode[] = NONE
  for (const child of node.children) {
    if (child.name !== name) continue
    if (child.isForeign) foreign = foreign === NONE ? [child] : foreign.concat(child)
    else if (own === NONE) own = [child]
    else own.push(child)
  }
  return own === NONE ? foreign : own
}
const NONE: XmlNode[] = []

export function childOf(node: XmlNode, ...names: readonly string[]): XmlNode | null {
  for (const name of names) {
    let foreign: XmlNode | null = null
    for (const child of node.children) {
      if (child.name !== name) continue
      if (!child.isForeign) return child
      foreign ??= child
    }
    if (foreign !== null) return foreign
  }
  return null
}

/** The trimmed text of the first of these children that has any: the standard's own before a vendor's. */
export function textOf(node: XmlNode, ...names: readonly string[]): string | null {
  for (const name of names) {
    let foreign: string | null = null
    let hasOwn = false
    for (const child of node.children) {
      if (child.name !== name) continue
      hasOwn ||= !child.isForeign
      const text = child.text.trim()
      if (text === '') continue
      if (!child.isForeign) return text
      foreign ??= text
    }
    if (!hasOwn && foreign !== null) return foreign
  }
  return null
}

/** Whether an attribute or a child of that name says yes. */
export function isFlagged(node: XmlNode, name: string): boolean {
  const said = node.attributes[name] ?? textOf(node, name)
  return said !== null && said !== undefined && /^(true|1|yes|y)$/i.test(said.trim())
}
