import { peripheralKinds } from '../index.ts'
import { runNodeHost } from './node-host.ts'

/** The device host's entry: a process that `fork-host.ts` starts. In the packed package: bin/tillbridge-device-host.mjs. */
runNodeHost(peripheralKinds)
