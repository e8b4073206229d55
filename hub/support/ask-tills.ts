import type { Frame, SupportReport } from '../../shared/protocol.ts'
import { readSupportAnswer, type SupportAnswer } from '../../shared/support.ts'
import type { World } from '../../shared/world.ts'
import { type Db, transaction } from '../db/db.ts'
import type { DeviceRow } from '../fleet/devices.ts'
import { freshPlan } from '../releases/fresh-plan.ts'
import { forgetOldSupport, noteSupportAnswer, waitingSupport } from './support-requests.ts'

/** A till that has not answered is asked again: its connection may have ended. Longer than its doctor may take. */
const AGAIN_MS = 5 * 60_000
const FORGET_EVERY_MS = 3_600_000

/** Asks the connected tills what people of head office want to know, and keeps their answers. */
export interface SupportOfTills extends Disposable {
  /** A till reports. @param takes null: its agent is too old to be asked anything */
  reported(
    device: DeviceRow,
    said: { readonly support: SupportReport | null; readonly agent: string },
    say: (frame: Extract<Frame, { t: 'inspect' }>) => void,
  ): Promise<void>
  /** A till answers. What was not asked of it on its connection here counts for nothing. */
  answered(device: DeviceRow, frame: Extract<Frame, { t: 'inspected' }>): Promise<void>
}

interface Asked {
  readonly id: string
  readonly at: number
  /** How it was sent: another connection has another one. */
  readonly say: unknown
}

export function askTills(parts: {
  readonly world: Pick<World, 'clock' | 'timers' | 'log'>
  readonly db: Db
}): SupportOfTills {
  const { world, db } = parts
  const read = freshPlan(world, async () => {
    const waiting = await waitingSupport(db, world.clock.now())
    return Map.groupBy(waiting, ({ device }) => device)
  })
  const asked = new Map<string, Asked>()
  let cancel = world.timers.after(FORGET_EVERY_MS, forgetOld)

  function forgetOld(): void {
    void transaction(db, tx => forgetOldSupport(tx, world.clock.now())).catch((error: unknown) =>
      world.log.error({ error }, 'old answers of tills could not be removed; it is tried again'),
    )
    cancel = world.timers.after(FORGET_EVERY_MS, forgetOld)
  }

  async function keep(device: string, id: string, answer: SupportAnswer | null): Promise<void> {
    await transaction(db, tx => noteSupportAnswer(tx, { id, device }, answer, world.clock.now()))
    read.forget()
  }

  return {
    async reported({ device }, { support, agent }, say) {
      const [next] = (await read()).get(device) ?? []
      if (next === undefined) return
      if (support === null || !support.takes.includes(next.ask.is))
        return keep(device, next.id, notTaken(agent, support))
      const before = asked.get(device)
      const now = world.clock.monotonicMs()
      if (before?.id === next.id && before.say === say && now - before.at < AGAIN_MS) return
      asked.set(device, { id: next.id, at: now, say })
      say({ t: 'inspect', id: next.id, ask: next.ask })
    },
    async answered({ device }, { id, answer }) {
      if (asked.get(device)?.id !== id) return
      asked.delete(device)
      await keep(device, id, await readSupportAnswer(world.timers, answer))
    },
    [Symbol.dispose]: () => cancel(),
  }
}

function notTaken(agent: string, support: SupportReport | null): SupportAnswer {
  const version = agent === '' ? 'Its agent' : `Its agent, version ${agent},`
  return {
    is: 'problem',
    code: 'AGENT_TOO_OLD',
    sentence:
      support === null
        ? `${version} is too old to be asked anything from here. Update it, or look at the till itself.`
        : `${version} does not answer this. Update it, or look at the till itself.`,
  }
}
