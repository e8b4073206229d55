import { ipcRenderer } from 'electron'
import { channelNames, channelOf } from './channel-names.ts'

/**
 * Runs before every page of the window, in a world that pages can't reach, and gives no page anything. On the app's own
 * page it passes on what the buttons and the form ask for; on the till page it does nothing.
 */
if (location.protocol === 'tillbridge-desk:') addEventListener('DOMContentLoaded', listenToPage)

function listenToPage(): void {
  for (const button of document.querySelectorAll('button[data-does]'))
    button.addEventListener('click', () => void ask(button, undefined))
  for (const form of document.querySelectorAll('form'))
    form.addEventListener('submit', event => {
      event.preventDefault()
      void ask(form, Object.fromEntries(new FormData(form)))
    })
}

async function ask(of: Element, body: unknown): Promise<void> {
  const does = channelNames.find(name => name === of.getAttribute('data-does'))
  const line = document.getElementById('answer')
  if (does === undefined || line === null) return
  line.textContent = of.getAttribute('data-waiting')
  try {
    const { words } = (await ipcRenderer.invoke(channelOf(does), body)) as { words: string | null }
    if (words !== null) line.textContent = words
  } catch (error) {
    line.textContent = String(error)
  }
}
