import { z } from 'zod'

/** The header by which a till page proves that it holds the key that its link handed over. */
export const PAGE_HEADER = 'x-tillbridge-page'

/** A request as a till page signs it. */
export interface PageRequest {
  /** Host and port as the page's address has them. */
  readonly host: string
  /** The life of the agent that is asked; what was signed for one life is worth nothing in another. */
  readonly run: string
  /** Drawn for this request. */
  readonly nonce: string
  readonly method: string
  /** Without its query. */
  readonly path: string
  readonly body: string
}

/** The text that is signed: HMAC-SHA256 with the page's key. */
export function signedPageRequest({ host, run, nonce, method, path, body }: PageRequest): string {
  return ['tillbridge page 1', host, run, nonce, method, path, body].join('\n')
}

/** What of it the header carries: `page.run.nonce.mac`. */
export const PageProof = z
  .string()
  .max(300)
  .regex(/^[\w-]+\.[\w-]+\.[\w-]{16,64}\.[\w-]{43}$/)
  .transform(text => {
    const [page = '', run = '', nonce = '', mac = ''] = text.split('.')
    return { page, run, nonce, mac }
  })
