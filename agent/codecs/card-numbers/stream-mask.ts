import { Break, classOf } from './characters.ts'
import { applyHidden, findHidden } from './mask.ts'

/** Masks a text that comes in chunks. What comes out, put together, is the text masked. */
export interface StreamMask {
  /** Takes the next chunk; gives what is certain by now. */
  push(chunk: string): string
  /** Gives what is left. The next push begins another text. */
  end(): string
}

/** Longer than a track and a few columns' lines: what may still change how the text before it is read. */
const HELD = 512
/** Longer than a number of 19 digits with the longest gaps between them. */
const LONGEST_NUMBER = 2_100
/** A text without a word in so many characters is given out all the same. */
const LONGEST_WORDLESS = 4_096
/** Chunks are gathered until as much is new, so that small ones do not make it look at the same text over and over. */
const GATHERED = 2_048

/**
 * Opens a mask for one text in chunks of any size. It holds back at most 8,300 characters. Only within digits that go on
 * for thousands of characters may it mask more than `maskCardNumbers` does; never less.
 */
export function openStreamMask(): StreamMask {
  /** Text given out already, kept to look back upon, then text held back. */
  let text = ''
  let given = 0
  let looked = 0

  function give(upTo: number): string {
    const out = applyHidden(text, findHidden(text), given, upTo)
    const drop = Math.max(0, upTo - LONGEST_NUMBER)
    text = text.slice(drop)
    given = upTo - drop
    return out
  }

  return {
    push(chunk) {
      let out = ''
      for (let at = 0; at < chunk.length; at += LONGEST_WORDLESS) {
        const part = chunk.slice(at, at + LONGEST_WORDLESS)
        text += part
        looked += part.length
        if (looked < GATHERED) continue
        looked = 0
        const upTo = certainUpTo(text, given)
        if (upTo > given) out += give(upTo)
      }
      return out
    },
    end() {
      const out = applyHidden(text, findHidden(text), given, text.length)
      text = ''
      given = 0
      looked = 0
      return out
    },
  }
}

/** Where no number can run across: behind two letters, or so far back that every number across it has been seen. */
function certainUpTo(text: string, given: number): number {
  const isLetter = (at: number): boolean => classOf(text.charCodeAt(at)) === Break
  for (let at = text.length - HELD; at > given + 1; at -= 1)
    if (isLetter(at - 1) && isLetter(at - 2)) return at
  return text.length - given > LONGEST_WORDLESS ? text.length - LONGEST_NUMBER : given
}
