import { expect, test } from 'vitest'
import {
  hardwareFindings,
  peripheralFindings,
  printerFindings,
} from '../../agent/doctor/peripheral-checks.ts'
import { searchPos } from '../../agent/doctor/pos-search.ts'
import { supportBundle } from '../../agent/doctor/support-bundle.ts'
import { summaryOf } from '../../shared/findings.ts'
import { jsonLog, nodeWorld } from '../../shared/node-world.ts'
import { withoutSecrets } from '../../shared/without-secrets.ts'

const port = { path: '/dev/ttyUSB0', name: 'FTDI', vendorId: null, productId: null, serialNumber: null }
const usb = {
  vendorId: 0x04b8,
  productId: 0x0202,
  serialNumber: null,
  name: 'EPSON TM-T88',
  actsAs: ['printer' as const],
}

test('what is plugged in is named, with the setting that would use it', () => {
  const found = hardwareFindings({ serialPorts: [port], usbDevices: [usb], problems: [] }, '[]')
  expect(found.map(({ subject, verdict }) => [subject, verdict])).toEqual([
    ['/dev/ttyUSB0', 'ok'],
    ['04b8:0202', 'ok'],
  ])
  expect(found[0]?.advice).toContain('"kind": "serial-scanner"')
  expect(found[1]?.advice).toContain('"by": "usb", "vendorId": 1208')
  const [used] = hardwareFindings({ serialPorts: [port], usbDevices: [], problems: [] }, '"/dev/ttyUSB0"')
  expect(used?.advice).toBeNull()
})

test('without any hardware the doctor says so instead of nothing', () => {
  expect(hardwareFindings({ serialPorts: [], usbDevices: [], problems: [] }, '[]')).toMatchObject([
    { verdict: 'unseen' },
  ])
  expect(printerFindings([])).toMatchObject([{ check: 'network-printer', verdict: 'unseen' }])
})

test('a missing peripheral is wrong, one that needs attention is a warning, an open drawer is neither', () => {
  const state = { peripheral: 'printer', connected: true, sentence: '' }
  const verdicts = peripheralFindings([
    { ...state, connected: false, conditions: [] },
    { ...state, conditions: ['paper-low'] },
    { ...state, conditions: ['drawer-open'] },
  ]).map(({ verdict }) => verdict)
  expect(verdicts).toEqual(['wrong', 'look', 'ok'])
})

test.each<[string, string, string]>([
  ['MySQL', 'db.URL=jdbc\\:mysql\\://10.0.0.5\\:3306/unicentaopos', 'ok'],
  ['PostgreSQL', 'db.URL=jdbc:postgresql://localhost:5432/pos?ssl=true', 'ok'],
  ['Derby', 'db.URL=jdbc\\:derby\\:/home/pos/unicentaopos-database;create\\=true', 'wrong'],
  ['nothing known', '#no database here', 'look'],
])('a uniCenta on %s is told by its own settings file', async (_what, line, verdict) => {
  const files = {
    readText: (path: string) => (path.endsWith('unicentaopos.properties') ? `user=pos\n${line}\n` : null),
    sizeOf: () => null,
  }
  const [finding] = await searchPos({ files, homes: ['/home/pos'], listens: async () => false })
  expect(finding).toMatchObject({ check: 'pos', verdict })
})

test('Aronium is found by its database', async () => {
  const path = '/home/pos/AppData/Local/Aronium/Data/pos.db'
  const files = { readText: () => null, sizeOf: (asked: string) => (asked === path ? 4_096 : null) }
  expect(await searchPos({ files, homes: ['/home/pos'], listens: async () => false })).toMatchObject([
    { check: 'pos', subject: path, verdict: 'ok', advice: expect.stringContaining('"aronium"') },
  ])
})

test('a support bundle leaves secrets out and keeps where they lie', () => {
  const settings = {
    user: 'pos',
    password: 'p',
    passwordFile: '/run/pw',
    accessToken: 't',
    list: [{ privateKey: 'k' }],
    url: 'mysql://pos:hunter2@10.0.0.5/pos',
    connection: 'Server=pos;Uid=sa;Pwd=hunter2;Database=pos',
    advice: 'replace it: {"apiToken": "hunter2", "passwordFile": "/run/pw"}',
  }
  expect(withoutSecrets(settings)).toEqual({
    user: 'pos',
    password: '[left out]',
    passwordFile: '/run/pw',
    accessToken: '[left out]',
    list: [{ privateKey: '[left out]' }],
    url: 'mysql://[left out]@10.0.0.5/pos',
    connection: 'Server=pos;Uid=sa;Pwd=[left out];Database=pos',
    advice: 'replace it: {"apiToken": "[left out]", "passwordFile": "/run/pw"}',
  })
})

