import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { fakePrinter } from './fake-printer.ts'
import { CUT, captured, openPath, posOn, soon } from './open-path.ts'

const to = (port: number) => ({ by: 'tcp', host: '127.0.0.1', port })
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
/** Bytes that look random and repeat for a seed. */
function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = seed
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[at] = state >>> 24
  }
  return bytes
}

test('a receipt reaches the printer unchanged, then its copy the agent, and the job ends with the connection', async () => {
  await using printer = await fakePrinter()
  await using path = openPath(to(printer.port))
  await soon('an open door', () => path.port > 0)
  const pos = await posOn(path.port)
  const receipt = Buffer.from(`\x1b@Sale 17\n${CUT}`, 'latin1')
  pos.socket.end(receipt)
  await soon('the end of the job', () => path.said.some(what => what.is === 'capture-ended'))
  expect(printer.received().subarray(-receipt.length)).toEqual(receipt)
  expect(captured(path.said, 'printer')).toEqual(receipt)
  expect(path.kinds().slice(0, 3)).toEqual(['connected', 'captured', 'capture-ended'])
  await soon('the POS to see the printer close', () => pos.ended() === 'closed')
})

test('10 MiB of any bytes come through unchanged, both ways at once', async () => {
  await using printer = await fakePrinter()
  printer.mode = 'silent'
  await using path = openPath(to(printer.port), { settings: { answers: false } })
  const answers = noise(10 * 2 ** 20, 7)
  await soon('an open door', () => path.port > 0)
  printer.connected = socket => socket.write(answers)
  const pos = await posOn(path.port)
  const receipt = noise(10 * 2 ** 20, 3)
  pos.socket.write(receipt)
  await soon(
    'all of both',
    () => printer.received().length >= receipt.length && pos.received().length >= answers.length,
  )
  expect(hash(printer.received())).toBe(hash(receipt))
  expect(hash(pos.received())).toBe(hash(answers))
  pos.socket.end()
  await soon('the end of the job', () => path.said.some(what => what.is === 'capture-ended'))
  expect(hash(captured(path.said, 'printer'))).toBe(hash(receipt))
})

test("the POS's own questions and automatic status pass, and tell the till how the printer is", async () => {
  await using printer = await fakePrinter()
  await using path = openPath(to(printer.port))
  await soon('an open door', () => path.port > 0)
  printer.bits.paper = 0x0c
  const pos = await posOn(path.port)
  pos.socket.write(Uint8Array.of(0x10, 0x04, 0x04))
  await soon('the answer', () => pos.received().length === 1)
  expect([...pos.received()]).toEqual([0x1e])
  expect(path.conditions()).toEqual(['paper-low'])
  const [channel] = printer.open()
  channel?.write(Uint8Array.of(0x38, 0x00, 0x0c, 0x00)) // automatic status: cover open, off-line, no paper
  await soon('the automatic status', () => pos.received().length === 5)
  expect([...pos.received()]).toEqual([0x1e, 0x38, 0x00, 0x0c, 0x00])
  expect(path.conditions()).toEqual(['offline', 'cover-open', 'paper-out'])
  pos.socket.destroy()
})

test('a hearer that throws at everything holds nothing up', async () => {
  await using printer = await fakePrinter()
  let isBroken = true
  await using path = openPath(to(printer.port), {
    hear() {
      if (isBroken) throw new Error('the agent has gone')
    },
  })
  await soon('an open door', () => path.port > 0)
  const pos = await posOn(path.port)
  pos.socket.write('first')
  await soon('the print', () => printer.received().toString().endsWith('first'))
  isBroken = false
  pos.socket.write('second')
  await soon('the print', () => printer.received().toString().endsWith('firstsecond'))
  await soon('what was lost, in numbers', () => path.said.some(what => what.is === 'capture-lost'))
  expect(path.said.find(what => what.is === 'capture-lost')).toEqual({ is: 'capture-lost', job: 1, bytes: 5 })
  pos.socket.destroy()
})

