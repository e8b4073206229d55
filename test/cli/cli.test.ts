import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { enrolLink } from '../../shared/enrol-link.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { type Program, run, runHere, start, typeHere } from './command.ts'

async function occupiedPort() {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { port, [Symbol.asyncDispose]: () => new Promise<void>(resolve => server.close(() => resolve())) }
}

const json = (text: string): unknown => JSON.parse(text)

test.concurrent.each<[Program, string]>([
  ['agent', 'enrol'],
  ['hub', 'enrol-code'],
])('%s --help names its commands', async (program, named) => {
  const { code, out, err } = await run(program, ['--help'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain(named)
})

test.concurrent.each<[Program, string[], RegExp]>([
  ['agent', ['dance'], /unknown command/],
  ['agent', ['enrol', '--hub'], /argument missing/],
  ['hub', ['serve', '--port', 'abc'], /whole number/],
  ['hub', ['store', 'map', 'HAR'], /missing required argument/],
])('%s %s: wrong words end with 2 and say which', async (program, args, says) => {
  const { code, err } = await runHere(program, args)
  expect(code).toBe(2)
  expect(err).toMatch(says)
})

test.concurrent.each<[Program, string[], string]>([
  ['agent', ['run'], 'NOT_ENROLLED'],
  ['agent', ['status'], 'AGENT_NOT_RUNNING'],
  ['agent', ['till-link'], 'AGENT_NOT_RUNNING'],
  ['agent', ['config', 'check'], 'NOT_ENROLLED'],
  ['hub', ['audit'], 'DATABASE_MISSING'],
  ['hub', ['exceptions'], 'DATABASE_MISSING'],
])('%s %s in an empty folder fails with %s, as JSON alone on stdout', async (program, args, code) => {
  using folder = temporaryFolder()
  const ended = await runHere(program, [...args, '--json', '--data', folder.path])
  expect(ended.code).toBe(1)
  expect(json(ended.out)).toMatchObject({ error: { code } })
  expect(ended.err).toContain(code)
})

test.concurrent('enrolling without a code on stdin fails as well, as JSON alone on stdout', async () => {
  using folder = temporaryFolder()
  const words = ['enrol', '--hub', 'http://127.0.0.1:9', '--json', '--data', folder.path]
  const { code, out } = await typeHere('agent', words, '')
  expect({ code, json: json(out) }).toMatchObject({
    code: 1,
    json: { error: { code: 'ENROL_CODE_MISSING' } },
  })
})

test.concurrent.each([
  ['a code alone', 'ABCD-EFGH-JKMN-PQRS', [], 'ENROL_HUB_MISSING'],
  ['a link to nothing', 'tillbridge://enrol?code=ABCD-EFGH-JKMN-PQRS', [], 'ENROL_LINK_REFUSED'],
  [
    'a link to an open line',
    enrolLink({ hub: 'http://hub.example', code: 'ABCD-EFGH-JKMN-PQRS' }),
    [],
    'ENROL_LINK_REFUSED',
  ],
  [
    'a link to another hub than the one of --hub',
    enrolLink({ hub: 'https://other.example', code: 'ABCD-EFGH-JKMN-PQRS' }),
    ['--hub', 'https://hub.example'],
    'ENROL_LINK_REFUSED',
  ],
  ...['hub.example', 'hub.example:8443', 'the hub'].map((hub): [string, string, string[], string] => [
    `a link beside --hub ${hub}`,
    enrolLink({ hub: 'https://hub.example', code: 'ABCD-EFGH-JKMN-PQRS' }),
    ['--hub', hub],
    'HUB_ADDRESS_WRONG',
  ]),
  [
    'the link of a hub that does not answer',
    enrolLink({ hub: 'http://127.0.0.1:9', code: 'ABCD-EFGH-JKMN-PQRS' }),
    [],
    'HUB_UNREACHABLE',
  ],
])('enrolling with %s scanned or typed says what is missing', async (_, typed, args, error) => {
  using folder = temporaryFolder()
  const { code, out } = await typeHere('agent', ['enrol', ...args, '--json', '--data', folder.path], typed)
  expect({ code, json: json(out) }).toMatchObject({ code: 1, json: { error: { code: error } } })
})

test.concurrent('agent.json with a wrong field is refused by the field’s name', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'agent.json'), '{"till":{"port":"high"}}')
  const { code, err } = await runHere('agent', ['config', 'check', '--data', folder.path])
  expect(code).toBe(1)
  expect(err).toContain('till.port')
})