test.each<[string, unknown]>([
  ['a list', { secrets: ['S-1', { deep: 'S-2' }] }],
  ['an object', { passwords: { pos: 'S-1' }, credentials: { user: 'S-2', pass: 'S-3' } }],
  ['a number', { pin: 51 }],
  [
    'short names',
    { passphrase: 'S-1', posPin: 'S-2', auth: 'S-3', 'x-auth': 'S-4', pass: 'S-5', sig: 'S-6' },
  ],
  ['headers', { headers: { Authorization: 'Bearer S-1', Cookie: 'a=S-2' } }],
  [
    'a pair',
    [
      { name: 'Authorization', value: 'Bearer S-1' },
      { key: 'password', value: 'S-2' },
    ],
  ],
  ['a header in a text', 'GET / failed. Authorization: Basic S-1 S-2'],
  ['a header in a list', ['X-Api-Key: S-1', 'authorization: Digest username="a", response="S-2"']],
  ['a scheme', 'it sent bearer S-1.S-2 and Basic UzFhYmM6 to the POS'],
  ['a query', 'https://pos.example/api?key=S-1&sig=S-2&a=1&api_token=S-3&X-Amz-Signature=S-4&pass=S-5#x'],
  ['an address', 'https://user:S-1@S-2@host/x'],
  ['an address with a slash', 'mysql://user:S-1/S-2?S-3#S-4@host/x'],
  ['an address with a blank', 'mysql://user:S-1 S-2@host/x'],
  ['an address without a password', 'https://S-1@host/x'],
  ['blanks', 'password: S-1 one two S-2'],
  ['blanks in a connection', 'Server=x;User Id=a;Password=S-1 S-2,S-3&S-4;Database=y'],
  ['quotes', `password="S-1 'S-2' \\"S-3" x`],
  ['an open quote', 'password="S-1 S-2'],
  ['JSON', 'got {"user": "a", "secrets": ["S-1", "S-2"], "x": 1}'],
  ['JSON alone', '{"secrets": {"a": ["S-1"]}, "n": [{"password": "S-2"}]}'],
  ['JSON in JSON', '{"body": "{\\"password\\": \\"S-1 S-2\\"}"}'],
  ['escaped JSON', 'got {\\"pin\\": \\"S-1 S-2\\", \\"a\\": 1}'],
  ['a name within what another name holds', 'error: url: password: S-1'],
  ['a name that follows a path', 'passwordFile=/run/pw password=S-1'],
  ['an option', 'pos.exe --password S-1 --user a --api-key "S-2 S-3"'],
  ['YAML', 'pos:\n  password:\n    S-1\n'],
  ['options in a list', { args: ['--port', '1', '--password', 'S-1', '--api-key', 'S-2'] }],
  ['headers in lists', { raw: ['Host', 'x', 'X-Api-Key', 'S-1'], pairs: [['Authorization', 'S-2']] }],
  [
    'other pairs',
    [
      { id: 'password', value: 'S-1' },
      { label: 'Password', val: 'S-2' },
      { k: 'token', v: 'S-3' },
    ],
  ],
  ['names of other languages', { contraseña: 'S-1', mdp: 'S-2', wachtwoord: 'S-3', 'mot de passe': 'S-4' }],
  ['such names in a text', 'contraseña: S-1\nmot de passe: S-2\nDBPASS=S-3\ndbpw=S-4'],
  ['XML', '<pos><password>S-1</password><add key="Password" value="S-2"/><a token="S-3"/></pos>'],
  ['XML with a namespace', "<x:apiKey type='a'>S-1</x:apiKey><add name='secret' type='b' value='S-2' />"],
  ['a sentence', 'the password is S-1 (password S-2), and the token "S-3" was refused'],
  ['commands', 'mysql -utill -pS-1 db\ncurl -u till:S-2 https://h\nsqlplus till/S-3@db'],
  ['Oracle', 'jdbc:oracle:thin:till/S-1@//h:1521/x'],
  ['a session in an address', 'https://h/p;jsessionid=S-1'],
  [
    'codes that open something',
    { accessCode: 'S-1', enrolCode: 'S-2', session: 'S-3', sid: 'S-4', community: 'S-5' },
  ],
  ['what is neither a path nor a variable', { passwordFile: 'S-1', secretEnv: 'S-2' }],
  ['an option of one letter', { args: ['-u', 'till', '-p', 'S-1'] }],
  [
    'words without a sign between',
    'Kennwort abcS-1x9 falsch, X-Api-Key abcdS-2, enrol with code abcdS-3, sid=S-4',
  ],
  ['a digest', 'Digest username="till", realm="x", response="S-1"'],
  ['a hook', 'https://hooks.slack.com/services/T0/B0/S-1'],
  ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nS-1\nS-2\n-----END RSA PRIVATE KEY-----'],
])('a support bundle holds no secret: %s', (_what, value) => {
  const text = JSON.stringify(withoutSecrets(value))
  expect(text).not.toMatch(/S-\d|UzFhYmM6|51/)
  expect(text).toContain('[left out]')
})

