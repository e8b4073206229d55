import { forkHost } from '../../agent/peripherals/host/fork-host.ts'

/** A parent of a real device host, to be killed: says when the host answers, then waits. */
const host = forkHost()
host.listen({ message: () => process.stdout.write('up\n'), ended: why => process.stdout.write(`${why}\n`) })
host.send({ is: 'configure', peripherals: [] })
host.send({ is: 'ping' })
setInterval(() => host.send({ is: 'ping' }), 60_000)
