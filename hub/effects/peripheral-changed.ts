import { reconcileExceptions } from '../checks/exceptions.ts'
import { saidByTill } from '../checks/words/said-by-till.ts'
import { defineEffect } from './effect.ts'

/** Conditions in which a printer does not print until staff act. */
const NEEDS_CARE: ReadonlySet<string> = new Set([
  'offline',
  'cover-open',
  'paper-out',
  'cutter-error',
  'error',
])

/** A scanner or printer was connected or unplugged, or reports another condition. */
export const peripheralChanged = defineEffect({
  kind: 'peripheral.changed',
  async apply(tx, placed, { store, at }) {
    for (const { event, origin } of placed) {
      const subject = `${store}/${origin.device}/${event.peripheral}`
      const { connected, conditions, what, sentence } = event
      const evidence = { peripheral: event.peripheral, what, conditions }
      const problem = {
        subject,
        store,
        device: origin.device,
        fields: { store, peripheral: event.peripheral, said: saidByTill(sentence) },
        evidence,
      }
      const holds = [
        ['peripheral-missing', !connected],
        ['printer-needs-care', connected && conditions.some(condition => NEEDS_CARE.has(condition))],
      ] as const
      for (const [kind, isSo] of holds) {
        const found = isSo ? [{ code: kind, ...problem }] : []
        await reconcileExceptions(tx, { kind, scope: { subjects: [subject] }, found, at, seen: 'again' })
      }
    }
  },
})
