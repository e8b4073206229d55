import { join } from 'node:path'
import type { Files } from '../../shared/world.ts'
import { type Finding, ok } from './finding.ts'

/** A POS that keeps its settings in a Java properties file in its user's home folder. */
const JAVA_POS = [
  { file: 'unicentaopos.properties', pos: 'uniCenta oPOS', kind: 'unicenta' },
  { file: 'chromispos.properties', pos: 'Chromis POS', kind: 'chromis' },
] as const
/** Where Aronium keeps its database: for all users of the PC, or for one. */
const ARONIUM_FOR_ALL = 'C:\\ProgramData\\Aronium\\SimplePos\\pos.db'
const ARONIUM_IN_HOME = ['AppData', 'Local', 'Aronium', 'Data', 'pos.db']

/** Web tills: where they are usually installed, and the file that names their database. */
const WEB_POS = [
  '/var/www/html',
  '/var/www/opensourcepos',
  '/var/www/html/opensourcepos',
  'C:\\xampp\\htdocs\\opensourcepos',
]

/** Database servers that a POS may use, by their usual port. */
const SERVERS = [
  { port: 3306, product: 'MySQL or MariaDB' },
  { port: 5432, product: 'PostgreSQL' },
] as const

export interface PosSearchParts {
  readonly files: Pick<Files, 'readText' | 'sizeOf'>
  /** Home folders of the users whose POS may run here. */
  readonly homes: readonly string[]
  /** Whether something listens on this PC's port. */
  listens(port: number): Promise<boolean>
}

/** Looks for POS software that this agent can read, and for the database servers that such software uses. */
export async function searchPos(parts: PosSearchParts): Promise<Finding[]> {
  const findings = parts.homes.flatMap(home =>
    JAVA_POS.flatMap(({ file, pos, kind }) => {
      const path = join(home, file)
      const text = parts.files.readText(path)
      return text === null ? [] : [javaPos(path, text, pos, kind)]
    }),
  )
  for (const path of [ARONIUM_FOR_ALL, ...parts.homes.map(home => join(home, ...ARONIUM_IN_HOME))])
    if (parts.files.sizeOf(path) !== null)
      findings.push({
        check: 'pos',
        subject: path,
        verdict: 'ok',
        sentence: 'Aronium keeps its data here.',
        advice:
          'Add it to "sources" as kind "aronium"; the agent’s user needs to read this file and its folder.',
      })
  for (const folder of WEB_POS) {
    const path = join(folder, 'app', 'Config', 'OSPOS.php')
    if (parts.files.sizeOf(path) !== null)
      findings.push({
        check: 'pos',
        subject: folder,
        verdict: 'look',
        sentence: 'Open Source Point of Sale is installed here.',
        advice: `Its database is named in ${join(folder, '.env')}. Add it to "sources" as kind "opensourcepos".`,
      })
  }
  for (const { port, product } of SERVERS)
    if (await parts.listens(port))
      findings.push(ok('pos', `127.0.0.1:${port}`, `A database server listens here, as ${product} does.`))
  if (findings.length === 0)
    findings.push({
      check: 'pos',
      subject: 'this PC',
      verdict: 'unseen',
      sentence: 'No POS that keeps its data in a known place was found.',
      advice:
        'If the POS runs on another PC or server, name its database in "sources"; else see docs for the other ways: journal files, receipts, HTTP.',
    })
  return findings
}

function javaPos(path: string, text: string, pos: string, kind: string): Finding {
  const url = propertyOf(text, 'db.URL')
  const engine = /^jdbc:([a-z]+):/.exec(url)?.[1] ?? ''
  if (engine === 'mysql' || engine === 'mariadb' || engine === 'postgresql')
    return {
      check: 'pos',
      subject: path,
      verdict: 'ok',
      sentence: `${pos} keeps its data in ${url.replace(/^jdbc:/, '').replace(/\?.*$/, '')}.`,
      advice: `Add it to "sources" as kind "${kind}", with a database user that may only read.`,
    }
  if (engine === 'derby')
    return {
      check: 'pos',
      subject: path,
      verdict: 'wrong',
      sentence: `${pos} keeps its data in Derby, which no other program may open while the POS runs.`,
      advice:
        'Move the POS to MySQL or PostgreSQL (its own migration does that), or read its receipts through the print path.',
    }
  return {
    check: 'pos',
    subject: path,
    verdict: 'look',
    sentence: `${pos} is installed, and its settings name no database that is known (${url === '' ? 'none' : engine || 'unreadable'}).`,
    advice: 'Open the POS’s own configuration and look which database it uses.',
  }
}

/** One entry of a Java properties file; `:` in values is written `\:`. */
function propertyOf(text: string, name: string): string {
  for (const line of text.split(/\r?\n/)) {
    const at = line.search(/(?<!\\)[=:]/)
    if (at > 0 && line.slice(0, at).trim() === name)
      return line
        .slice(at + 1)
        .trim()
        .replace(/\\(.)/g, '$1')
  }
  return ''
}