test('a stalled printer holds the POS up, and nothing grows', async () => {
  await using printer = await fakePrinter()
  await using path = openPath(to(printer.port), { settings: { answers: false } })
  await soon('an open door', () => path.port > 0)
  printer.mode = 'stalled'
  const pos = await posOn(path.port)
  await soon('its connection', () => printer.open().length > 0)
  let taken = 0
  const chunk = noise(64 * 1_024, 1)
  const feed = () => {
    while (taken < 200 * 2 ** 20) {
      taken += chunk.length
      if (!pos.socket.write(chunk)) return void pos.socket.once('drain', feed)
    }
  }
  feed()
  let before = -1
  await soon('the POS to be held up', () => {
    const isStill = before === taken
    before = taken
    return isStill && captured(path.said, 'printer').length > 0
  })
  await path.world.advance(600_000) // out of paper for ten minutes: both ends keep waiting
  expect(taken).toBeLessThan(50 * 2 ** 20)
  expect(pos.ended()).toBeNull()
  printer.mode = 'silent'
  for (const socket of printer.open()) socket.resume()
  const was = taken
  await soon('the POS to go on', () => taken > was)
  pos.socket.destroy()
})

test('a printer that dies in the middle fails the POS, refuses it while away, and is found again', async () => {
  await using printer = await fakePrinter()
  await using path = openPath(to(printer.port))
  await soon('an open door', () => path.port > 0)
  printer.mode = 'dies-after-100'
  const pos = await posOn(path.port)
  pos.socket.write(noise(300, 5))
  await soon('the POS to see it', () => pos.ended() === 'failed')
  expect(path.kinds()).toContain('capture-ended')

  await path.world.advance(4_000)
  await printer.off()
  const meanwhile = await posOn(path.port)
  if (meanwhile.ended() === null) meanwhile.socket.write('lost?')
  await soon('the POS to be refused', () => meanwhile.ended() === 'failed')
  await soon('the door shut', () => path.port === 0)
  expect(path.said.findLast(what => what.is === 'gone')).toMatchObject({ code: 'CHANNEL_UNREACHABLE' })

  printer.mode = 'answers'
  await printer.on()
  await path.world.advance(2_100)
  await soon('the door open again', () => path.port > 0)
  const again = await posOn(path.port)
  again.socket.end('back')
  await soon('the print', () => printer.received().toString('latin1').endsWith('back'))
  expect(path.said.findLast(what => what.is === 'connected' || what.is === 'gone')?.is).toBe('connected')
})

test('a POS that has finished still gets the answers, then the end', async () => {
  await using printer = await fakePrinter()
  await using path = openPath(to(printer.port))
  await soon('an open door', () => path.port > 0)
  const before = printer.connections()
  printer.connected = socket => {
    socket.removeAllListeners('end') // it answers first, and closes when it has printed
    socket.once('end', () => socket.write('done', () => socket.end()))
  }
  const pos = await posOn(path.port)
  pos.socket.end('receipt')
  await soon('the answer', () => pos.received().toString() === 'done')
  await soon('the end', () => pos.ended() === 'closed')
  expect(printer.connections()).toBe(before + 1)
})

test('a second POS waits for its turn, and their receipts never mix', async () => {
  await using printer = await fakePrinter()
  await using path = openPath(to(printer.port), { settings: { answers: false } })
  await soon('an open door', () => path.port > 0)
  const first = await posOn(path.port)
  first.socket.write('AAAA')
  await soon('the first', () => printer.received().toString() === 'AAAA')
  const second = await posOn(path.port)
  second.socket.end('BBBB')
  await path.world.advance(60_000)
  first.socket.end('AA')
  await soon('the second', () => printer.received().toString() === 'AAAAAABBBB')
  await soon('both jobs', () => path.said.filter(what => what.is === 'capture-ended').length === 2)
})

