import type { WebSocket } from 'ws'
import type { Wire } from './world.ts'

/** A `ws` socket, of either side, as a Wire. Binary frames are refused: the protocol is text. */
export function wireOf(socket: WebSocket): Wire {
  let cause = ''
  // from the first moment on, also of a socket that is never listened to: an error without a listener ends the process
  socket.on('error', error => {
    // 'close' always follows and carries it on
    cause = 'code' in error ? `${error.code}: ${error.message}` : error.message
  })
  return {
    send: message => socket.send(message),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    listen(handlers) {
      socket.on('open', () => handlers.open())
      socket.on('message', (data, isBinary) => {
        if (isBinary) socket.close(1003, 'text frames only')
        else handlers.message(data.toString())
      })
      socket.on('close', (code, reason) => handlers.closed(code, reason.toString() || cause))
    },
  }
}
