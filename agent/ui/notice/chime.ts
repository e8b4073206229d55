/** Two soft tones, the second higher. They carry across a shop without making customers look up. */
export interface Chime {
  /** Rings, if the browser lets the page make sound. */
  ring: () => void
  /** Asks the browser to let it; only works while a key or the screen is being pressed. */
  allow: () => void
  readonly isAllowed: () => boolean
  /** Calls `tell` whenever `isAllowed` may have changed; the answer stops it. */
  readonly subscribe: (tell: () => void) => () => void
}

const tones = [
  { hertz: 660, startS: 0 },
  { hertz: 880, startS: 0.22 },
] as const
const lengthS = 0.45
const loudness = 0.25

/** A chime on the page's own audio, or a silent one where there is none. */
export function createChime(): Chime {
  const audio = typeof AudioContext === 'undefined' ? null : new AudioContext()
  return {
    ring: () => {
      if (audio?.state !== 'running') return
      for (const tone of tones) ringTone(audio, tone.hertz, audio.currentTime + tone.startS)
    },
    allow: () => void audio?.resume().catch(() => undefined),
    isAllowed: () => audio === null || audio.state === 'running',
    subscribe: tell => {
      audio?.addEventListener('statechange', tell)
      return () => audio?.removeEventListener('statechange', tell)
    },
  }
}

function ringTone(audio: AudioContext, hertz: number, at: number): void {
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
