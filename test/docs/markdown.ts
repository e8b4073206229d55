import { globSync, readFileSync } from 'node:fs'

export interface Page {
  /** From the project's top, with slashes. */
  readonly path: string
  readonly text: string
}

/** Every Markdown file of the project. */
export function pages(pattern = '**/*.md'): Page[] {
  const isForeign = (path: string) => /^(node_modules|dist|coverage|\.[a-z-]+)([\\/]|$)/.test(path)
  return globSync(pattern, { exclude: isForeign })
    .map(path => path.replaceAll('\\', '/'))
    .sort()
    .map(path => ({ path, text: readFileSync(path, 'utf8') }))
}

export function page(path: string): Page {
  return { path, text: readFileSync(path, 'utf8') }
}

/** Texts between single backticks, outside of fenced blocks. */
export function codeSpans(text: string): string[] {
  return [...withoutFences(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
}

/** Code spans and the lines of fenced blocks: everything that a reader may type. */
export function codeOf(text: string): string[] {
  const fences = [...text.matchAll(/^```[a-z]*\n([\s\S]*?)^```/gm)]
  return [...codeSpans(text), ...fences.flatMap(([, code = '']) => code.split('\n'))]
}

/** The part below a heading, up to the next one of its level or above; null when there is no such heading. */
export function section(text: string, heading: string): string | null {
  const lines = text.split('\n')
  const start = lines.indexOf(heading)
  if (start === -1) return null
  const level = heading.indexOf(' ')
  const length = lines.slice(start + 1).findIndex(line => new RegExp(`^#{1,${level}} `).test(line))
  return lines.slice(start + 1, length === -1 ? undefined : start + 1 + length).join('\n')
}

/** First cells of all table rows, without their backticks. */
export function firstCells(text: string): string[] {
  return [...text.matchAll(/^\| (?!-)(.*?) \|/gm)].map(([, cell = '']) => cell.replaceAll('`', ''))
}

/** A heading's anchor, as Git hosts make it. */
export function anchorsOf(text: string): string[] {
  return [...withoutFences(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  )
}

export function withoutFences(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '')
}
