import { Gauge, Registry } from 'prom-client'
import type { Figures } from './now-view.ts'

/** The hub's figures for Prometheus, read when asked. */
export function hubMetrics(readFigures: () => Promise<Figures>): {
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
  const memory = gauge('resident_memory_bytes', 'Resident memory of the process')

  return {
    contentType: registry.contentType,
    async text() {
      const figures = await readFigures()
      for (const metric of [connected, unsent, lag, pickups, exceptions]) metric.reset()
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
      memory.set(process.memoryUsage.rss())
      return registry.metrics()
    },
  }
}