test.each([
  'ghp_Zq9xV7hunterZq9xV7hunter',
  'sk_live_Zq9xV7hunter',
  'xoxb-1234-Zq9xV7hunter',
  'glpat-Zq9xV7hunter',
  'whsec_Zq9xV7hunter',
  'AKIAIOSFODNN7EXAMPLE',
  'AIzaZq9xV7hunterabcdefghijklmnopqrstuvw',
])('a token is known by how it begins: %s', token => {
  expect(withoutSecrets(`sent ${token} to it`)).toBe('sent [left out] to it')
})

test.each([
  'The password is wrong or missing; the password file is not there.',
  'The password (missing) was refused',
  'The password has 4 digits; PIN 2 of the printer',
  '-p 8080:80',
  '<name>Mug</name><add name="Till" value="2"/>',
  'mysql --port 3306 -p 3306',
  'https://pos.example:8080/a?store=HAR&till=1',
  'The POS answers on port 3306: 12 sales, 3 refunds. Write to it@example.com',
  'Duplicate entry 4711 for key: PRIMARY',
  'author: Maya; pinned: yes; keyboard: de; monkeys=3',
  'passwordFile: /run/pw',
  'Basic settings are used.',
  '{ "a":  1 }',
])('what is not secret stays in a support bundle: %s', text => {
  expect(withoutSecrets(text)).toBe(text)
})

test('a PIN in a sentence is left out', () => {
  expect(withoutSecrets('PIN 480213 was wrong')).toBe('PIN [left out] was wrong')
})

test.each([
  'the pin 4711.',
  'otp 123456',
  'auth code 998877',
  'verification code is 998877',
  'enrol code ABCD-EFGH-JKMN-PQRS',
  'password Sommer!',
  'sqlcmd -P Secret123',
  'PSK: 12345678',
])('a secret that follows its name is left out: %s', text => {
  expect(withoutSecrets(text)).toMatch(/^[a-zA-Z: -]+ \[left out\]\.?$/)
})

test.each([
  'pin 4711.5 mm',
  'password refused!',
  'lp -P HP12',
  'error code 998877',
  'security code missing',
  'enrol code expired',
  'access code EXPIRED',
])('what follows the name of a secret and says something else stays: %s', text => {
  expect(withoutSecrets(text)).toBe(text)
})

test('a path to a secret and the name of its variable are kept', () => {
  const kept = {
    passwordFile: '/run/pw',
    keyFile: 'till.pem',
    secretEnv: 'POS_SECRET',
    args: ['-p', '8080:80'],
  }
  expect(withoutSecrets(kept)).toEqual(kept)
})

test('a long text is looked through in a moment, whatever it repeats', () => {
  for (const part of [
    'password',
    'a:',
    'a=',
    'http://a:',
    '"',
    '\\"',
    'key=[',
    '?a=',
    '-----BEGIN PRIVATE KEY-----',
    '--a ',
    '<a>',
    'key="',
    'password is ',
    'mysql ',
    'curl -u ',
    'mot de passe ',
    'x ',
  ])
    expect(typeof withoutSecrets(part.repeat(200_000 / part.length))).toBe('string')
})

test('a support bundle holds no card number, whichever part of it names one', async () => {
  const card = '4539148803436467'
  const said = `file batch-${card}.csv`
  const world = nodeWorld({ log: jsonLog('silent', {}) })
  const files = {
    ...world.files,
    readText: () => JSON.stringify({ [card]: said, number: Number(card) }),
    sizeOf: () => null,
  }
  const finding = { check: 'pos', subject: said, sentence: said, advice: said, verdict: 'look' } as const
  const parts = {
    folder: '.',
    version: '1',
    machine: { node: card },
    findings: [finding],
    state: [said],
    readsAll: true,
  }
  const text = JSON.stringify(await supportBundle({ ...world, files }, parts))
  expect(text).not.toContain(card)
  expect(text.match(/\*{12}6467/g)).toHaveLength(11)
})

test('the last line counts what is wrong', () => {
  const finding = { check: 'pos', subject: '', sentence: '', advice: null } as const
  expect(summaryOf([{ ...finding, verdict: 'ok' }])).toBe('All is well.')
  expect(summaryOf([{ ...finding, verdict: 'unseen' }])).toBe(
    'Nothing wrong was found. 1 marked "?" could not be tested.',
  )
  expect(
    summaryOf([
      { ...finding, verdict: 'wrong' },
      { ...finding, verdict: 'look' },
    ]),
  ).toMatch(/^1 thing is wrong, 1 to look at/)
})
