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
  :root { color-scheme: light dark; --ink: #1f2421; --soft: #59605b; --paper: #fbfaf7; --card: #fff; --line: #cfcbc2; --accent: #1f5f4a; --on-accent: #fff; --warn: #8c2f1b; }
  @media (prefers-color-scheme: dark) { :root { --ink: #eceae4; --soft: #b3b9b4; --paper: #171a18; --card: #202421; --line: #4a504c; --accent: #8fd3b6; --on-accent: #10201a; --warn: #ffb4a2; } }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif; }
  header { border-bottom: 1px solid var(--line); background: var(--card); }
  nav { max-width: 70rem; margin: 0 auto; padding: .5rem 1.25rem; display: flex; gap: .25rem 1.25rem; flex-wrap: wrap; align-items: center; }
  nav a { padding: .5rem 0; text-decoration: none; } nav a[aria-current] { font-weight: 700; border-bottom: 3px solid var(--accent); }
  nav span { color: var(--soft); }
  main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
  h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; }
  h2 { font-size: 1.25rem; margin: 2.25rem 0 .75rem; } h3, .card > h2 { font-size: 1.0625rem; margin: 0 0 .5rem; }
  p { margin: .5rem 0; } .lead { margin: 0 0 1.5rem; color: var(--soft); max-width: 45rem; } small { color: var(--soft); }
  .card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; }
  .card .card { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 1rem 0 0; gap: .5rem; }
  .narrow { max-width: 42rem; }
  .stack { display: grid; gap: 1rem; }
  .grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); }
  .actions { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); align-items: start; }
  .product { padding: 0; overflow: hidden; display: flex; flex-direction: column; }
  .product img { width: 100%; height: auto; aspect-ratio: 6 / 5; object-fit: cover; display: block; }
  .product div { padding: .9rem 1rem 1rem; display: grid; gap: .5rem; }
  .variant { display: grid; grid-template-columns: 1fr 5rem; gap: .25rem .75rem; align-items: center; font-weight: 400; }
  .thumb { width: 3.5rem; height: 3.5rem; border-radius: .5rem; flex: none; background: var(--line); }
  .lines { list-style: none; padding: 0; margin: 0; display: grid; gap: .75rem; }
  .lines li { display: flex; gap: .9rem; align-items: center; } .lines li > :nth-child(2) { flex: 1; }
  fieldset { border: 0; padding: 0; margin: 0; display: grid; gap: .5rem; min-width: 0; }
  legend, label { font-weight: 600; padding: 0; }
  .choice { display: flex; gap: .75rem; align-items: flex-start; font-weight: 400; border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; }
  .choice:has(:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
  .choice input, .tick input { margin-top: .3rem; accent-color: var(--accent); inline-size: 1.1rem; block-size: 1.1rem; flex: none; }
  .tick { display: flex; gap: .6rem; font-weight: 400; }
  select, input:not([type=radio], [type=checkbox]) { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: .5rem; padding: .55rem .7rem; width: 100%; min-height: 2.75rem; font-weight: 400; }
  label > select, label > input { margin-top: .25rem; } label.count > input, label.variant > input, label.tick > input { margin-top: 0; }
  .pair { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); }
  .count { display: grid; grid-template-columns: 1fr 5rem; gap: .5rem; align-items: center; font-weight: 400; }
  button { font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .5rem; padding: .65rem 1.1rem; min-height: 2.75rem; cursor: pointer; }
  button.plain { background: transparent; color: var(--accent); }
  .buttons { display: flex; gap: .5rem; flex-wrap: wrap; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  a { color: var(--accent); }
  .problem { border-left: 4px solid var(--warn); color: var(--warn); padding: .5rem .9rem; margin: 0 0 1rem; }
  .done { border-left: 4px solid var(--accent); padding: .5rem .9rem; margin: 0 0 1rem; }
  .state { display: inline-block; background: var(--accent); color: var(--on-accent); border-radius: 2rem; padding: .25rem .9rem; font-weight: 600; margin: 0 .5rem .5rem 0; }
  .state.other { background: transparent; color: var(--ink); border: 1px solid var(--soft); }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 0; } dt { color: var(--soft); } dd { margin: 0; font-variant-numeric: tabular-nums; }
  .scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
  th, td { text-align: left; padding: .5rem .75rem; border-bottom: 1px solid var(--line); vertical-align: middle; } th { color: var(--soft); font-weight: 600; }
  td.number, th.number { text-align: right; }
  details > summary { cursor: pointer; font-weight: 600; padding: .4rem 0; }
`

/** Where a page belongs in the navigation. */
export type Place = 'shop' | 'orders' | 'stock'

const places: readonly (readonly [Place, string, string])[] = [
  ['shop', '/', 'Shop'],
  ['orders', '/staff', 'Orders'],
  ['stock', '/staff/stock', 'Stock'],
]

function link([place, path, name]: (typeof places)[number], here: Place): Markup {
  return html`<a href="${path}" ${place === here ? html`aria-current="page"` : ''}>${name}</a>`
}

/** A whole page. It needs no script. */
export function page(title: string, here: Place, body: Markup): string {
  const [shop, ...staff] = places
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header><nav aria-label="Pages"><span>Customer</span>${shop === undefined ? '' : link(shop, here)}<span>Shop staff</span>${staff.map(one => link(one, here))}</nav></header>
<main>${body}</main>
</body>
</html>
`.text
}
