/** What is heard: a new order, a scan that fits, a scan that does not. */
export type Tune = keyof typeof tunes

/** The page's own sounds. They carry across a shop without making customers look up. */
export interface Chime {
  /** Plays, if the browser lets the page make sound. */
  play: (tune: Tune) => void
  /** Asks the browser to let it; only works while a key or the screen is being pressed. */
  allow: () => void
  readonly isAllowed: () => boolean
  /** Calls `tell` whenever `isAllowed` may have changed; the answer stops it. */
  readonly subscribe: (tell: () => void) => () => void
}

interface Tone {
  readonly hertz: number
  readonly startS: number
  readonly lengthS: number
}

const tunes = {
  /** Two soft tones, the second higher. */
  order: [
    { hertz: 660, startS: 0, lengthS: 0.45 },
    { hertz: 880, startS: 0.22, lengthS: 0.45 },
  ],
  /** High and short. */
  right: [{ hertz: 1_320, startS: 0, lengthS: 0.12 }],
  /** Low and long: it is told apart without looking. */
  wrong: [{ hertz: 165, startS: 0, lengthS: 0.6 }],
} as const satisfies Record<string, readonly Tone[]>
const loudness = 0.25

/** A chime on the page's own audio, or a silent one where there is none. */
export function createChime(): Chime {
  const audio = typeof AudioContext === 'undefined' ? null : new AudioContext()
  return {
    play: tune => {
      if (audio?.state !== 'running') return
      for (const tone of tunes[tune]) playTone(audio, tone)
    },
    allow: () => void audio?.resume().catch(() => undefined),
    isAllowed: () => audio === null || audio.state === 'running',
    subscribe: tell => {
      audio?.addEventListener('statechange', tell)
      return () => audio?.removeEventListener('statechange', tell)
    },
  }
}

function playTone(audio: AudioContext, { hertz, startS, lengthS }: Tone): void {
  const at = audio.currentTime + startS
  const oscillator = audio.createOscillator()
  const gain = audio.createGain()
  oscillator.frequency.value = hertz
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(loudness, at + 0.03)
  gain.gain.exponentialRampToValueAtTime(0.001, at + lengthS)
  oscillator.connect(gain).connect(audio.destination)
  oscillator.start(at)
  oscillator.stop(at + lengthS)
}
