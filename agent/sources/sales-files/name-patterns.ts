/** Whether a name is as the pattern says, upper and lower case alike: `*` is any characters, `?` is one. */
export function isNamed(name: string, pattern: string): boolean {
  const text = name.toLowerCase()
  const like = pattern.toLowerCase()
  let at = 0
  let place = 0
  let star = -1
  let starAt = 0
  while (at < text.length) {
    if (like[place] === '*') {
      star = place
      starAt = at
      place += 1
    } else if (like[place] === '?' || like[place] === text[at]) {
      at += 1
      place += 1
    } else if (star >= 0) {
      // the last star takes one character more
      starAt += 1
      at = starAt
      place = star + 1
    } else return false
  }
  return [...like.slice(place)].every(each => each === '*')
}

/** Whether some name is as both patterns say. */
export function canMatchOne(first: string, second: string): boolean {
  const [one, other] = [first.toLowerCase(), second.toLowerCase()]
  const known = new Map<string, boolean>()
  /** From these places of both on. */
  function meet(at: number, place: number): boolean {
    const key = `${at} ${place}`
    const found = known.get(key) ?? met(at, place)
    known.set(key, found)
    return found
  }
  function met(at: number, place: number): boolean {
    const [here, there] = [one[at], other[place]]
    if (here === undefined && there === undefined) return true
    if (here === '*') return meet(at + 1, place) || (there !== undefined && meet(at, place + 1))
    if (there === '*') return meet(at, place + 1) || (here !== undefined && meet(at + 1, place))
    if (here === undefined || there === undefined) return false
    return (here === there || here === '?' || there === '?') && meet(at + 1, place + 1)
  }
  return meet(0, 0)
}
