import { type Document, LineCounter, parseDocument, visit } from 'yaml'
import { defineError } from '../../shared/errors.ts'
import { offsetOf, pathOf } from '../../shared/place-in-text.ts'
import { plainIssue } from '../../shared/plain-issues.ts'
import { RemoteSettings } from '../../shared/remote-settings.ts'

export const settingsFileInvalid = defineError(
  'SETTINGS_FILE_INVALID',
  ({ file, mistakes }: { file: string; mistakes: readonly string[] }) =>
    `${file} can't be used:\n${mistakes.map(each => `- ${each}`).join('\n')}\nNothing was changed. What can be set lists: tillbridge-hub config settings.`,
)

/** A file of settings is small; a larger one is something else. */
const MOST_LETTERS = 64 * 1024

/**
 * Reads a file of settings, YAML or JSON, which is YAML too.
 * @throws SETTINGS_FILE_INVALID naming the line and field of every mistake
 */
export function readSettingsFile(text: string, file: string): RemoteSettings {
  const refuse = (mistakes: readonly string[]) => settingsFileInvalid({ file, mistakes })
  if (text.length > MOST_LETTERS) throw refuse([`it is larger than ${MOST_LETTERS / 1024} KiB`])
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, stringKeys: true })
  if (document.errors.length > 0)
    throw refuse(
      document.errors.map(({ pos, message }) => `line ${lines.linePos(pos[0]).line}: ${firstLine(message)}`),
    )
  const aliases = aliasesIn(document)
  if (aliases.length > 0)
    throw refuse(aliases.map(at => `line ${lines.linePos(at).line}: write the value out instead of "*"`))
  const parsed = RemoteSettings.safeParse(plain(document.toJS()))
  if (parsed.success) return parsed.data
  throw refuse(
    parsed.error.issues.map(issue => {
      const at = offsetOf(document.contents, pathOf(issue))
      const where = issue.path.length === 0 ? 'settings' : issue.path.map(String).join('.')
      return `line ${lines.linePos(at).line}, ${where}: ${plainIssue(issue)}`
    }),
  )
}

const firstLine = (text: string) => (text.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')

/** Where the file repeats a value by name: a small file could become a very large one. */
function aliasesIn(document: Document.Parsed): number[] {
  const found: number[] = []
  visit(document, { Alias: (_, { range }) => void found.push(range?.[0] ?? 0) })
  return found
}

/** An empty file sets nothing. */
const plain = (value: unknown): unknown => value ?? {}
