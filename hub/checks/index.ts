import type { Check } from './check.ts'
import { deviceSilent } from './device-silent.ts'
import { handedOverUnknown } from './handed-over-unknown.ts'
import { heldBackLong } from './held-back-long.ts'
import { hubCertificateEnds } from './hub-certificate-ends.ts'
import { hubRestored } from './hub-restored.ts'
import { itemBundle } from './item-bundle.ts'
import { itemUntracked } from './item-untracked.ts'
import { levelVariance } from './level-variance.ts'
import { locationUnmapped } from './location-unmapped.ts'
import { lookUpsBeyondLimit } from './look-ups-beyond-limit.ts'
import { ownSettingsBroken } from './own-settings-broken.ts'
import { pickupWriteStuck } from './pickup-write-stuck.ts'
import { promisedBeyondStock } from './promised-beyond-stock.ts'
import { quantityNotWhole } from './quantity-not-whole.ts'
import { readsNoSales } from './reads-no-sales.ts'
import { recordsLost } from './records-lost.ts'
import { recoveryOverdue } from './recovery-overdue.ts'
import { redactionWaits } from './redaction-waits.ts'
import { refusedRowsBeyondLimit } from './refused-rows-beyond-limit.ts'
import { releaseStopped } from './release-stopped.ts'
import { returnStuck } from './return-stuck.ts'
import { settingsFailed } from './settings-failed.ts'
import { settingsStopped } from './settings-stopped.ts'
import { shopifyWorkFails } from './shopify-work-fails.ts'
import { skuAmbiguous } from './sku-ambiguous.ts'
import { skuUnknown } from './sku-unknown.ts'
import { stockWriteStuck } from './stock-write-stuck.ts'
import { tillDiskLow } from './till-disk-low.ts'
import { tillHeldBack } from './till-held-back.ts'
import { tillUnusual } from './till-unusual.ts'
import { updateFailed } from './update-failed.ts'
import { webhooksSilent } from './webhooks-silent.ts'

/** What the hub looks for at intervals: one line a check. */
export const checks: readonly Check[] = [
  deviceSilent,
  handedOverUnknown,
  heldBackLong,
  hubCertificateEnds,
  hubRestored,
  itemBundle,
  itemUntracked,
  levelVariance,
  locationUnmapped,
  lookUpsBeyondLimit,
  pickupWriteStuck,
  promisedBeyondStock,
  quantityNotWhole,
  recordsLost,
  recoveryOverdue,
  redactionWaits,
  refusedRowsBeyondLimit,
  releaseStopped,
  returnStuck,
  settingsFailed,
  settingsStopped,
  shopifyWorkFails,
  skuAmbiguous,
  skuUnknown,
  stockWriteStuck,
  ownSettingsBroken,
  readsNoSales,
  tillDiskLow,
  tillHeldBack,
  tillUnusual,
  updateFailed,
  webhooksSilent,
]