test('a POS that holds the printer without a word gives it up to one that waits', async () => {
  await using printer = await fakePrinter()
  await using path = openPath(to(printer.port), { settings: { answers: false } })
  await soon('an open door', () => path.port > 0)
  const idle = await posOn(path.port)
  idle.socket.write('A')
  await soon('the first', () => printer.received().toString() === 'A')
  await path.world.advance(600_000)
  expect(idle.ended()).toBeNull() // no connection waits: it may stay
  const second = await posOn(path.port)
  second.socket.end('B')
  await soon('to be counted as waiting', () => second.socket.bytesWritten === 1)
  await path.world.advance(10_000)
  await soon('the second', () => printer.received().toString() === 'AB')
  expect(idle.hasHeardEnd()).toBe(true)
})

test('a cut and a pause of two seconds end a job on a connection that stays', async () => {
  await using printer = await fakePrinter()
  await using path = openPath(to(printer.port), { settings: { answers: false } })
  await soon('an open door', () => path.port > 0)
  const pos = await posOn(path.port)
  pos.socket.write('no cut yet')
  await soon('the copy', () => captured(path.said, 'printer').length === 10)
  await path.world.advance(60_000)
  expect(path.kinds()).not.toContain('capture-ended')
  pos.socket.write('\x1d')
  await soon('the copy', () => captured(path.said, 'printer').length === 11)
  pos.socket.write('V\x00')
  await soon('the copy', () => captured(path.said, 'printer').length === 13)
  await path.world.advance(1_999)
  expect(path.kinds()).not.toContain('capture-ended')
  await path.world.advance(1)
  expect(path.said.at(-1)).toEqual({ is: 'capture-ended', job: 1 })
  pos.socket.write('next')
  await soon('the next job', () => path.said.some(what => what.is === 'captured' && what.job === 2))
  pos.socket.destroy()
})

test('what a printer without a cutter printed is a receipt after a pause, 15 minutes unless the settings say otherwise', async () => {
  for (const [settings, silenceMs] of [
    [{}, 900_000],
    [{ silenceSeconds: 30 }, 30_000],
  ] as const) {
    await using printer = await fakePrinter()
    await using path = openPath(to(printer.port), { settings: { answers: false, ...settings } })
    await soon('an open door', () => path.port > 0)
    const pos = await posOn(path.port)
    pos.socket.write('Tea 2.50')
    await soon('the copy', () => captured(path.said, 'printer').length === 8)
    await path.world.advance(silenceMs - 1)
    pos.socket.write(' Total 2.50')
    await soon('the rest', () => captured(path.said, 'printer').length === 19)
    await path.world.advance(silenceMs - 1)
    expect(path.kinds()).not.toContain('capture-ended')
    await path.world.advance(1)
    expect(path.said.at(-1)).toEqual({ is: 'capture-ended', job: 1 })
    pos.socket.destroy()
  }
})

test('a POS that asks its printer all the time neither begins a receipt nor keeps one from its end', async () => {
  await using printer = await fakePrinter()
  await using path = openPath(to(printer.port), { settings: { answers: false, silenceSeconds: 30 } })
  await soon('an open door', () => path.port > 0)
  const pos = await posOn(path.port)
  const ask = async (times: number) => {
    const before = pos.received().length
    pos.socket.write('\x10\x04\x01\x10\x04\x02')
    await soon('the answer', () => pos.received().length === before + 2)
    await path.world.advance(10_000)
    if (times > 1) await ask(times - 1)
  }
  await ask(5)
  expect(path.kinds()).not.toContain('captured')
  pos.socket.write('Tea 2.50')
  await soon('the copy', () => captured(path.said, 'printer').length === 8)
  await ask(3)
  await soon('the end', () => path.kinds().includes('capture-ended'))
  await ask(1)
  expect(path.said.filter(({ is }) => is === 'capture-ended')).toHaveLength(1)
  pos.socket.destroy()
})

test('asking the printer for its status never blocks a POS', async () => {
  await using printer = await fakePrinter()
  printer.mode = 'silent' // a look lasts as long as it may
  await using path = openPath(to(printer.port))
  await soon('an open door, in the middle of a look', () => path.port > 0 && printer.open().length === 1)
  const pos = await posOn(path.port)
  pos.socket.write('now')
  await soon('the print', () => printer.received().toString('latin1').endsWith('now'))
  expect(pos.received().length).toBe(0)
  pos.socket.destroy()
})
