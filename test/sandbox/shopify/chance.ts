import type { Random } from '../../../shared/world.ts'

/** Where the shop's ids and its form token come from. */
export type Chance = Pick<Random, 'bytes'>

/** A version 4 UUID of these bytes, so that a seeded run repeats to the letter. */
export function uuid(chance: Chance): string {
  const bytes = Buffer.from(chance.bytes(16))
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
