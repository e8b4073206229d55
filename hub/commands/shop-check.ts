import type { Command } from 'commander'
import { answers, command, exitCodes } from '../../shared/command-line.ts'
import { shopAccess } from '../config.ts'
import { examineShop, type ShopFinding } from '../shopify/examine-shop.ts'
import { databaseOption, type HubCommandParts, type HubFolder, hubFolderOption } from './command-parts.ts'
import { configuredShop, hubUrlOf, mappedStores } from './configured-shop.ts'

const marks: Readonly<Record<ShopFinding['mark'], string>> = {
  ok: 'ok',
  look: 'LOOK',
  wrong: 'WRONG',
  untested: '?',
}

export function shopCheckCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'check',
    'check the connection to Shopify: access, scopes, API version, locations, webhooks, clock, budget; changes nothing; exit code 1 when something is wrong',
  )
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async folder => {
    const { config, shop } = configuredShop(world, folder.data)
    const findings = await examineShop({
      shop: shopAccess(shop, world.files),
      world,
      hubUrl: hubUrlOf(config),
      mapped: await mappedStores(world, folder),
    })
    const isWrong = findings.some(({ mark }) => mark === 'wrong')
    return {
      json: { shop: shop.shop, findings },
      text: findings.map(inWords).join('\n'),
      exitCode: isWrong ? exitCodes.failed : exitCodes.ok,
    }
  })
}

function inWords({ about, mark, says, toDo, code }: ShopFinding): string {
  return `${marks[mark]}: ${about}: ${says}${code === null ? '' : ` [${code}]`}${toDo === null ? '' : `\n    ${toDo}`}`
}
