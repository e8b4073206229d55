import { expect, test } from 'vitest'
import { HubConfig } from '../../hub/config.ts'
import { openCallers } from '../../hub/web/callers.ts'

const from = (peer: string, forwarded?: string) => ({
  peer,
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
})

test.each([
  ['no header', ['10.0.0.7'], '10.0.0.7', undefined, '10.0.0.7'],
  ['the proxy names the caller', ['10.0.0.7'], '10.0.0.7', '203.0.113.9', '203.0.113.9'],
  ['the caller wrote something before it', ['10.0.0.7'], '10.0.0.7', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
  ['two proxies', ['10.0.0.0/8'], '10.0.0.7', '1.1.1.1, 203.0.113.9, 10.0.0.8', '203.0.113.9'],
  ['all are proxies', ['10.0.0.0/8'], '10.0.0.7', '10.0.0.9', '10.0.0.9'],
  ['a stranger’s header counts for nothing', ['10.0.0.7'], '203.0.113.9', '1.1.1.1', '203.0.113.9'],
  ['no proxy is named', [], '127.0.0.1', '1.1.1.1', '127.0.0.1'],
  ['rubbish ends the reading', ['10.0.0.7'], '10.0.0.7', '1.1.1.1, ??', '10.0.0.7'],
  ['an empty header', ['10.0.0.7'], '10.0.0.7', '', '10.0.0.7'],
  ['a port', ['10.0.0.7'], '10.0.0.7', '203.0.113.9:51000', '203.0.113.9'],
  ['IPv4 in IPv6', ['10.0.0.7'], '::ffff:10.0.0.7', '::ffff:203.0.113.9', '203.0.113.9'],
  ['a network of IPv4 in IPv6', ['::ffff:10.0.0.0/104'], '10.0.0.7', '203.0.113.9', '203.0.113.9'],
  ['IPv6 counts by its network', ['fd00::/8'], 'fd00::1', '[2001:db8:1:2:3:4:5:6]:443', '2001:db8:1:2::/64'],
  ['an octal octet is not an address', ['10.0.0.7'], '10.0.0.7', '0177.0.0.1', '10.0.0.7'],
] as const)('%s', (_what, proxies, peer, forwarded, caller) => {
  expect(openCallers(proxies).of(from(peer, forwarded))).toBe(caller)
})

test('only a program on this machine is local', () => {
  const plain = openCallers([])
  expect(plain.isLocal(from('127.0.0.1'))).toBe(true)
  expect(plain.isLocal(from('::ffff:127.0.0.1'))).toBe(true)
  expect(plain.isLocal(from('::1'))).toBe(true)
  expect(plain.isLocal(from('10.0.0.1'))).toBe(false)
  for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])
    expect(plain.isLocal({ peer: '127.0.0.1', headers: { [name]: '127.0.0.1' } })).toBe(false)
  expect(openCallers(['127.0.0.1']).isLocal(from('127.0.0.1'))).toBe(false)
})

test('hub.json names proxies by address or network, and nothing else', () => {
  expect(HubConfig.safeParse({ trustedProxies: ['10.0.0.7', '10.0.0.0/8', 'fd00::/8', '::1'] }).success).toBe(
    true,
  )
  for (const wrong of [
    'proxy.example',
    '10.0.0.0/33',
    '10.0.0',
    '',
    '*',
    '0.0.0.0/0',
    '::/0',
    '::ffff:0:0/96',
    '::ffff:0.0.0.0/90',
  ])
    expect(HubConfig.safeParse({ trustedProxies: [wrong] }).success).toBe(false)
})
