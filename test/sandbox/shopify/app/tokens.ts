import { sameSecret } from '../http/secret.ts'
import { log, type Shop } from '../shop.ts'

/** What an app shows to be let in. */
export interface Credentials {
  /** The token the shop was opened with: valid for ever, as those of apps made in the admin once were. */
  readonly accessToken: string
  readonly clientId: string
  readonly clientSecret: string
}

/** Whether a request may come in with this token now. */
export function isValidToken(shop: Shop, credentials: Credentials, token: string | undefined): boolean {
  if (token === undefined || shop.store.need('meta', 'meta').uninstalled === true) return false
  if (shop.settings.staticToken && sameSecret(token, credentials.accessToken)) return true
  const held = shop.store.get('token', token)
  return held !== undefined && held.expiresAt > shop.clock.now()
}

/** A token of the client-credentials grant. Earlier ones stay good until their own end. */
export function grantToken(shop: Shop): { readonly token: string; readonly expiresIn: number } {
  const { tokenLifetimeMs } = shop.settings
  const token = `shpat_${Buffer.from(shop.chance.bytes(16)).toString('hex')}`
  const now = shop.clock.now()
  shop.store.transaction(() => {
    for (const held of [...shop.store.all('token')]) {
      if (held.expiresAt <= now) shop.store.remove('token', held.id)
    }
    shop.store.put('token', { id: token, expiresAt: now + tokenLifetimeMs })
    log(shop, 'token granted', { lifetimeMs: tokenLifetimeMs })
  })
  // Shopify says 86399 for a day.
  return { token, expiresIn: Math.max(0, Math.ceil(tokenLifetimeMs / 1000) - 1) }
}

/** Ends a token before its time. */
export function revokeToken(shop: Shop, token: string): void {
  if (shop.store.get('token', token) !== undefined) shop.store.remove('token', token)
}
