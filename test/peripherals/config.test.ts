import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readAgentConfig } from '../../agent/config.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog, temporaryFolder } from '../manual-world.ts'

test('the former name of the setting is refused with its new one', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'agent.json')
  writeFileSync(path, JSON.stringify({ devices: [{ device: 'counter', kind: 'printer', settings: {} }] }))
  expect(() => readAgentConfig(nodeWorld({ log: quietLog }).files, path)).toThrow(
    /"devices" is now called "peripherals", and "device" in each of its entries "peripheral"/,
  )
})
