/**
 * The check digit within in-store codes, over a price or weight of four or five digits.
 * Source: GS1 General Specifications, section 7.9.5 ff: digits weighted 2-, 3, 5+ and 5-.
 */
const twoMinus = [0, 2, 4, 6, 8, 9, 1, 3, 5, 7]
const three = [0, 3, 6, 9, 2, 5, 8, 1, 4, 7]
const fivePlus = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9]
const fiveMinus = [0, 5, 9, 4, 8, 3, 7, 2, 6, 1]
const fourDigits = [twoMinus, twoMinus, three, fiveMinus]
const fiveDigits = [fivePlus, twoMinus, fiveMinus, fivePlus, twoMinus]

/** @param digits four or five of them */
export function priceCheckDigit(digits: string): string {
  const weights = digits.length === 4 ? fourDigits : fiveDigits
  const sum = weights.reduce((total, weight, place) => total + (weight[Number(digits[place])] ?? 0), 0)
  if (digits.length === 4) return String((sum * 3) % 10)
  return String(fiveMinus.indexOf((10 - (sum % 10)) % 10))
}
