import { Command, InvalidArgumentError } from 'commander'

/** What `npm start` may be told. */
export interface StartOptions {
  readonly stores: number
  readonly secondsBetweenSales: number
  readonly quietPos: boolean
  readonly fresh: boolean
  readonly hubPort: number
  readonly shopifyPort: number
  readonly tillPort: number
  readonly data: string
}

const MOST_STORES = 50

const whole = (least: number, most: number) => (text: string) => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most)
    throw new InvalidArgumentError(`it must be a whole number from ${least} to ${most}`)
  return value
}
const port = whole(0, 65_535)
const seconds = (text: string) => {
  const value = Number(text)
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('it must be a number above 0')
  return value
}

/** The command line of `npm start`. */
export function startProgram(): Command {
  return new Command('npm start --')
    .description(
      'Starts a sandbox Shopify, the hub and the stores. The first two stores each have an agent with a till page, a POS and a printer; every further store is a light one: a simulated till that sends sales to the hub over the real protocol. Ctrl-C stops everything.',
    )
    .option('--stores <count>', 'how many stores; light ones from the third on', whole(1, MOST_STORES), 2)
    .option('--seconds-between-sales <s>', 'mean time between two sales of a store', seconds, 8)
    .option('--quiet-pos', 'no store sells unless a sale is written into its POS’s database', false)
    .option('--fresh', 'delete what an earlier start left and start from the beginning', false)
    .option('--hub-port <port>', 'the hub', port, 7400)
    .option('--shopify-port <port>', 'the sandbox shop', port, 7410)
    .option('--till-port <port>', 'the first till; the second takes the next port', port, 7420)
    .option('--data <folder>', 'where everything is kept', '.tillbridge')
}
