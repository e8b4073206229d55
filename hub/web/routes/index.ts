import type { HubRoute } from '../route.ts'
import { customerChoice } from './customer-choice.ts'
import { customerQuestion } from './customer-question.ts'
import { enrolRoute } from './enrol.ts'
import { health } from './health.ts'
import { live } from './live.ts'
import { login } from './login.ts'
import { logout } from './logout.ts'
import { me } from './me.ts'
import { metrics } from './metrics.ts'
import { now } from './now.ts'
import { ready } from './ready.ts'
import { releaseFileRoute } from './release-file.ts'
import { releaseManifestRoute } from './release-manifest.ts'
import { shopifyWebhook } from './shopify-webhook.ts'

/** Every route of the hub, apart from the devices' WebSocket and the page's files. */
export const routes: readonly HubRoute[] = [
  health,
  ready,
  metrics,
  enrolRoute,
  releaseManifestRoute,
  releaseFileRoute,
  shopifyWebhook,
  customerQuestion,
  customerChoice,
  login,
  logout,
  me,
  now,
  live,
]
