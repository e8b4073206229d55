import { defineError, type TillbridgeError } from '../../shared/errors.ts'
import { type HubProof, signedHubKey } from '../../shared/protocol.ts'
import { isSignedBy, keyFingerprint } from '../../shared/signing.ts'
import type { World } from '../../shared/world.ts'
import { type Identity, readDeviceFile, writeDeviceFile } from './device-file.ts'

export const hubUnproven = defineError(
  'HUB_UNPROVEN',
  (f: { why: string }) =>
    `What answers at the hub's address did not prove that it is the hub: ${f.why}. Nothing is sent to it and nothing it says is done. Check the address, the network's name server and the proxy. If the hub has a new key, re-enrol this till.`,
)

/** The hub's public key as this device knows it. */
export interface HubPin {
  /** Whether a key is known yet. */
  isKnown(): boolean
  /**
   * Checks a hub's proof over `text`, and keeps the key: a first one, or the one that the known key passed its word to.
   * Null when it fits.
   */
  check(proof: HubProof | undefined, text: string): TillbridgeError | null
}

/** The pinned key, kept with `save`. */
export function hubPin(
  log: World['log'],
  { hub }: Pick<Identity, 'hub'>,
  save: (key: string) => void = () => {},
): HubPin {
  let pinned = hub.key
  return {
    isKnown: () => pinned !== undefined,
    check(proof, text) {
      if (proof === undefined)
        return pinned === undefined ? null : hubUnproven({ why: 'it did not sign its answer' })
      if (pinned !== undefined && !isPassedOn(hub.id, pinned, proof))
        return hubUnproven({ why: `its key ${keyFingerprint(proof.key)} is not the one this till knows` })
      if (!isSignedBy(proof.key, text, proof.signature))
        return hubUnproven({ why: 'its signature does not fit its answer' })
      if (proof.key === pinned) return null
      const facts = { key: keyFingerprint(proof.key), before: pinned && keyFingerprint(pinned) }
      log.warn(facts, 'from now on this till obeys only the hub with this key')
      pinned = proof.key
      save(proof.key)
      return null
    },
  }
}

/** Whether the known key is the proof's, or passed its word on to it, key by key. */
function isPassedOn(hub: string, known: string, { key, passed }: HubProof): boolean {
  let current = known
  for (let step = 0; current !== key; step += 1) {
    const next = passed.find(({ from }) => from === current)
    if (next === undefined || step === passed.length) return false
    if (!isSignedBy(current, signedHubKey(hub, next.to), next.signature)) return false
    current = next.to
  }
  return true
}

/** The pinned key in the device file at `path`, as long as that file is this device's. */
export function keptHubPin(world: Pick<World, 'files' | 'log'>, path: string, device: Identity): HubPin {
  return hubPin(world.log, device, key => {
    try {
      const stored = readDeviceFile(world.files, path)
      if (stored?.device !== device.device) return
      writeDeviceFile(world.files, path, { ...stored, hub: { ...stored.hub, key } })
    } catch (error) {
      // it is pinned for as long as the agent runs, and kept at the next contact: what can't be written stops no sale
      world.log.warn({ error }, "the hub's key could not be noted in the device file")
    }
  })
}
