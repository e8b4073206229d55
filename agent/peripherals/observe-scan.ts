import type { ScanObserved } from '../../shared/events.ts'
import { printedGtin } from '../../shared/gtin.ts'
import { epochMs, type PeripheralName } from '../../shared/ids.ts'
import type { Clock } from '../../shared/world.ts'
import { decodeScan } from '../codecs/scan-codes/decode-scan.ts'
import type { ScanRules } from '../codecs/scan-codes/rules.ts'
import { observedFields } from '../codecs/scan-codes/scan.ts'
import type { ScanView } from '../till/api-schema.ts'

export interface ObserverParts {
  readonly rules: ScanRules
  readonly clock: Clock
  /** Resolves once the event is durable. */
  record(event: ScanObserved): Promise<unknown>
}

/** Journals a scan and returns what it means. Resolves once the scan is durable. */
export type ObserveScan = (
  peripheral: PeripheralName,
  via: ScanObserved['via'],
  text: string,
) => Promise<ScanView>

/** Takes each scan, whichever scanner it comes from: understood, journalled, and told to the till page. */
export function scanObserver({ rules, clock, record }: ObserverParts): ObserveScan {
  return async (peripheral, via, text) => {
    const at = epochMs(clock.now())
    const scan = decodeScan(text, rules, new Date(at).getUTCFullYear())
    await record({ kind: 'scan.observed', at, peripheral, via, ...observedFields(scan) })
    const { order, gtin, item, problem } = scan
    const code = order ?? (gtin === null ? null : printedGtin(gtin)) ?? item?.code ?? scan.text
    return { code, problem: problem?.sentence ?? null }
  }
}
