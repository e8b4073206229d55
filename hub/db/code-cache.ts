/** Remembers which number stands for which text. Only what was committed is put here. */
export interface CodeCache {
  codeOf(text: string): number | undefined
  textOf(code: number): string | undefined
  remember(text: string, code: number): void
}

const MOST = 200_000

/** @param most how many texts are kept; beyond that it starts again */
export function openCodeCache(most = MOST): CodeCache {
  const codes = new Map<string, number>()
  const texts = new Map<number, string>()
  return {
    codeOf: text => codes.get(text),
    textOf: code => texts.get(code),
    remember(text, code) {
      if (codes.size >= most) {
        codes.clear()
        texts.clear()
      }
      codes.set(text, code)
      texts.set(code, text)
    },
  }
}

/** The codes that a transaction may use: those committed, and its own. */
export interface StagedCodes extends CodeCache {
  /** Call it after the commit. Without it, what was learned is forgotten: a rollback gives its numbers to other texts. */
  keep(): void
}

export function stageCodes(committed: CodeCache): StagedCodes {
  const codes = new Map<string, number>()
  const texts = new Map<number, string>()
  return {
    codeOf: text => codes.get(text) ?? committed.codeOf(text),
    textOf: code => texts.get(code) ?? committed.textOf(code),
    remember(text, code) {
      codes.set(text, code)
      texts.set(code, text)
    },
    keep() {
      for (const [text, code] of codes) committed.remember(text, code)
    },
  }
}
