import type { z } from 'zod'
import { defineError } from '../../shared/errors.ts'
import { EnrolAnswer, EnrolRequest, RefusalBody, signedEnrolment } from '../../shared/protocol.ts'
import { newSigningKey } from '../../shared/signing.ts'
import type { Sockets, World } from '../../shared/world.ts'
import type { DeviceFile } from './device-file.ts'
import { demandSafeAddress } from './hub-address.ts'
import { hubFault, otherAnswer } from './hub-fault.ts'

export const enrolRefused = defineError(
  'ENROL_REFUSED',
  (f: { code: string; sentence: string }) => `The hub did not enrol this till: ${f.sentence}`,
)
export const hubUnreachable = defineError(
  'HUB_UNREACHABLE',
  (f: { url: string }) => `No hub answers at ${f.url}. Check the address and the network, then try again.`,
)

/**
 * Enrols this agent: draws a key pair, proves to the hub that it holds the private half, and gives back what the
 * device file must keep. A code works once.
 * @param hubUrl the hub's http(s) address
 * @throws HUB_ADDRESS_UNSAFE before anything is sent, ENROL_REFUSED, HUB_UNREACHABLE, HUB_CERTIFICATE_REFUSED, HUB_IS_OTHER, HUB_PROXY_REFUSED, HUB_PROXY_UNREACHABLE
 */
export async function enrolTill(
  world: Pick<World, 'sockets' | 'random' | 'clock'>,
  hubUrl: string,
  code: string,
  till: string | null,
): Promise<DeviceFile> {
  if (!URL.canParse('/enrol', hubUrl)) throw hubUnreachable({ url: hubUrl })
  demandSafeAddress(hubUrl)
  const key = newSigningKey(world.random)
  const oneCode = code.trim().toUpperCase()
  const request = EnrolRequest.parse({
    code: oneCode,
    publicKey: key.publicKey,
    proof: key.sign(signedEnrolment(oneCode, key.publicKey)),
    till,
  })
  const answer = await post(world.sockets, new URL('/enrol', hubUrl).href, request)
  const { device, hub, hubKey, store, storeName, till: tillName, zone } = answer
  return {
    device,
    store,
    storeName,
    zone,
    till: tillName,
    hub: { id: hub, url: hubUrl, ...(hubKey === undefined ? {} : { key: hubKey }) },
    privateKey: key.privateKey,
    enrolledAt: world.clock.now(),
  }
}

async function post(sockets: Sockets, url: string, body: unknown): Promise<z.infer<typeof EnrolAnswer>> {
  let response: Response
  try {
    response = await sockets.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'manual',
    })
  } catch (cause) {
    throw (
      hubFault(url, cause, { proxy: sockets.proxy ?? null, isEnrolled: false }) ??
      hubUnreachable({ url }, cause)
    )
  }
  const json: unknown = await response.json().catch((cause: unknown) => {
    throw otherAnswer(url, response.status, false) ?? hubUnreachable({ url }, cause)
  })
  const { status } = response
  const given = response.ok ? EnrolAnswer.safeParse(json).data : undefined
  if (given !== undefined) return given
  const refusal = RefusalBody.safeParse(json)
  if (refusal.success) throw enrolRefused(refusal.data)
  throw otherAnswer(url, status, false) ?? hubUnreachable({ url }) // it is starting or busy, or its proxy lacks it
}
