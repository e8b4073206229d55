import { Gauge, Registry } from 'prom-client'
import type { TillState } from './api-schema.ts'

/** The agent's figures for Prometheus, read when asked. */
export function agentMetrics(readState: () => TillState): { contentType: string; text(): Promise<string> } {
  const registry = new Registry()
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `tillbridge_agent_${name}`, help, labelNames: [...labelNames], registers: [registry] })
  const online = gauge('online', 'Whether the hub is connected (1) or not (0)')
  const unsent = gauge('unsent_events', 'Events that the hub has not confirmed')
  const unsentSales = gauge('unsent_sales', 'Sales among them')
  const sources = gauge('source_reading', 'Whether a source is being read (1) or unavailable (0)', ['source'])
  const memory = gauge('resident_memory_bytes', 'Resident memory of the process')
  return {
    contentType: registry.contentType,
    text() {
      const state = readState()
      online.set(state.link === 'online' ? 1 : 0)
      unsent.set(state.unsent)
      unsentSales.set(state.unsentSales)
      for (const { source, state: reading } of state.sources)
        sources.set({ source }, reading === 'reading' ? 1 : 0)
      memory.set(process.memoryUsage.rss())
      return registry.metrics()
    },
  }
}
