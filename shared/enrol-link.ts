/** The scheme of links that open the desktop app. */
export const LINK_SCHEME = 'tillbridge'

/** The link that enrols one till: opened by the desktop app, or scanned where `tillbridge-agent enrol` asks for the code. */
export const enrolLink = ({ hub, code }: { readonly hub: string; readonly code: string }): string =>
  `${LINK_SCHEME}://enrol?${new URLSearchParams({ hub, code })}`
