import { expect, test } from 'vitest'
import { parseAgentConfig } from '../../agent/config.ts'

test('the former name of the setting is refused with its new one', () => {
  const text = JSON.stringify({ devices: [{ device: 'counter', kind: 'printer', settings: {} }] })
  expect(() => parseAgentConfig(text, 'agent.json')).toThrow(
    /"devices" is now called "peripherals", and "device" in each of its entries "peripheral"/,
  )
})
