import { z } from 'zod'
import { LINK_SCHEME } from '../../shared/enrol-link.ts'
import { unsafeAddress } from './hub-address.ts'

/** An enrolment as a link or the app's own page asks for it. */
export const EnrolmentAsked = z.strictObject({
  hub: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .refine(hub => unsafeAddress(hub) === null, 'the address must begin with https://')
    .refine(hub => URL.canParse(hub) && new URL(hub).username === '', 'the address must not hold a name'),
  code: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/, 'the code has letters, digits and dashes')
    .min(8)
    .max(64),
})
export type EnrolmentAsked = z.infer<typeof EnrolmentAsked>

/** `tillbridge://enrol?hub=…&code=…`, and nothing beside it. Null for anything else: any page can make such a link. */
export function readEnrolLink(link: string): EnrolmentAsked | null {
  if (link.length > 1_000 || !URL.canParse(link)) return null
  const { protocol, host, pathname, searchParams, hash } = new URL(link)
  if (protocol !== `${LINK_SCHEME}:` || host !== 'enrol' || !/^\/?$/.test(pathname) || hash !== '')
    return null
  const pairs = [...searchParams]
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) return null
  const asked = EnrolmentAsked.safeParse(Object.fromEntries(pairs))
  return asked.success ? asked.data : null
}
