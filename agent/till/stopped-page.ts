import { describeError } from '../../shared/errors.ts'
import { pageHeaders } from '../../shared/http-security.ts'
import type { World } from '../../shared/world.ts'
import { openTillPort } from './till-port.ts'

/**
 * What this PC's browser gets while the agent can't use its journal: the reason, and that nothing is kept. Without
 * a port it says nothing.
 */
export async function serveStopped(
  world: Pick<World, 'sockets' | 'log'>,
  port: number,
  reason: unknown,
): Promise<AsyncDisposable> {
  try {
    const open = await openTillPort(world, port)
    const said = describeError(reason)
    open.serve({
      request(request, response) {
        request.resume()
        const isPage = request.headers.accept?.includes('text/html') === true
        response.writeHead(503, {
          ...pageHeaders,
          'retry-after': '5',
          'content-type': isPage ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
        })
        response.end(isPage ? pageOf(said.sentence) : JSON.stringify(said))
      },
      upgrade: () => null,
    })
    return open
  } catch (error) {
    world.log.warn({ ...describeError(error) }, 'the till page can’t say why the agent does not run')
    return { async [Symbol.asyncDispose]() {} }
  }
}

const special: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** The page itself, and with it the language that staff chose, is not served now: each is said. */
const words = [
  {
    lang: 'en',
    what: 'Tillbridge can’t keep sales at the moment',
    who: 'Call IT. This page tries again every ten seconds.',
  },
  {
    lang: 'de',
    what: 'Tillbridge kann derzeit keine Verkäufe speichern',
    who: 'IT anrufen. Diese Seite versucht es alle zehn Sekunden erneut.',
  },
  {
    lang: 'fr',
    what: 'Tillbridge ne peut pas enregistrer les ventes pour le moment',
    who: 'Appelez le service informatique. Cette page réessaie toutes les dix secondes.',
  },
  {
    lang: 'es',
    what: 'Tillbridge no puede guardar las ventas en este momento',
    who: 'Llama a informática. Esta página lo intenta de nuevo cada diez segundos.',
  },
] as const

function pageOf(sentence: string): string {
  const safe = sentence.replace(/[&<>"]/g, sign => special[sign] ?? '')
  const said = words.map(
    ({ lang, what, who }) => `<section lang="${lang}"><h1>${what}</h1><p>${who}</p></section>`,
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="10"><title>Tillbridge</title></head>
<body>${said.join('\n')}<p>${safe}</p></body></html>
`
}
