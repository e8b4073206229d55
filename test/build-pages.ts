import { build } from 'vite'

/** Builds both pages once, for every test that serves them from `dist` as the product does. */
export default async function buildPages(): Promise<void> {
  for (const configFile of ['agent/ui/vite.config.ts', 'hub/ui/vite.config.ts'])
    await build({ configFile, logLevel: 'error' })
}
