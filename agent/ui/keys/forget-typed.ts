/** Empties the search field that a scanner in keyboard mode has just typed a badge into: its code is a secret. */
export function forgetTyped(text: string): void {
  const field = document.activeElement
  if (!(field instanceof HTMLInputElement) || field.type !== 'search') return
  if (!field.value.toUpperCase().includes(text.trim().toUpperCase())) return
  field.setRangeText('', 0, field.value.length)
  field.dispatchEvent(new Event('input', { bubbles: true }))
}
