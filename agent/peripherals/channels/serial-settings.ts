import { z } from 'zod'

/** Settings of a serial port as `agent.json` holds them. The defaults are what scanners leave the factory with. */
export const serialSettings = {
  /** `/dev/ttyUSB0`, better a name of /dev/serial/by-id; `COM3` on Windows. */
  path: z.string().min(1).max(1_024),
  baudRate: z.int().min(50).max(4_000_000).default(9_600),
  dataBits: z.union([z.literal(7), z.literal(8)]).default(8),
  parity: z.enum(['none', 'even', 'odd']).default('none'),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
  flowControl: z.enum(['none', 'hardware', 'software']).default('none'),
}
