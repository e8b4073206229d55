import { defineError } from '../../shared/errors.ts'

export const serviceNotStarted = defineError(
  'SERVICE_NOT_STARTED',
  (f: { why: string }) => `The system did not start the Tillbridge service (${f.why}).`,
)

/** How each system is told to start the service; the packages install it under these names. */
export const serviceStarts: Readonly<Record<string, readonly [program: string, ...arguments_: string[]]>> = {
  linux: ['systemctl', 'start', 'tillbridge-agent.service'],
  win32: ['sc.exe', 'start', 'TillbridgeAgent'],
  darwin: ['launchctl', 'kickstart', 'system/com.tillbridge.agent'],
}

/** Runs a program to its end; rejects unless it ends with 0. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<unknown>

/** Asks the system to start the agent's service. The system may ask for an administrator. @throws SERVICE_NOT_STARTED */
export async function startService(platform: string, run: RunProgram): Promise<void> {
  const command = serviceStarts[platform]
  if (command === undefined) throw serviceNotStarted({ why: `no service on ${platform}` })
  const [program, ...args] = command
  try {
    await run(program, args)
  } catch (cause) {
    throw serviceNotStarted({ why: cause instanceof Error ? cause.message : String(cause) }, cause)
  }
}
