import { Gauge, Registry } from 'prom-client'
import type { World } from '../../shared/world.ts'
import type { StorageProblem } from '../gateway/storage-watch.ts'
import type { Figures } from './now-view.ts'

/** The hub's figures for Prometheus, read when asked. Without its database the hub still says that it can't store. */
export function hubMetrics(
  { log }: Pick<World, 'log'>,
  read: { figures(): Promise<Figures>; storage(): StorageProblem | null },
): {
  contentType: string
  text(): Promise<string>
} {
  const registry = new Registry()
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `tillbridge_hub_${name}`, help, labelNames: [...labelNames], registers: [registry] })
  const connected = gauge('device_connected', 'Whether a device is connected (1) or not (0)', [
    'store',
    'till',
  ])
  const unsent = gauge('device_unsent_events', 'Events a device holds that the hub lacks', ['store', 'till'])
  const lag = gauge('device_lag_seconds', 'Age of the oldest event that the hub lacks', ['store', 'till'])
  const pickups = gauge('open_pickups', 'Pickups not ended', ['store'])
  const exceptions = gauge('open_exceptions', 'Open exceptions', ['severity'])
  const writes = gauge('shopify_unconfirmed_writes', 'Stock changes decided and not confirmed by Shopify')
  const reachable = gauge('shopify_connected', 'Whether Shopify answers (1) or not (0)')
  const stores = gauge('storage_writable', 'Whether the database takes writes (1) or not (0)')
  const memory = gauge('resident_memory_bytes', 'Resident memory of the process')

  return {
    contentType: registry.contentType,
    async text() {
      const figures = await read.figures().catch((error: unknown) => {
        log.error({ error }, 'the figures for /metrics could not be read')
        return null
      })
      stores.set(figures === null || read.storage() !== null ? 0 : 1)
      memory.set(process.memoryUsage.rss())
      for (const metric of [connected, unsent, lag, pickups, exceptions]) metric.reset()
      if (figures === null) return registry.metrics()
      for (const [store, open] of figures.openPickups) pickups.set({ store }, open)
      for (const { store, till, connection, unsent: events, lagMs } of figures.devices) {
        connected.set({ store, till }, connection === 'connected' ? 1 : 0)
        if (events !== null) unsent.set({ store, till }, events)
        if (lagMs !== null) lag.set({ store, till }, lagMs / 1000)
      }
      for (const severity of ['urgent', 'warning', 'notice'] as const)
        exceptions.set({ severity }, figures.exceptions.get(severity) ?? 0)
      writes.set(figures.unconfirmedWrites)
      reachable.set(figures.isShopifyConnected ? 1 : 0)
      return registry.metrics()
    },
  }
}
