/** Which keys of millions were seen, in 12 bytes each. */
export interface SeenKeys {
  /** @returns whether it is new. Two keys may be taken for one, once in thousands of files. */
  add(key: string): boolean
}

/** @param most keys that may come */
export function seenKeys(most: number): SeenKeys {
  const size = Math.ceil(1.5 * most) + 16
  const slots = new Float64Array(size)
  return {
    add(key) {
      const hash = hashOf(key)
      let slot = hash % size
      while (slots[slot] !== 0) {
        if (slots[slot] === hash) return false
        slot = (slot + 1) % size
      }
      slots[slot] = hash
      return true
    },
  }
}

/** 52 bits of two runs of FNV-1a, and never 0, which is a free slot. */
function hashOf(key: string): number {
  let low = 0x811c9dc5
  let high = 0x050c5d1f
  for (let index = 0; index < key.length; index += 1) {
    const code = key.charCodeAt(index)
    low = Math.imul(low ^ code, 0x01000193)
    high = Math.imul(high ^ code, 0x01000193) ^ (low >>> 15)
  }
  return (high & 0x000fffff) * 0x100000000 + (low >>> 0) + 1
}
