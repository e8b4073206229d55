import { z } from 'zod'
import { changeScopes, installApp, uninstallApp } from '../app/installation.ts'
import type { Shop } from '../shop.ts'
import { type Controlled, type Controls, read } from './controlled.ts'
import { HttpProblem } from './messages.ts'

const Scopes = z.strictObject({ scopes: z.array(z.string().min(1)) })

/** What the merchant does with the app itself: `/sandbox/app/…`. */
export const appControls: Controls = {
  'POST app :name'(shop, body, name) {
    if (name === 'uninstall') uninstallApp(shop)
    else if (name === 'install') installApp(shop)
    else if (name === 'scopes') changeScopes(shop, read(Scopes, body).scopes)
    else throw new HttpProblem(404, `An app cannot be told to ${name}.`)
    return appView(shop)
  },
  'GET app': appView,
}

function appView(shop: Shop): Controlled {
  const installed = shop.store.need('meta', 'meta').uninstalled !== true
  return { status: 200, body: { installed, scopes: [...shop.scopes] } }
}
