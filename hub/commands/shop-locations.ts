import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { shopAccess } from '../config.ts'
import { readPickupLocations } from '../shopify/catalogue/pickup-locations.ts'
import { openAskingClient } from '../shopify/catalogue/shop-check.ts'
import { databaseOption, type HubCommandParts, type HubFolder, hubFolderOption } from './command-parts.ts'
import { configuredShop, mappedStores } from './configured-shop.ts'

export function shopLocationsCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('locations', 'the shop’s locations by name, with the store that each is mapped to')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async folder => {
    const { shop } = configuredShop(world, folder.data)
    const mapped = await mappedStores(world, folder)
    using client = openAskingClient(shopAccess(shop, world.files), world)
    const locations = (await readPickupLocations(client)).map(one => ({
      ...one,
      number: one.id.replace(/^.*\//, ''),
      mappedTo: mapped
        .filter(({ location }) => location === one.id)
        .map(({ store, warehouse }) => ({ store, warehouse })),
    }))
    const lines = locations.map(({ number, name, isActive, offersPickup, mappedTo }) => {
      const pickup = offersPickup === null ? 'pickup unknown' : offersPickup ? 'pickup' : 'no pickup'
      const stores = mappedTo.map(({ store, warehouse }) => `${store} "${warehouse}"`).join(', ')
      return `${number}  ${name}  ${isActive ? 'active' : 'inactive'}  ${pickup}  ${stores === '' ? 'not mapped' : stores}`
    })
    return { json: locations, text: lines.join('\n') || 'The shop has no locations that this app may see.' }
  })
}
