import { createServer } from 'node:net'

/** A printer that sends back whatever it is sent; its first line is its port. */
const server = createServer({ noDelay: true }, socket => {
  socket.on('data', bytes => socket.write(bytes))
  socket.on('error', () => socket.destroy())
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(typeof address === 'object' && address !== null ? address.port : '')
})
