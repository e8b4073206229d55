import { connect, createServer } from 'node:net'

/** The least that can stand in between: two sockets, piped. Its first line is its own port. */
const server = createServer({ noDelay: true }, socket => {
  const printer = connect({ port: Number(process.argv[2]), host: '127.0.0.1', noDelay: true })
  socket.on('error', () => printer.destroy()).pipe(printer)
  printer.on('error', () => socket.destroy()).pipe(socket)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(typeof address === 'object' && address !== null ? address.port : '')
})
