import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export interface SourceFile {
  /** From the project's top, with slashes. */
  readonly path: string
  readonly text: string
  /** What it imports: project paths for relative ones, package names (or `node:…`) for the others. */
  readonly imports: readonly string[]
}

const IMPORT = /(?:from|import)\s*\(?\s*'([^']+)'/g

/** The project's own TypeScript, without tests and generated code. */
export function sourceFiles(patterns: readonly string[]): SourceFile[] {
  return globSync([...patterns])
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => !path.endsWith('.generated.ts') && !path.endsWith('.d.ts'))
    .map(path => sourceFile(path, readFileSync(path, 'utf8')))
}

export function sourceFile(path: string, text: string): SourceFile {
  const imports = [...text.matchAll(IMPORT)].map(([, name = '']) =>
    name.startsWith('.') ? normalize(join(dirname(path), name)) : packageOf(name),
  )
  return { path, text, imports }
}

function packageOf(name: string): string {
  if (name.startsWith('node:')) return name
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/')
}

/** The text without its comments. */
export function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/[^\n]*/g, '')
}
