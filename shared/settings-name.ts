/** The code of a till whose own agent.json lets the hub set nothing. */
export const TAKES_NONE = 'REMOTE_SETTINGS_OFF'

/** The versions that a name is made of, with their attempts. */
export function versionsNamed(
  name: string,
): readonly { readonly version: number; readonly attempt: number }[] {
  return [...name.matchAll(/(?:^|\+)(\d{1,15})(?:#(\d{1,6}))?(?=[+-])/g)].map(
    ([, version, attempt = '1']) => ({
      version: Number(version),
      attempt: Number(attempt),
    }),
  )
}
