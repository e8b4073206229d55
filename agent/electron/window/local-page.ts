import type { DesktopWords } from '../desktop.messages.ts'

/** The app's own page is served under this scheme: no file of the disk is ever a page. */
export const LOCAL_SCHEME = 'tillbridge-desk'
export const LOCAL_PAGE = `${LOCAL_SCHEME}://page/`

export function isLocalPage(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, host } = new URL(url)
  return protocol === `${LOCAL_SCHEME}:` && host === 'page'
}

/** What the app's own page says while there is no till page to show. */
export type LocalState =
  | { readonly says: 'not-running'; readonly details: string | null }
  | { readonly says: 'starting' }
  | { readonly says: 'restarting'; readonly seconds: number; readonly why: string }
  | { readonly says: 'not-enrolled'; readonly details: string | null }

/** No script and nothing from outside: the preload listens to its buttons. */
export const localPageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

/** The app's own page as HTML. */
export function localPage(state: LocalState, t: DesktopWords, language: string): string {
  const { title, body } = contents(state, t)
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>Tillbridge</title><style>${STYLE}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>${body}<p id="answer" role="status"></p></main></body></html>
`
}

function contents(state: LocalState, t: DesktopWords): { title: string; body: string } {
  const calm = paragraph(t.notRunning)
  switch (state.says) {
    case 'starting':
      return { title: t.starting, body: calm }
    case 'restarting':
      return {
        title: t.notRunningTitle,
        body:
          paragraph(t.restarting(state.seconds, state.why)) +
          calm +
          button('start-agent', t.start, t.starting),
      }
    case 'not-running':
      return {
        title: t.notRunningTitle,
        body: calm + button('start-agent', t.start, t.starting) + detailsOf(state.details, t),
      }
    case 'not-enrolled':
      return {
        title: t.notEnrolledTitle,
        body: paragraph(t.notEnrolled) + enrolForm(t) + detailsOf(state.details, t),
      }
  }
}

const paragraph = (text: string) => `<p>${escapeHtml(text)}</p>`
/** `does`: the channel that the preload calls; `waiting`: what is said meanwhile. */
const button = (does: string, label: string, waiting: string) =>
  `<button type="button" data-does="${does}" data-waiting="${escapeHtml(waiting)}">${escapeHtml(label)}</button>`
const detailsOf = (details: string | null, t: DesktopWords) =>
  details === null
    ? ''
    : `<details><summary>${escapeHtml(t.details)}</summary><p>${escapeHtml(details)}</p></details>`
const enrolForm = (t: DesktopWords) => `<form data-does="enrol" data-waiting="${escapeHtml(t.enrolling)}">
<label>${escapeHtml(t.hub)}<input name="hub" type="url" required placeholder="https://"></label>
<label>${escapeHtml(t.code)}<input name="code" required autocomplete="off" spellcheck="false"></label>
<button>${escapeHtml(t.enrol)}</button></form>`

const special: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, sign => special[sign] ?? '')

const STYLE = `
:root { color-scheme: light dark; font: 18px/1.5 system-ui, sans-serif; --text: #212529; --paper: #fff; --line: #adb5bd; --accent: #3b5bdb }
@media (prefers-color-scheme: dark) { :root { --text: #f1f3f5; --paper: #1a1b1e; --line: #5c5f66 } }
body { margin: 0; background: var(--paper); color: var(--text); display: grid; place-items: center; min-height: 100vh }
main { max-width: 36rem; padding: 24px }
h1 { font-size: 28px; line-height: 1.25; margin: 0 0 16px }
button, input { font: inherit; min-height: 56px; border-radius: 8px; box-sizing: border-box }
button { border: 0; padding: 0 24px; background: var(--accent); color: #fff; font-weight: 600; cursor: pointer }
button:disabled { opacity: .6 }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
label { display: block; margin: 0 0 16px }
input { display: block; width: 100%; padding: 0 12px; border: 1px solid var(--line); background: transparent; color: inherit }
details { margin-top: 24px; font-size: 14px; overflow-wrap: anywhere }`
