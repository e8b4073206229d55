import { once } from 'node:events'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAgentJournal } from '../../agent/agent-journal.ts'
import { enrolTill } from '../../agent/enrolment/enrol.ts'
import { hubFault, otherAnswer } from '../../agent/enrolment/hub-fault.ts'
import { startUplink } from '../../agent/uplink/uplink.ts'
import { DeviceId } from '../../shared/ids.ts'
import { jsonLog, nodeWorld } from '../../shared/node-world.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { madeCertificate } from '../doctor/made-certificate.ts'
import { DEVICE } from '../journal/test-journal.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const world = nodeWorld({ log: jsonLog('silent', {}) })
const DAY_MS = 24 * 3_600_000

/** What answers where the hub should, until the test ends. */
async function instead(kind: 'http' | 'https', status: number, body = '<html>Please sign in</html>') {
  const answer = (_: unknown, response: import('node:http').ServerResponse) =>
    response.writeHead(status, { location: 'http://sign-in.example/' }).end(body)
  const now = world.clock.now()
  const certificate = madeCertificate({ from: now - DAY_MS, ends: now + DAY_MS })
  const server: Server = kind === 'http' ? createHttpServer(answer) : createHttpsServer(certificate, answer)
  server.on('upgrade', (_, socket) =>
    socket.end(`HTTP/1.1 ${status} Other\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `${kind}://127.0.0.1:${address.port}`,
    [Symbol.dispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

test.each<['http' | 'https', number, string]>([
  ['https', 200, 'HUB_CERTIFICATE_REFUSED'],
  ['http', 302, 'HUB_IS_OTHER'],
  ['http', 200, 'HUB_IS_OTHER'],
  ['http', 403, 'HUB_IS_OTHER'],
  ['http', 511, 'HUB_IS_OTHER'],
  ['http', 503, 'HUB_UNREACHABLE'],
])('enrolling where %s answers %d ends in %s', async (kind, status, code) => {
  using server = await instead(kind, status)
  await expect(enrolTill(world, server.url, 'ABCD-EFGH', null)).rejects.toMatchObject({ code })
})

test('an answer in JSON that no hub gives is another’s as well', async () => {
  for (const status of [200, 302, 404]) {
    using server = await instead('http', status, '{"status": "please sign in"}')
    await expect(enrolTill(world, server.url, 'ABCD-EFGH', null)).rejects.toMatchObject({
      code: 'HUB_IS_OTHER',
    })
  }
})

/** What a running agent says of its link once it has tried to connect. */
async function linkProblem(url: string): Promise<string | null> {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const journal = openAgentJournal({ path, device: DEVICE, world, failed: () => undefined })
  const { privateKey } = newSigningKey(world.random)
  const place = { store: 'HAR', storeName: 'Harbour Street', till: 'Till 1', zone: 'Europe/Berlin' }
  const uplink = startUplink({
    world,
    device: { device: DeviceId.parse(DEVICE), hub: { id: 'hub_test', url }, privateKey, ...place },
    version: 'test',
    journal,
    sources: () => [],
    writeBacks: () => [],
  })
  try {
    const offline = Promise.withResolvers<void>()
    uplink.onChange(() => (uplink.state().link === 'offline' ? offline.resolve() : undefined))
    await offline.promise
    return uplink.state().problem?.code ?? null
  } finally {
    uplink[Symbol.dispose]()
    journal[Symbol.dispose]()
  }
}

test.each<['http' | 'https', number, string | null]>([
  ['https', 200, 'HUB_CERTIFICATE_REFUSED'],
  ['http', 302, 'HUB_IS_OTHER'],
  ['http', 404, 'HUB_IS_OTHER'],
  ['http', 502, null],
])('a running till is offline where %s answers %d, and says %s', async (kind, status, code) => {
  using server = await instead(kind, status)
  expect(await linkProblem(server.url)).toBe(code)
})

test.each([
  ['CERT_HAS_EXPIRED: certificate has expired', 'it has ended'],
  ['CERT_NOT_YET_VALID: certificate is not yet valid', 'Check this PC’s clock'],
  ["ERR_TLS_CERT_ALTNAME_INVALID: Hostname/IP does not match certificate's altnames", 'another name'],
  ['SELF_SIGNED_CERT_IN_CHAIN: self-signed certificate in certificate chain', 'NODE_EXTRA_CA_CERTS'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unable to get local issuer certificate', 'NODE_EXTRA_CA_CERTS'],
  ['CERT_REVOKED: certificate revoked', 'ask head office'],
])('what TLS says is told in words: %s', (said, words) => {
  const fault = hubFault('https://hub.example', said, { proxy: null, isEnrolled: true })
  expect(fault).toMatchObject({ code: 'HUB_CERTIFICATE_REFUSED', message: expect.stringContaining(words) })
})

test.each([
  'ECONNREFUSED: connect ECONNREFUSED 10.0.0.1:443',
  'ENOTFOUND: getaddrinfo ENOTFOUND hub.example',
  'Unexpected server response: 503',
  '',
])('what only says that no hub was reached names no fault: "%s"', said => {
  expect(hubFault('https://hub.example', said, { proxy: null, isEnrolled: true })).toBeNull()
  expect(otherAnswer('https://hub.example', 429, true)).toBeNull()
})

/** Enrolling where each connection fails with this, or never ends. */
function enrolOver(hub: string, failure: Error | null, shown: string | null = null) {
  const { advance, ...manual } = manualWorld()
  const sockets = {
    ...manual.sockets,
    proxy: { use: () => {}, shown: () => shown, unusable: () => null, credentials: () => null },
    fetch: (_: string, init?: RequestInit) =>
      new Promise<Response>((_resolve, reject) => {
        if (failure !== null) reject(failure)
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
      }),
  }
  return { advance, failed: enrolTill({ ...manual, sockets }, hub, 'ABCD-EFGH', null).catch(error => error) }
}

test.each([
  [null, 'hub.example gave no answer within 30 s'],
  ['http://proxy.example:3128', 'No answer of hub.example came through the proxy http://proxy.example:3128'],
])('enrolling ends where nothing answers (proxy: %s), and says so', async (proxy, words) => {
  const { advance, failed } = enrolOver('https://hub.example', null, proxy)
  await advance(30_000)
  expect(await failed).toMatchObject({ code: 'HUB_NO_ANSWER', message: expect.stringContaining(words) })
})

test.each([
  ['getaddrinfo ENOTFOUND hub.example', 'finds no such name'],
  ['connect ECONNREFUSED 10.0.0.1:443', 'nothing takes calls at this port'],
  ['connect EHOSTUNREACH 10.0.0.1:443', 'no way leads there'],
  ['Proxy response (503) !== 200 when HTTP Tunneling', 'reaches no hub'],
  ['other side closed', 'the connection broke'],
])('why no hub was reached is said: %s', async (cause, words) => {
  const failure = new TypeError('fetch failed', { cause: new Error(cause) })
  expect(await enrolOver('https://hub.example/login', failure).failed).toMatchObject({
    code: 'HUB_UNREACHABLE',
    message: expect.stringMatching(new RegExp(`^No hub answers at https://hub\\.example: .*${words}`)),
  })
})
