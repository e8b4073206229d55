import { runNodeHost } from '../../peripherals/host/node-host.ts'
import { peripheralKinds } from '../../peripherals/index.ts'

/** The device host of a standalone agent: a process that the app starts, with the line to its agent as the first message. */
process.parentPort.once('message', ({ ports }) => {
  const [line] = ports
  if (line === undefined) return process.exit(1)
  let isOpen = true
  line.on('close', () => {
    isOpen = false
  })
  runNodeHost(peripheralKinds, {
    isConnected: () => isOpen,
    send: message => line.postMessage(message),
    onMessage: run => void line.on('message', ({ data }) => run(data)),
    onGone: run => void line.on('close', run),
  })
  line.start()
})
