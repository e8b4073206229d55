import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { HubConfig } from '../../hub/config.ts'
import { limits } from '../../shared/protocol.ts'

const read = (name: string) => readFileSync(`docs/samples/${name}`, 'utf8')
const { port } = HubConfig.parse({})

test('the sample for nginx passes on what the hub asks of a proxy', () => {
  const text = read('nginx.conf')
  const places = [
    ...text.matchAll(/location = \/device \{([\s\S]*?)\n {2}\}|location \/ \{([\s\S]*?)\n {2}\}/g),
  ]
  expect(places).toHaveLength(2)
  for (const [place] of places) {
    expect(place).toContain(`proxy_pass http://127.0.0.1:${port};`)
    expect(place).toContain('proxy_set_header Host $host;')
    expect(place).toContain('proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;')
    const seconds = Number(/proxy_read_timeout (\d+)s;/.exec(place)?.[1])
    expect(seconds * 1_000).toBeGreaterThan(limits.silenceMs)
  }
  expect(text).toMatch(/location = \/device \{[^}]*proxy_set_header Upgrade \$http_upgrade;/)
  expect(text).toContain('location = /metrics { return 404; }')
})

test('the sample for Caddy leads to the hub’s port and keeps /metrics in', () => {
  expect(read('Caddyfile')).toContain(`reverse_proxy 127.0.0.1:${port} {`)
  expect(read('Caddyfile')).toContain('respond /metrics 404')
})

test.each(['nginx.conf', 'Caddyfile'])('the settings that %s names are ones that the hub takes', name => {
  const [, publicUrl, trusted] = /"publicUrl": "(.*?)", "trustedProxies": \["(.*?)"\]/.exec(read(name)) ?? []
  expect(HubConfig.safeParse({ publicUrl, trustedProxies: [trusted] }).success).toBe(true)
})
