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
