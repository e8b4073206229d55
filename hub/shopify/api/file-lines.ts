import type { World } from '../../../shared/world.ts'
import { NoAnswerInTime } from './proxy-words.ts'

/** Longer lines are not what a query of ours finds: a whole file without a line end must not fill the memory. */
const LONGEST_LINE = 1_000_000

interface Reading {
  readonly world: Pick<World, 'timers' | 'sockets'>
  /** How long Shopify may be silent. */
  readonly timeoutMs: number
  readonly stopped: AbortSignal
}

/**
 * The lines of a file as they arrive, some at a time, without their ends. A last line may be cut. No redirect is followed.
 * @throws whatever keeps the file from being read to its end
 */
export async function* fileLines(
  { world, timeoutMs, stopped }: Reading,
  url: string,
): AsyncGenerator<readonly string[], void, undefined> {
  const giveUp = new AbortController()
  const wait = () => world.timers.after(timeoutMs, () => giveUp.abort(new NoAnswerInTime(timeoutMs)))
  let cancel = wait()
  const text = new TextDecoder()
  let rest = ''
  try {
    const signal = AbortSignal.any([giveUp.signal, stopped])
    const response = await world.sockets.fetch(url, { signal, redirect: 'manual' })
    if (response.status !== 200) throw new Error(`The file was answered with status ${response.status}.`)
    for await (const chunk of response.body ?? []) {
      cancel() // the reader of the lines may take its time
      const lines = (rest + text.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > LONGEST_LINE) throw new Error('A line of the file does not end.')
      if (lines.length > 0) yield lines
      cancel = wait()
    }
  } finally {
    cancel()
    giveUp.abort(new Error('nothing more is read'))
  }
  rest += text.decode()
  if (rest !== '') yield [rest]
}

/** Whether Shopify may name this address for a file: TLS, or this machine where the shop is a sandbox on it. */
export function isFileAddress(url: string, loopback: boolean): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:') return true
  return loopback && protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}
