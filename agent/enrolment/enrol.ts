import { defineError } from '../../shared/errors.ts'
import { EnrolAnswer, EnrolRequest, RefusalBody, signedEnrolment } from '../../shared/protocol.ts'
import { newSigningKey } from '../../shared/signing.ts'
import type { Sockets, World } from '../../shared/world.ts'
import type { DeviceFile } from './device-file.ts'
import { demandSafeAddress } from './hub-address.ts'

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
 * @throws HUB_ADDRESS_UNSAFE before anything is sent, ENROL_REFUSED, HUB_UNREACHABLE
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
  const { device, hub, hubKey, store, storeName, till: tillName, zone } = EnrolAnswer.parse(answer)
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

async function post(sockets: Sockets, url: string, body: unknown): Promise<unknown> {
  let response: Response
  try {
    response = await sockets.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
    })
  } catch (cause) {
    throw hubUnreachable({ url }, cause)
  }
  const json: unknown = await response.json().catch((cause: unknown) => {
    throw hubUnreachable({ url }, cause) // a captive portal or proxy answered, not a hub
  })
  if (response.ok) return json
  const refusal = RefusalBody.safeParse(json)
  throw enrolRefused(
    refusal.success ? refusal.data : { code: `HTTP_${response.status}`, sentence: 'It gave no reason.' },
  )
}
