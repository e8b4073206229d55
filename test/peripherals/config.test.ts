import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readAgentConfig } from '../../agent/config.ts'
import { nodeFiles } from '../../shared/node-world.ts'
import { temporaryFolder } from '../temporary-folder.ts'

test('the former name of the setting is refused with its new one', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'agent.json')
  writeFileSync(path, JSON.stringify({ devices: [{ device: 'counter', kind: 'printer', settings: {} }] }))
  expect(() => readAgentConfig(nodeFiles, path)).toThrow(
    /"devices" is now called "peripherals", and "device" in each of its entries "peripheral"/,
  )
})
