/** What decides whether this is the only desktop app of the user (part of Electron's `app`). */
export interface InstanceApp {
  requestSingleInstanceLock(): boolean
  on(event: 'second-instance', run: (event: unknown, argv: string[]) => void): unknown
}

/**
 * Keeps one desktop app a user. A second start hands its arguments to the first, which shows its window.
 * @returns whether this one may go on; otherwise it has to end
 */
export function keepSingleInstance(app: InstanceApp, again: (argv: readonly string[]) => void): boolean {
  if (!app.requestSingleInstanceLock()) return false
  app.on('second-instance', (_event, argv) => again(argv))
  return true
}
