import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { wireOf } from '../../shared/node-wire.ts'

test('an error of a socket that is not listened to, or not yet, ends nothing; its end carries the cause', () => {
  const socket: WebSocket = Reflect.construct(WebSocket, [null, undefined, {}])
  const wire = wireOf(socket)
  expect(() => socket.emit('error', new Error('a frame that is not masked'))).not.toThrow()
  const ends: string[] = []
  wire.listen({ open() {}, message() {}, closed: (_code, reason) => void ends.push(reason) })
  socket.emit('close', 1006, Buffer.alloc(0))
  expect(ends).toEqual(['a frame that is not masked'])
})
