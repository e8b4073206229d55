import { HttpProblem } from '../http/messages.ts'
import { log, type Shop } from '../shop.ts'
import { dropSubscription } from '../webhooks/subscriptions.ts'

/** The merchant removes the app: its tokens and subscriptions end, and one last webhook says so. */
export function uninstallApp(shop: Shop): void {
  const meta = shop.store.need('meta', 'meta')
  if (meta.uninstalled === true) throw new HttpProblem(409, 'The app is not installed.')
  shop.store.transaction(() => {
    shop.emit('APP_UNINSTALLED', { kind: 'shop' })
    shop.store.put('meta', { ...shop.store.need('meta', 'meta'), uninstalled: true })
    for (const token of [...shop.store.all('token')]) shop.store.remove('token', token.id)
    for (const one of [...shop.store.all('subscription')]) {
      if (one.topic !== 'APP_UNINSTALLED') dropSubscription(shop, one.id)
    }
    log(shop, 'app uninstalled', {})
  })
  shop.wake()
}

/** The merchant installs it again: nothing of before is left but what the app remembers. */
export function installApp(shop: Shop): void {
  const meta = shop.store.need('meta', 'meta')
  if (meta.uninstalled !== true) throw new HttpProblem(409, 'The app is installed already.')
  shop.store.transaction(() => {
    for (const one of [...shop.store.all('subscription')]) dropSubscription(shop, one.id)
    shop.store.put('meta', { ...shop.store.need('meta', 'meta'), uninstalled: false })
    log(shop, 'app installed', {})
  })
}

/** The merchant approves other scopes, or takes some back. */
export function changeScopes(shop: Shop, scopes: readonly string[]): void {
  const previous = [...shop.scopes]
  shop.store.transaction(() => {
    shop.store.put('meta', { ...shop.store.need('meta', 'meta'), scopes })
    shop.emit('APP_SCOPES_UPDATE', { kind: 'scopes', previous })
    log(shop, 'scopes changed', { previous, scopes })
  })
  shop.wake()
}
