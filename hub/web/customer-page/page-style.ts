/** How a customer's page looks: for phones first, light and dark, with a focus ring that is always visible. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1b1d22; --dim: #4d525c; --page: #f6f7f9; --card: #ffffff; --line: #7a808c; --accent: #3b4fc4; --on-accent: #ffffff; --wrong: #a61b1b; }
@media (prefers-color-scheme: dark) {
:root { --ink: #e9ebef; --dim: #b4bac6; --page: #16181c; --card: #212429; --line: #8b919d; --accent: #a9b5ff; --on-accent: #14161a; --wrong: #ff9d9d; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 16px; background: var(--page); color: var(--ink); font: 1.125rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 640px; margin: 0 auto; padding: 24px; background: var(--card); border-radius: 8px; }
h1 { margin: 0 0 16px; font-size: 1.75rem; line-height: 1.25; }
h2, legend { padding: 0; font-size: 1.125rem; font-weight: 700; }
h2 { margin: 16px 0 8px; }
p { margin: 0 0 16px; }
ul { margin: 0 0 16px; padding-inline-start: 24px; }
fieldset { margin: 0 0 16px; padding: 0; border: 0; min-width: 0; }
legend { margin-bottom: 8px; }
.option { display: flex; gap: 12px; align-items: flex-start; min-height: 56px; margin-bottom: 8px; padding: 14px 16px; border: 2px solid var(--line); border-radius: 8px; cursor: pointer; }
.option:has(:checked) { border-color: var(--accent); }
.option input { flex: none; width: 24px; height: 24px; margin: 1px 0 0; accent-color: var(--accent); }
.option strong, .means { display: block; }
.means { color: var(--dim); }
form button { width: 100%; min-height: 56px; padding: 12px 24px; border: 0; border-radius: 8px; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 700; cursor: pointer; }
.problem { color: var(--wrong); font-weight: 700; }
nav { display: flex; flex-wrap: wrap; gap: 4px; max-width: 640px; margin: 16px auto 0; }
nav > * { display: inline-flex; align-items: center; min-height: 44px; padding: 0 8px; color: var(--ink); }
nav > span { font-weight: 700; }
nav > button { border: 0; background: none; font: inherit; text-decoration: underline; cursor: pointer; }
:focus-visible, .option:focus-within { outline: 3px solid var(--accent); outline-offset: 3px; }
.option input:focus-visible { outline: none; }
@media (forced-colors: active) { .option:has(:checked) { border-width: 4px; } }
`
