import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import http, { createServer as createHttpServer } from 'node:http'
import { connect, createServer as createNetServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { AgentConfig } from '../../agent/config.ts'
import { schemaMistakes } from '../../agent/config-mistakes.ts'
import { hubFault } from '../../agent/enrolment/hub-fault.ts'
import { followProxy, leaveByProxy } from '../../agent/hub-proxy.ts'
import { leaveProxy, nodeProxy, proxyOfEnvironment } from '../../shared/node-proxy.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { runHere, start } from '../cli/command.ts'
import { madeCertificate } from '../doctor/made-certificate.ts'
import { manualWorld, quietLog, temporaryFolder } from '../manual-world.ts'

const DAY_MS = 24 * 3_600_000
/** An address that no network has: only the proxy leads there. */
const FAR = '192.0.2.1'
const PASSWORD = 'open sésame:%'

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return z.object({ port: z.number() }).parse(server.address()).port
}

function joinBoth(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one)
  for (const socket of [one, other]) {
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      one.destroy()
      other.destroy()
    })
  }
}

/** A proxy that takes name and password, and leads to one port of this PC whatever it is asked for. */
async function startProxy(leadsTo: () => number) {
  const asked = new Set<string>()
  const open = new Set<Socket>()
  const state = { isBarred: false }
  const server = createHttpServer((_, response) => response.writeHead(400).end())
  server.on('connect', (request, socket: Socket) => {
    open.add(socket)
    const given = request.headers['proxy-authorization'] ?? ''
    const known = `Basic ${Buffer.from(`till:${PASSWORD}`).toString('base64')}`
    const status = state.isBarred ? '403 Forbidden' : given === known ? '200 OK' : '407 Who are you'
    if (!status.startsWith('200')) return void socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`)
    asked.add(request.url ?? '')
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    joinBoth(socket, connect(leadsTo(), '127.0.0.1'))
  })
  const port = await portOf(server)
  return {
    port,
    asked,
    bar() {
      state.isBarred = true
      for (const socket of open) socket.destroy()
    },
    [Symbol.dispose]() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

/** A hub behind TLS at an address that only a proxy leads to. */
async function farHub() {
  const folder = temporaryFolder()
  const at = (...path: string[]) => join(folder.path, ...path)
  const now = nodeWorld({ log: quietLog }).clock.now()
  const certificate = madeCertificate({ from: now - DAY_MS, ends: now + 300 * DAY_MS, address: FAR })
  writeFileSync(at('ca.pem'), certificate.cert)
  let hubPort = 0
  const front = createTlsServer(certificate, socket => joinBoth(socket, connect(hubPort, '127.0.0.1')))
  const port = await portOf(front)
  const data = ['--data', at('hub'), '--json']
  const url = `https://${FAR}:${port}`
  await runHere('hub', [
    'store',
    'add',
    'HAR',
    '--name',
    'H',
    '--zone',
    'Europe/Berlin',
    '--currency',
    'EUR',
    ...data,
  ])
  writeFileSync(at('hub', 'hub.json'), JSON.stringify({ publicUrl: url }))
  const serving = await start('hub', ['serve', '--port', '0', ...data])
  hubPort = Number(new URL(z.object({ url: z.string() }).parse(JSON.parse(serving.first)).url).port)
  const { out } = await runHere('hub', ['enrol-code', 'HAR', ...data])
  const { code } = z.object({ code: z.string() }).parse(JSON.parse(out))
  return {
    at,
    url,
    port,
    code,
    async [Symbol.asyncDispose]() {
      front.close()
      await serving[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** The agent's command line in a process of its own, as it alone may change the way out of its process. */
const agent = (args: readonly string[], env: NodeJS.ProcessEnv, typed = '') =>
  commandOf('agent', args, env, typed)

function commandOf(program: 'agent' | 'hub', args: readonly string[], env: NodeJS.ProcessEnv, typed = '') {
  const { HTTPS_PROXY: _, https_proxy: __, ...rest } = process.env
  const child = spawn(process.execPath, [`${program}/cli.mjs`, ...args], { env: { ...rest, ...env } })
  const said = { out: '', log: '' }
  child.stdout.on('data', chunk => {
    said.out += String(chunk)
  })
  child.stderr.on('data', chunk => {
    said.log += String(chunk)
  })
  child.stdin.end(typed)
  const ended = new Promise<typeof said>(resolve => child.once('close', () => resolve(said)))
  return {
    said,
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

test('a till whose only way out is a proxy with a password enrols, connects and examines itself through it', async () => {
  await using hub = await farHub()
  using proxy = await startProxy(() => hub.port)
  const data = ['--data', hub.at('till'), '--json']
  const env = { NODE_EXTRA_CA_CERTS: hub.at('ca.pem') }
  const enrol = (route: NodeJS.ProcessEnv) =>
    agent(['enrol', '--hub', hub.url, ...data], { ...env, ...route }, `${hub.code}\n`).ended
  const strange = await enrol({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` })
  expect(JSON.parse(strange.out)).toMatchObject({ error: { code: 'HUB_PROXY_REFUSED' } })
  const secret = encodeURIComponent(PASSWORD)
  const enrolled = await enrol({ HTTPS_PROXY: `http://till:${secret}@127.0.0.1:${proxy.port}` })
  expect(JSON.parse(enrolled.out)).toMatchObject({ store: 'HAR' })

  writeFileSync(hub.at('password'), `${PASSWORD}\n`)
  const route = { url: `http://127.0.0.1:${proxy.port}`, user: 'till', passwordFile: hub.at('password') }
  writeFileSync(
    hub.at('till', 'agent.json'),
    JSON.stringify({ till: { port: 0 }, network: { proxy: route } }),
  )
  await using running = agent(['run', ...data], env)
  const status = async () => {
    const { out } = await runHere('agent', ['status', ...data])
    return out === '' ? null : (JSON.parse(out) as unknown)
  }
  await expect.poll(status, { interval: 300 }).toMatchObject({ link: 'online' })
  const doctor = await agent(['doctor', ...data], env).ended
  const findings = z.object({
    findings: z.array(z.object({ check: z.string(), verdict: z.string(), sentence: z.string() })),
  })
  const found = findings.parse(JSON.parse(doctor.out)).findings
  expect(found.find(({ check }) => check === 'hub')).toMatchObject({
    verdict: 'ok',
    sentence: expect.stringContaining(`proxy is http://127.0.0.1:${proxy.port}.`),
  })
  expect(found.find(({ check }) => check === 'certificate')).toMatchObject({ verdict: 'ok' })
  expect([...proxy.asked]).toEqual([`${FAR}:${hub.port}`])

  proxy.bar()
  await expect
    .poll(status, { interval: 300 })
    .toMatchObject({ link: 'offline', problemCode: 'HUB_PROXY_REFUSED' })
  for (const { out, log } of [strange, enrolled, doctor, running.said])
    for (const form of [PASSWORD, secret, 'sésame']) expect(out + log).not.toContain(form)
})

test('a proxy that is set and does not answer is named, and "none" goes without one', async () => {
  using folder = temporaryFolder()
  const args = ['enrol', '--hub', `https://${FAR}`, '--data', folder.path, '--json']
  const gone = createHttpServer()
  const port = await portOf(gone)
  await new Promise(resolve => gone.close(resolve))
  const { out } = await agent(args, { https_proxy: `http://127.0.0.1:${port}` }, 'ABCD-EFGH\n').ended
  expect(JSON.parse(out)).toMatchObject({
    error: { code: 'HUB_PROXY_UNREACHABLE', sentence: expect.stringContaining(`http://127.0.0.1:${port}`) },
  })
  const { sockets, files } = nodeWorld({ log: quietLog })
  const used: unknown[] = []
  const proxy = {
    use: (route: unknown) => void used.push(route),
    shown: () => null,
    unusable: () => null,
    credentials: () => null,
  }
  for (const network of [
    {},
    { proxy: 'none' },
    { proxy: { url: 'http://p:1', passwordFile: join(folder.path, 'gone') } },
  ])
    leaveByProxy({ sockets: { ...sockets, proxy }, files, log: quietLog }, AgentConfig.parse({ network }))
  const credentials = { from: join(folder.path, 'gone'), isRead: false }
  const unread = { url: 'http://p:1', user: undefined, password: undefined, credentials }
  expect(used).toEqual(['environment', 'direct', unread])
})

test('the password file is read again while the agent runs: it may come late, change, and begin with a mark', async () => {
  using folder = temporaryFolder()
  const passwordFile = join(folder.path, 'password')
  const { sockets, files } = nodeWorld({ log: quietLog })
  const used: unknown[] = []
  const proxy = {
    use: (route: unknown) => void used.push(route),
    shown: () => null,
    unusable: () => null,
    credentials: () => null,
  }
  const { timers, advance } = manualWorld()
  const errors: string[] = []
  const log = { ...quietLog, error: (_: unknown, message: string) => void errors.push(message) }
  const world = { sockets: { ...sockets, proxy }, files, timers, log }
  const network = { proxy: { url: 'http://p:1', user: 'till', passwordFile } }
  {
    using _ = followProxy(world, AgentConfig.parse({ network }))
    await advance(20_000)
    writeFileSync(passwordFile, '\uFEFFfirst\r\n')
    await advance(10_000)
    writeFileSync(passwordFile, 'second\n')
    await advance(10_000)
  }
  await advance(60_000)
  expect(used.map(route => z.object({ password: z.string().optional() }).parse(route).password)).toEqual([
    undefined,
    undefined,
    undefined,
    'first',
    'second',
  ])
  expect(errors).toEqual(['the file with the proxy’s password is not there'])
})

test.each([
  [{}, null],
  [{ HTTPS_PROXY: '' }, null],
  [
    { HTTPS_PROXY: 'proxy.example:3128' },
    { address: 'http://proxy.example:3128', except: 'localhost,127.0.0.1,::1,[::1]' },
  ],
  [
    { https_proxy: 'till:a%20b@proxy:3128' },
    { address: 'http://till:a%20b@proxy:3128', except: 'localhost,127.0.0.1,::1,[::1]' },
  ],
  [{ HTTPS_PROXY: 'http://p:3128' }, { address: 'http://p:3128', except: 'localhost,127.0.0.1,::1,[::1]' }],
  [
    { HTTPS_PROXY: 'http://other', https_proxy: 'http://p', NO_PROXY: '.example' },
    { address: 'http://p', except: 'localhost,127.0.0.1,::1,[::1],.example' },
  ],
])('of the environment %j the way out is %j', (env, proxy) => {
  expect(proxyOfEnvironment(env)).toEqual({ proxy, unusable: null })
})

test.each([
  ['socks5://till:s3cret@p:1080', 'it is for socks5'],
  ['proxy', 'not an address such as'],
  ['s3cret@proxy', 'not an address such as'],
  ['http://u:s3cret%@p:1', 'must be written as %25'],
  ['http://u%zz:s3cret@p:1', 'must be written as %25'],
  ['u:s3cret%ff@p:1', 'must be written as %25'],
  ['http://wpad.example/wpad.dat', 'it leads to a PAC file'],
  ['http://u:s3cret@p/proxy.PAC', 'it leads to a PAC file'],
])('%s can’t be used, and why is said without its password', (address, why) => {
  const { proxy, unusable } = proxyOfEnvironment({ HTTPS_PROXY: address })
  expect(proxy).toBeNull()
  expect(unusable).toContain(why)
  expect(unusable).not.toContain('s3cret')
})

test('an HTTPS_PROXY that can’t be used stops neither agent nor hub: it is said, and doctor finds it', async () => {
  using folder = temporaryFolder()
  const env = { HTTPS_PROXY: 'http://u:s3cret100%@127.0.0.1:1' }
  const args = ['--data', folder.path, '--json']
  const doctor = await agent(['doctor', ...args], env).ended
  expect(doctor.log).toContain("HTTPS_PROXY is set and can't be used")
  expect(JSON.parse(doctor.out)).toMatchObject({
    findings: expect.arrayContaining([
      expect.objectContaining({ check: 'proxy', verdict: 'look', sentence: expect.stringContaining('%25') }),
    ]),
  })
  await runHere('hub', ['migrate', ...args])
  const fleet = await commandOf('hub', ['fleet', ...args], env).ended
  expect(JSON.parse(fleet.out)).toMatchObject({ tills: [] })
  expect(fleet.log.split("HTTPS_PROXY is set and can't be used")).toHaveLength(2)
  for (const { out, log } of [doctor, fleet]) expect(out + log).not.toContain('s3cret')
})

test.each([
  [
    'ERR_PROXY_TUNNEL: Failed to establish tunnel to h:443 via http://p:3128/: HTTP/1.1 407 Who',
    'HUB_PROXY_REFUSED',
  ],
  ['ERR_PROXY_TUNNEL: Failed to establish tunnel to h:443 via http://p:3128/: HTTP/1.1 502 Bad', undefined],
  ['Request was cancelled. Proxy response (503) !== 200 when HTTP Tunneling', undefined],
  ['Request was cancelled. Proxy response (504) !== 200 when HTTP Tunneling', undefined],
  ['Request was cancelled. Proxy response (403) !== 200 when HTTP Tunneling', 'HUB_PROXY_REFUSED'],
  ['ENOTFOUND: getaddrinfo ENOTFOUND proxy.example', 'HUB_PROXY_UNREACHABLE'],
  ['ECONNREFUSED: connect ECONNREFUSED 10.0.0.1:3128', 'HUB_PROXY_UNREACHABLE'],
  ['ECONNREFUSED: connect ECONNREFUSED 10.0.0.2:443', undefined],
  ['ENOTFOUND: getaddrinfo ENOTFOUND hub.example', undefined],
])('%s is %s', (said, code) => {
  const proxy = { shown: () => 'http://proxy.example:3128', credentials: () => null }
  expect(hubFault('https://hub.example', said, { proxy, isEnrolled: true })?.code).toBe(code)
})

test.each([
  [null, 'asks for a name and a password. Give them in agent.json'],
  [{ from: 'HTTPS_PROXY', isRead: true }, 'password of HTTPS_PROXY. Correct them and restart the agent.'],
  [{ from: '/etc/proxy-password', isRead: true }, 'password of /etc/proxy-password. Correct them.'],
  [
    { from: '/etc/proxy-password', isRead: false },
    "the agent can't read one in /etc/proxy-password: the file is not there, is empty",
  ],
])('a proxy that does not know the till says what of %j', (given, sentence) => {
  const proxy = { shown: () => 'http://proxy.example:3128', credentials: () => given }
  const said = 'Request was cancelled. Proxy response (407) !== 200 when HTTP Tunneling'
  const of = (isEnrolled: boolean) => hubFault('https://hub.example', said, { proxy, isEnrolled })?.message
  expect(of(true)).toContain(sentence)
  expect(of(true)).toContain('Sales are kept here meanwhile.')
  expect(of(false)).not.toContain('Sales are kept') // nothing runs yet
})

test('a password has no place in the address of agent.json, which support bundles show', () => {
  const of = (url: string) => AgentConfig.safeParse({ network: { proxy: { url } } })
  expect(of('http://proxy.example:3128').success).toBe(true)
  for (const url of [
    'http://till:x@proxy.example',
    'http://till@proxy.example',
    'socks5://proxy.example',
    'proxy',
  ])
    expect(of(url).success).toBe(false)
})

test.each([
  ['socks5://proxy.example', 'it is for socks5. Only proxies that are spoken to by HTTP can be used'],
  ['http://proxy.example/proxy.pac', 'it leads to a PAC file'],
])('agent.json with the proxy %s is refused in words that say what to do', (url, words) => {
  const { error } = AgentConfig.safeParse({ network: { proxy: { url } } })
  if (error === undefined) throw new Error('it was taken')
  const [mistake] = schemaMistakes({}, error)
  expect(mistake).toContain(words)
  expect(mistake).toContain('network.proxy')
})

test('what still waits for a proxy that never answers ends with the command', async () => {
  const reached = Promise.withResolvers<Socket>()
  const server = createNetServer(socket => reached.resolve(socket.resume()))
  nodeProxy.use({ url: `http://127.0.0.1:${await portOf(server)}` })
  const giveUp = new AbortController()
  const failed = expect(fetch('https://hub.example', { signal: giveUp.signal })).rejects.toThrow()
  const socket = await reached.promise
  giveUp.abort()
  await failed
  const closed = once(socket, 'close')
  await leaveProxy()
  await closed
  expect(nodeProxy.shown()).toBeNull()
  server.close()
})

test('a program whose Node.js has no way through a proxy names none as used, and says so', () => {
  const { setGlobalProxyFromEnv } = http
  Reflect.deleteProperty(http, 'setGlobalProxyFromEnv')
  try {
    nodeProxy.use({ url: 'http://proxy.example:3128' })
    expect(nodeProxy.shown()).toBeNull()
    expect(nodeProxy.unusable()).toContain('has no way through one')
  } finally {
    http.setGlobalProxyFromEnv = setGlobalProxyFromEnv
    nodeProxy.use('direct')
  }
})
