import { useMemo } from 'react'
import { z } from 'zod'
import { useRemembered } from './remembered.ts'

const Texts = z.array(z.string()).max(100)

/** Texts that were entered in this browser under `key`, the newest first, at most `most`; `keep` puts one in front. */
export function useRecentTexts(
  key: string,
  most: number,
): [recent: readonly string[], keep: (text: string) => void] {
  const [text, set] = useRemembered(key)
  const recent = useMemo(() => parsed(text), [text])
  const keep = (one: string) =>
    set(JSON.stringify([one, ...recent.filter(other => other !== one)].slice(0, most)))
  return [recent, keep]
}

function parsed(text: string | null): readonly string[] {
  if (text === null) return []
  try {
    return Texts.catch([]).parse(JSON.parse(text))
  } catch {
    return [] // something else wrote there; the texts come back as they are entered
  }
}
