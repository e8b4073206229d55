/** HTML that is already escaped. Only `html` makes it. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = string | number | Markup | readonly (string | number | Markup)[]

/** A template whose values are escaped, each of them, unless they are markup themselves. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const text = strings.reduce((done, piece, index) => done + piece + rendered(parts[index]), '')
  return new Markup(text)
}

function rendered(part: Part | undefined): string {
  if (part === undefined) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return part.map(rendered).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, sign => entities[sign] ?? sign)
}

const style = `
  :root { color-scheme: light dark; --ink: #1f2421; --paper: #fbfaf7; --card: #fff; --line: #cfcbc2; --accent: #1f5f4a; --on-accent: #fff; --warn: #8c2f1b; }
  @media (prefers-color-scheme: dark) { :root { --ink: #eceae4; --paper: #171a18; --card: #202421; --line: #4a504c; --accent: #8fd3b6; --on-accent: #10201a; --warn: #ffb4a2; } }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif; }
  main { max-width: 38rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
  h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; }
  h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
  .lead { margin: 0 0 1.5rem; }
  form { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; display: grid; gap: 1rem; }
  fieldset { border: 0; padding: 0; margin: 0; display: grid; gap: .5rem; }
  legend, label { font-weight: 600; padding: 0; }
  .choice { display: flex; gap: .75rem; align-items: flex-start; font-weight: 400; border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; }
  .choice input { margin-top: .3rem; accent-color: var(--accent); inline-size: 1.1rem; block-size: 1.1rem; }
  select, input:not([type=radio]) { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .7rem; width: 100%; margin-top: .25rem; }
  .pair { display: grid; gap: 1rem; grid-template-columns: 8rem 1fr; }
  @media (max-width: 30rem) { .pair { grid-template-columns: 1fr; } }
  button { font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: .5rem; padding: .8rem 1.25rem; cursor: pointer; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  a { color: var(--accent); }
  .problem { border-left: 4px solid var(--warn); color: var(--warn); padding: .5rem .9rem; }
  .state { display: inline-block; background: var(--accent); color: var(--on-accent); border-radius: 2rem; padding: .25rem .9rem; font-weight: 600; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .5rem 1rem; } dt { font-weight: 600; } dd { margin: 0; }
  .orders { padding-left: 1.1rem; }
`

/** A whole page. It needs no script. */
export function page(title: string, body: Markup): string {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body><main>${body}</main></body>
</html>
`.text
}
