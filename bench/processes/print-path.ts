import { tcpChannels } from '../../agent/peripherals/channels/tcp.ts'
import { printPath } from '../../agent/peripherals/printers/print-path.ts'
import { quietWorld } from '../data/quiet-world.ts'

/** A print path to the printer on the port that is its argument; its first line is its own port. */
const { clock, timers } = quietWorld()
const none = () => Promise.reject(new Error('not in this bench'))
const tcp = tcpChannels(timers)
const to = { by: 'tcp', host: '127.0.0.1', port: Number(process.argv[2]) }
printPath.configure({ from: { by: 'tcp', port: 0 }, to, answers: false })({
  clock,
  timers,
  say() {},
  channels: {
    ...tcp,
    serial: none,
    usbPrinter: none,
    usbHid: none,
    async tcpServer(settings) {
      const server = await tcp.tcpServer(settings)
      console.log(server.port)
      return server
    },
  },
})