test.concurrent.each([
  [
    'CONFIG_INVALID',
    'source \\"pos\\", settings.zone: is missing',
    { sources: [{ source: 'pos', kind: 'unicenta', settings: { database: 'pos.db' } }] },
  ],
  ['CONFIG_INVALID', 'unicentre', { sources: [{ source: 'pos', kind: 'unicentre', settings: {} }] }],
  [
    'CONFIG_INVALID',
    'writeBack \\"pos\\", settings.database: ',
    { writeBack: [{ target: 'pos', kind: 'unicenta', what: ['return'], settings: {} }] },
  ],
])('config check ends with %s and names %s', async (error, named, config) => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'agent.json'), JSON.stringify(config))
  const { code, out } = await runHere('agent', ['config', 'check', '--json', '--data', folder.path])
  expect({ code, json: json(out) }).toMatchObject({ code: 1, json: { error: { code: error } } })
  expect(out).toContain(named)
})

test.concurrent('config check names all that is wrong at once', async () => {
  using folder = temporaryFolder()
  const at = join(folder.path, 'agent.json')
  writeFileSync(at, '{"till":{"port":"high"},"sources":[{"source":"pos"}]}')
  const fields = await runHere('agent', ['config', 'check', '--data', folder.path])
  expect(fields.err).toMatch(/till\.port: .*\n- source "pos", kind: /)
  const sources = [
    { source: 'pos', kind: 'unicentre', settings: {} },
    { source: 'other', kind: 'unicenta', settings: { database: 'pos.db' } },
  ]
  writeFileSync(at, JSON.stringify({ sources }))
  const entries = await runHere('agent', ['config', 'check', '--json', '--data', folder.path])
  expect(json(entries.out)).toMatchObject({ error: { code: 'CONFIG_INVALID' } })
  for (const named of ['unicentre', 'zone']) expect(entries.out).toContain(named)
})

test.concurrent('hub audit ends with 1 when something does not add up, and says what', async () => {
  using folder = temporaryFolder()
  const data = ['--data', folder.path, '--json']
  expect((await runHere('hub', ['migrate', ...data])).code).toBe(0)
  expect((await runHere('hub', ['audit', ...data])).code).toBe(0)
  const db = manualWorld().files.database(join(folder.path, 'hub.db'), { readOnly: false })
  db.exec('INSERT INTO level (store, warehouse, item, state, quantity) VALUES (1, 2, 3, 0, 1000)')
  db.close()
  const { code, out } = await runHere('hub', ['audit', ...data])
  expect({ code, json: json(out) }).toMatchObject({
    code: 1,
    json: { findings: [{ invariant: 'level-is-sum' }] },
  })
})

test.concurrent('hub serve on a port that is taken says so and ends', async () => {
  using folder = temporaryFolder()
  await using taken = await occupiedPort()
  const port = String(taken.port)
  const { code, out } = await run('hub', ['serve', '--port', port, '--data', folder.path, '--json'])
  expect({ code, json: json(out) }).toMatchObject({ code: 1, json: { error: { code: 'PORT_TAKEN' } } })
})

test.concurrent('agent run on a port that is taken says so and ends', async () => {
  using folder = temporaryFolder()
  await using taken = await occupiedPort()
  const { privateKey } = newSigningKey({ bytes: count => new Uint8Array(count), fraction: () => 0 })
  const hub = { id: 'hub_1', url: 'http://127.0.0.1:9' }
  const named = { store: 'HAR', storeName: 'Harbour', till: 'Till 1', zone: 'Europe/Berlin' }
  const device = { device: 'dev_0123456789abcdefghij', hub, ...named, privateKey }
  writeFileSync(join(folder.path, 'device.json'), JSON.stringify(device))
  writeFileSync(join(folder.path, 'agent.json'), JSON.stringify({ till: { port: taken.port } }))
  const { code, out } = await run('agent', ['run', '--data', folder.path, '--json'])
  expect({ code, json: json(out) }).toMatchObject({ code: 1, json: { error: { code: 'TILL_PORT_TAKEN' } } })
})

test.concurrent.each<[string, string[], string]>([
  ['an address without its scheme', ['--hub', 'localhost:7400'], 'HUB_ADDRESS_WRONG'],
  ['no address', ['--hub', 'the hub'], 'HUB_ADDRESS_WRONG'],
  ['an address where nothing answers', ['--hub', 'http://127.0.0.1:9'], 'HUB_UNREACHABLE'],
])('enrolling at %s says what to look at', async (_what, args, error) => {
  using folder = temporaryFolder()
  const words = ['enrol', ...args, '--data', folder.path, '--json']
  const { code, out } = await typeHere('agent', words, 'ABCD-EFGH-JKMN-PQRS')
  expect({ code, json: json(out) }).toMatchObject({ code: 1, json: { error: { code: error } } })
})

