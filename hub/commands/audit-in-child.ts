import { spawn } from 'node:child_process'
import { defineError } from '../../shared/errors.ts'
import { ToldAudit } from '../stock/nightly-audit.ts'
import type { HubFolder } from './command-parts.ts'

export const auditUnfinished = defineError(
  'AUDIT_UNFINISHED',
  (f: { why: string }) =>
    `The audit ended without a result (${f.why}). Run it by hand, with the hub's own folder: tillbridge-hub audit.`,
)

/** Long enough for every event of years; only ends an audit that hangs. */
const LONGEST_MS = 6 * 3_600_000

/**
 * Runs `audit` as a process of its own, since it reads every page and every event and would hold this one up.
 * @param program the file of this command line
 * @throws AUDIT_UNFINISHED
 */
export async function auditInChild(program: string, { data, database }: HubFolder): Promise<ToldAudit> {
  const where = ['--data', data, ...(database === undefined ? [] : ['--database', database])]
  const child = spawn(process.execPath, [program, 'audit', '--json', ...where], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
  })
  let out = ''
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(0, 1_000)
  })
  const ended = Promise.withResolvers<string>()
  child.on('error', error => ended.reject(auditUnfinished({ why: error.message }, error)))
  child.on('close', (code, signal) => ended.resolve(String(code ?? signal)))
  const code = await ended.promise
  try {
    return ToldAudit.parse(JSON.parse(out))
  } catch (error) {
    throw auditUnfinished({ why: said.trim() === '' ? `it ended with ${code}` : said.trim() }, error)
  }
}
