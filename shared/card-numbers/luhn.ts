/**
 * Answers for any stretch of the digits, `from` to `to` (exclusive), whether its check digit is right. One pass first; each
 * answer then takes two look-ups.
 */
export function luhnSums(digits: readonly number[]): (from: number, to: number) => boolean {
  // sums of all digits before i, with those at odd or at even places doubled
  const oddDoubled = new Uint32Array(digits.length + 1)
  const evenDoubled = new Uint32Array(digits.length + 1)
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits[i] ?? 0
    const doubled = digit > 4 ? digit * 2 - 9 : digit * 2
    oddDoubled[i + 1] = (oddDoubled[i] ?? 0) + (i % 2 === 1 ? doubled : digit)
    evenDoubled[i + 1] = (evenDoubled[i] ?? 0) + (i % 2 === 0 ? doubled : digit)
  }
  return (from, to) => {
    const sums = to % 2 === 0 ? evenDoubled : oddDoubled // the check digit, at to - 1, is not doubled
    return ((sums[to] ?? 0) - (sums[from] ?? 0)) % 10 === 0
  }
}

/** The check digit of ISO/IEC 7812-1, annex B, over digits 0 to 9. */
export function isLuhnValid(digits: readonly number[]): boolean {
  let sum = 0
  for (let place = 0; place < digits.length; place += 1) {
    const digit = digits[digits.length - 1 - place] ?? 0
    const doubled = place % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