test.concurrent.each(['abc', '-1', '1.5'])(
  'sources check --limit %s: wrong words end with 2',
  async limit => {
    const { code, err } = await runHere('agent', ['sources', 'check', '--limit', limit])
    expect(code).toBe(2)
    expect(err).toContain('--limit')
  },
)

test.concurrent('from an empty folder to a till online, by commands alone; no secret in a command line or a log', async () => {
  using folder = temporaryFolder()
  const hubData = ['--data', join(folder.path, 'hub'), '--json']
  const agentFolder = join(folder.path, 'agent')
  const agentData = ['--data', agentFolder, '--json']
  const password = 'correct horse battery'
  const hub = (...args: string[]) => runHere('hub', [...args, ...hubData])

  expect(
    (await hub('store', 'add', 'HAR', '--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR'))
      .code,
  ).toBe(0)
  expect((await hub('store', 'map', 'HAR', 'WH-1', '101')).code).toBe(0)
  expect(json((await hub('store', 'list')).out)).toMatchObject([
    { store: 'HAR', warehouses: [{ warehouse: 'WH-1', location: 'gid://shopify/Location/101' }] },
  ])
  expect(json((await run('hub', ['user', 'add', 'kim', ...hubData], password)).out)).toEqual({ user: 'kim' })
  expect((await run('hub', ['user', 'add', 'kim', ...hubData], 'short')).err).toContain('PASSWORD_TOO_SHORT')
  const { code } = z
    .object({ code: z.string() })
    .parse(json((await hub('enrol-code', 'HAR', '--till', 'Till 2')).out))

  await using serving = await start('hub', ['serve', '--port', '0', ...hubData])
  const { url } = z.object({ url: z.string() }).parse(json(serving.first))
  const enrolled = await run('agent', ['enrol', ...agentData], enrolLink({ hub: url, code }))
  expect(json(enrolled.out)).toMatchObject({ store: 'HAR', till: 'Till 2' })
  const again = await typeHere('agent', ['enrol', '--hub', url, '--again', ...agentData], code)
  expect(again.err).toContain('ENROL_REFUSED')
  const once = await typeHere('agent', ['enrol', '--hub', url, ...agentData], code)
  expect(once.err).toContain('ALREADY_ENROLLED')

  writeFileSync(join(agentFolder, 'agent.json'), '{"till":{"port":0}}')
  await using till = await start('agent', ['run', ...agentData])
  const link = json((await runHere('agent', ['till-link', ...agentData])).out)
  expect(link).toMatchObject({ link: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/open\?code=/) })
  for (let tries = 0; tries < 50; tries += 1) {
    const { link: state } = z
      .object({ link: z.string() })
      .parse(json((await runHere('agent', ['status', ...agentData])).out))
    if (state === 'online') break
  }
  expect(json((await runHere('agent', ['status', ...agentData])).out)).toMatchObject({
    link: 'online',
    till: 'Till 2',
    unsent: 0,
  })

  const devices = z
    .array(z.object({ device: z.string(), state: z.string() }))
    .parse(json((await hub('device', 'list')).out))
  expect(devices).toHaveLength(1)
  expect(json((await hub('exceptions')).out)).toEqual([])
  expect((await hub('exceptions', '--close', '5', '--why', 'done')).err).toContain('EXCEPTION_MISSING')
  expect((await hub('exceptions', '--close', '5')).err).toContain('REASON_MISSING')
  expect(json((await hub('audit')).out)).toMatchObject({ findings: [] })
  expect(json((await hub('device', 'revoke', devices[0]?.device ?? '')).out)).toMatchObject({
    state: 'revoked',
  })
  expect((await hub('device', 'revoke', 'dev_0000000000000000')).err).toContain('DEVICE_MISSING')

  const { privateKey } = z
    .object({ privateKey: z.string() })
    .parse(json(readFileSync(join(agentFolder, 'device.json'), 'utf8')))
  const secrets = [
    password,
    code,
    privateKey,
    new URL(z.object({ link: z.string() }).parse(link).link).searchParams.get('code') ?? '',
  ]
  const seen = [serving.log(), till.log(), serving.commandLine, till.commandLine, enrolled.err].join('\n')
  for (const secret of secrets) expect(seen).not.toContain(secret)
  expect(await till.stop()).toBe(0)
  expect(await serving.stop()).toBe(0)
})
