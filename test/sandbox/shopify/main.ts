/**
 * The sandbox Shopify as its own process:
 * `node test/sandbox/shopify/main.ts --port N --file F --access-token-file F --client-secret-file F --json`
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { lightStores } from '../light/stores.ts'
import { catalogueSeed } from './catalogue-seed.ts'
import { startSandboxShopify } from './server.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    file: { type: 'string' },
    'access-token-file': { type: 'string' },
    'client-secret-file': { type: 'string' },
    'light-stores': { type: 'string', default: '0' },
    'routing-delay-ms': { type: 'string', default: '1000' },
    // Shopify's search is always seconds behind, and its clients have to cope.
    'index-lag-ms': { type: 'string', default: '3000' },
    json: { type: 'boolean', default: false },
  },
})

/** Secrets come by file: the arguments of a process are anybody's to read. */
function secret(option: 'access-token-file' | 'client-secret-file'): string {
  const file = values[option]
  if (file === undefined) throw new Error(`--${option} is missing`)
  const text = readFileSync(file, 'utf8').trim()
  if (text === '') throw new Error(`${file} is empty`)
  return text
}

const sandbox = await startSandboxShopify({
  port: Number(values.port),
  ...(values.file === undefined ? {} : { file: values.file }),
  seed: catalogueSeed(lightStores(Number(values['light-stores']))),
  accessToken: secret('access-token-file'),
  clientSecret: secret('client-secret-file'),
  routingDelayMs: Number(values['routing-delay-ms']),
  cancelDelayMs: 1000,
  indexLagMs: Number(values['index-lag-ms']),
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void sandbox.close().then(() => process.exit(0))
  })
}

console.log(
  values.json ? JSON.stringify({ url: sandbox.url, shop: sandbox.shop }) : `Sandbox shop: ${sandbox.url}`,
)
