/** Reads a file as `fs.read` does; resolves to the number of bytes, 0 at its end. */
export type ReadFile = (fd: number, buffer: Uint8Array, offset: number, length: number) => Promise<number>

/** What `serialport`'s ports on Linux and macOS share (LinuxPortBinding, DarwinPortBinding). */
interface UnixPort {
  readonly fd: number | null
  readonly isOpen: boolean
  readonly poller: { once(event: 'readable', ready: (error: Error | null) => void): unknown }
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>
}

/**
 * Makes an unplugged port fail. The system then answers each read with 0 bytes, and `serialport` 13 reads again at
 * once, without end, until its memory is full (bindings-cpp#162, fixed by its open pull request #164). Windows' ports
 * are left as they are.
 * @param port as the binding opened it; its `read` is replaced
 */
export function failOnHangUp<Port extends object>(port: Port, readFile: ReadFile): Port {
  if (!isUnixPort(port)) return port
  const unix: UnixPort = port
  const readable = () =>
    new Promise<void>((resolve, reject) => {
      unix.poller.once('readable', error => (error === null ? resolve() : reject(error)))
    })
  const read: UnixPort['read'] = async (buffer, offset, length) => {
    for (;;) {
      const { fd } = unix
      if (!unix.isOpen || fd === null) throw cancelled()
      try {
        const bytesRead = await readFile(fd, buffer, offset, length)
        if (bytesRead > 0) return { buffer, bytesRead }
      } catch (error) {
        if (!isNotYet(error)) throw error
        if (!unix.isOpen) throw cancelled()
        await readable()
        continue
      }
      throw unix.isOpen ? new Error('the device is gone') : cancelled()
    }
  }
  Object.defineProperty(port, 'read', { value: read })
  return port
}

function isUnixPort(port: object): port is UnixPort & object {
  return 'poller' in port && 'fd' in port && 'isOpen' in port && 'read' in port
}

/** How the bindings mark a read that `close` ended; it does not mean that the port was lost. */
const cancelled = () => Object.assign(new Error('Port is not open'), { canceled: true })

const isNotYet = (error: unknown) =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'EAGAIN' || error.code === 'EWOULDBLOCK' || error.code === 'EINTR')
