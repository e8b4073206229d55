import { createHmac, randomBytes } from 'node:crypto'
import { PAGE_HEADER, type PageRequest, signedPageRequest } from '../shared/page-proof.ts'

/** What a browser keeps of the answer to the till page's link, and how the page signs with it. */
export function openedPage(door: { readonly headers: { get(name: string): string | null } }) {
  const cookie = (door.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? ''
  const held = new URLSearchParams((door.headers.get('location') ?? '').split('#')[1] ?? '')
  const page = held.get('page') ?? ''
  const key = Buffer.from(held.get('key') ?? '', 'base64url')
  const proof = (asked: PageRequest) =>
    `${page}.${asked.run}.${asked.nonce}.${createHmac('sha256', key).update(signedPageRequest(asked)).digest('base64url')}`
  return {
    page,
    cookie,
    proof,
    /** The headers of one request. */
    headers: (asked: Omit<PageRequest, 'nonce'>) => ({
      cookie,
      [PAGE_HEADER]: proof({ ...asked, nonce: randomBytes(18).toString('base64url') }),
    }),
  }
}
