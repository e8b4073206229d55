import { z } from 'zod'
import { describeError } from '../../shared/errors.ts'
import { EpochMs } from '../../shared/ids.ts'
import { LONGEST_LOG_MS, type LogLevel, logLevels } from '../../shared/support.ts'
import type { Cancel, World } from '../../shared/world.ts'

const Kept = z.object({ level: z.enum(logLevels), until: EpochMs })
type Kept = z.infer<typeof Kept>

/** A timer does not run while the PC sleeps, and the clock may be set. */
const LOOK_EVERY_MS = 60_000

/** How much the agent writes into its log, while head office wants it to be more or less. */
export interface AskedLogLevel extends Disposable {
  /** @returns agent's clock, when the log is as usual again; null: it is already */
  set(level: LogLevel, forMs: number): EpochMs | null
}

/**
 * A level with an end: it is kept in a file, so that it ends at its time also when the agent starts again meanwhile, and
 * goes on until then.
 * @param path the file
 */
export function openLogLevel(
  { clock, timers, files, log }: Pick<World, 'clock' | 'timers' | 'files' | 'log'>,
  path: string,
): AskedLogLevel {
  let cancel: Cancel = () => {}

  function end(): void {
    cancel()
    log.setLevel?.('usual')
    try {
      files.remove(path)
    } catch (error) {
      log.warn({ ...describeError(error) }, 'the end of the asked log level could not be kept')
    }
  }

  function begin({ level, until }: Kept): void {
    log.setLevel?.(level)
    const endsAt = clock.monotonicMs() + until - clock.now()
    const look = () => {
      cancel()
      const leftMs = Math.min(endsAt - clock.monotonicMs(), until - clock.now())
      if (leftMs <= 0) end()
      else cancel = timers.after(Math.min(leftMs, LOOK_EVERY_MS), look)
    }
    look()
  }

  function keptLevel(): Kept | null {
    try {
      const text = files.readText(path)
      return text === null ? null : Kept.parse(JSON.parse(text))
    } catch (error) {
      log.warn({ ...describeError(error) }, 'the log level that head office asked for can’t be read')
      return null
    }
  }

  const kept = keptLevel()
  const leftMs = kept === null ? 0 : kept.until - clock.now()
  // a clock that was put back must not make it last longer
  if (kept !== null && leftMs > 0 && leftMs <= LONGEST_LOG_MS) begin(kept)
  else if (files.sizeOf(path) !== null) end()

  return {
    set(level, forMs) {
      if (level === 'usual') {
        end()
        return null
      }
      const until = EpochMs.parse(clock.now() + Math.min(forMs, LONGEST_LOG_MS))
      files.writePrivate(path, `${JSON.stringify({ level, until })}\n`)
      begin({ level, until })
      log.info({ level, until }, 'head office asks for another log level')
      return until
    },
    [Symbol.dispose]: () => cancel(),
  }
}
