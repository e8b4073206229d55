import type { z } from 'zod'
import { defineError, TillbridgeError } from '../../shared/errors.ts'
import { EnrolAnswer, EnrolRequest, RefusalBody, signedEnrolment } from '../../shared/protocol.ts'
import { wordsOfFailure } from '../../shared/proxy-fault.ts'
import { newSigningKey } from '../../shared/signing.ts'
import type { World } from '../../shared/world.ts'
import type { DeviceFile } from './device-file.ts'
import { demandSafeAddress } from './hub-address.ts'
import { hubFault, otherAnswer } from './hub-fault.ts'

export const enrolRefused = defineError(
  'ENROL_REFUSED',
  (f: { code: string; sentence: string }) => `The hub did not enrol this till: ${f.sentence}`,
)
export const hubUnreachable = defineError(
  'HUB_UNREACHABLE',
  (f: { url: string; why: string }) => `No hub answers at ${f.url}: ${f.why}`,
)
export const hubAddressWrong = defineError(
  'HUB_ADDRESS_WRONG',
  (f: { url: string }) => `“${f.url}” is not the address of a hub. Write it as in https://hub.example.com.`,
)
export const hubNoAnswer = defineError(
  'HUB_NO_ANSWER',
  (f: { host: string; proxy: string | null; seconds: number }) =>
    `${f.proxy === null ? `${f.host} gave no answer` : `No answer of ${f.host} came through the proxy ${f.proxy}`} within ${f.seconds} s. Check ${f.proxy === null ? '' : 'the proxy and '}the firewall, then try again; if the code is then refused as used, take a new one.`,
)

/** Long enough for a hub that is busy with many tills. */
const ANSWER_MS = 30_000

/**
 * Enrols this agent: draws a key pair, proves to the hub that it holds the private half, and gives back what the
 * device file must keep. A code works once.
 * @param hubUrl the hub's http(s) address; of a path in it nothing is used or kept
 * @throws HUB_ADDRESS_WRONG, HUB_ADDRESS_UNSAFE before anything is sent, ENROL_REFUSED, HUB_UNREACHABLE, HUB_NO_ANSWER, HUB_CERTIFICATE_REFUSED, HUB_IS_OTHER, HUB_PROXY_REFUSED, HUB_PROXY_UNREACHABLE
 */
export async function enrolTill(
  world: Pick<World, 'sockets' | 'random' | 'clock' | 'timers'>,
  hubUrl: string,
  code: string,
  till: string | null,
): Promise<DeviceFile> {
  if (!URL.canParse('/enrol', hubUrl)) throw hubAddressWrong({ url: hubUrl })
  demandSafeAddress(hubUrl)
  const { origin } = new URL(hubUrl)
  const key = newSigningKey(world.random)
  const oneCode = code.trim().toUpperCase()
  const request = EnrolRequest.parse({
    code: oneCode,
    publicKey: key.publicKey,
    proof: key.sign(signedEnrolment(oneCode, key.publicKey)),
    till,
  })
  const answer = await post(world, origin, request)
  const { device, hub, hubKey, store, storeName, till: tillName, zone } = answer
  return {
    device,
    store,
    storeName,
    zone,
    till: tillName,
    hub: { id: hub, url: origin, ...(hubKey === undefined ? {} : { key: hubKey }) },
    privateKey: key.privateKey,
    enrolledAt: world.clock.now(),
  }
}

async function post(
  { sockets, timers }: Pick<World, 'sockets' | 'timers'>,
  hub: string,
  body: unknown,
): Promise<z.infer<typeof EnrolAnswer>> {
  const proxy = sockets.proxy ?? null
  const late = new AbortController()
  const cancel = timers.after(ANSWER_MS, () => late.abort())
  const noAnswer = () => {
    const { host } = new URL(hub)
    return hubNoAnswer({ host, proxy: proxy?.shown() ?? null, seconds: ANSWER_MS / 1_000 })
  }
  try {
    const response = await sockets.fetch(`${hub}/enrol`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: late.signal,
    })
    return answerIn(hub, response.status, response.ok, await response.text())
  } catch (cause) {
    if (late.signal.aborted) throw noAnswer()
    if (cause instanceof TillbridgeError) throw cause
    throw (
      hubFault(hub, cause, { proxy, isEnrolled: false }) ??
      hubUnreachable({ url: hub, why: whyUnreached(cause) }, cause)
    )
  } finally {
    cancel()
  }
}

function answerIn(hub: string, status: number, isOk: boolean, text: string): z.infer<typeof EnrolAnswer> {
  const json = asJson(text)
  const given = isOk ? EnrolAnswer.safeParse(json).data : undefined
  if (given !== undefined) return given
  const refusal = RefusalBody.safeParse(json)
  if (refusal.success) throw enrolRefused(refusal.data)
  const why = `what answers there says ${status}: the hub is starting, is busy, or is away behind its proxy. Try again in a minute.`
  throw otherAnswer(hub, status, false) ?? hubUnreachable({ url: hub, why })
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a page of something else
  }
}

/** What a failure to connect says, in words that tell whom to ask. */
const reasons: readonly (readonly [codes: RegExp, why: string])[] = [
  [
    /\b(ENOTFOUND|EAI_AGAIN)\b/,
    'this PC finds no such name. Check how the address is written, and the DNS of this network.',
  ],
  [
    /\bECONNREFUSED\b/,
    'the machine is there, and nothing takes calls at this port. Check the port, and whether the hub and its proxy run.',
  ],
  [
    /\b(EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)\b/,
    'no way leads there. Check this PC’s network and the firewall.',
  ],
  [
    /\bProxy response \(50[234]\)/,
    'the proxy of this network lets the till through and reaches no hub. Check whether the hub runs.',
  ],
]

function whyUnreached(cause: unknown): string {
  const text = wordsOfFailure(cause)
  const found = reasons.find(([codes]) => codes.test(text))
  return found?.[1] ?? 'the connection broke. Check the address and the network, then try again.'
}
