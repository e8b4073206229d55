import { capabilityList } from './api/capabilities.ts'
import { shopDefaults } from './shop-settings.ts'
import { privacyTopics, WEBHOOK_PATH } from './webhooks/subscriptions.ts'

/** The app as Shopify CLI takes it. Other webhooks are not in it: the hub subscribes them with its own address. */
export function appConfiguration({
  clientId,
  hubUrl,
  refunds = false,
}: {
  readonly clientId: string
  readonly hubUrl: string
  /** A contract agrees on what needs more scopes. */
  readonly refunds?: boolean
}): string {
  const scopes = capabilityList().flatMap(([, { scopes: always, ifAgreed = [] }]) =>
    refunds ? [...always, ...ifAgreed] : always,
  )
  const text = (value: string) => JSON.stringify(value)
  return `# The app by which Tillbridge works with this shop. Made by: tillbridge-hub shop app
client_id = ${text(clientId)}
name = "Tillbridge"
application_url = ${text(hubUrl)}
embedded = false

[access_scopes]
scopes = ${text(scopes.join(','))}

[auth]
redirect_urls = [ ${text(hubUrl)} ]

[webhooks]
api_version = ${text(shopDefaults.apiVersion)}

  [[webhooks.subscriptions]]
  compliance_topics = [ ${[...privacyTopics].map(text).join(', ')} ]
  uri = ${text(`${hubUrl}${WEBHOOK_PATH}`)}
`
}
