/**
 * Who issues cards under which first digits (IIN) and with how many digits, by ISO/IEC 7812 and the schemes' own
 * published ranges.
 */
interface IssuerRange {
  readonly from: number
  readonly to: number
  /** Of the whole number. */
  readonly lengths: readonly number[]
}

/** The first four digits, from and to. */
const ranges: readonly IssuerRange[] = [
  { from: 1800, to: 1800, lengths: [15] }, // JCB, former
  { from: 2131, to: 2131, lengths: [15] }, // JCB, former
  { from: 2200, to: 2205, lengths: [16, 17, 18, 19] }, // Mir, BORICA
  { from: 2221, to: 2720, lengths: [16] }, // Mastercard
  { from: 3000, to: 3099, lengths: [14, 16, 17, 18, 19] }, // Diners Club
  { from: 3400, to: 3499, lengths: [15] }, // American Express
  { from: 3500, to: 3599, lengths: [16, 17, 18, 19] }, // JCB, RuPay
  { from: 3600, to: 3699, lengths: [14, 15, 16, 17, 18, 19] }, // Diners Club
  { from: 3700, to: 3799, lengths: [15] }, // American Express
  { from: 3800, to: 3999, lengths: [14, 16, 17, 18, 19] }, // Diners Club, Hipercard
  { from: 4000, to: 4999, lengths: [13, 16, 19] }, // Visa, Electron, Switch, Elo
  { from: 5000, to: 5099, lengths: [13, 14, 15, 16, 17, 18, 19] }, // Maestro, Dankort, Verve, Elo
  { from: 5100, to: 5599, lengths: [16] }, // Mastercard
  { from: 5600, to: 6999, lengths: [13, 14, 15, 16, 17, 18, 19] }, // Maestro, Discover, UnionPay, girocard
  { from: 8100, to: 8299, lengths: [16, 17, 18, 19] }, // UnionPay, RuPay
  { from: 8600, to: 8600, lengths: [16] }, // Uzcard
  { from: 9704, to: 9704, lengths: [16, 19] }, // Napas
  { from: 9792, to: 9792, lengths: [16] }, // Troy
  { from: 9860, to: 9860, lengths: [16] }, // Humo
]

/** For each first four digits, the set bits n say that numbers of n digits are issued. */
const issued = Uint32Array.from({ length: 10_000 }, (_, iin) =>
  ranges
    .filter(({ from, to }) => iin >= from && iin <= to)
    .flatMap(({ lengths }) => lengths)
    .reduce((bits, length) => bits | (1 << length), 0),
)

/** Whether an issuer gives out numbers of this length under these first four digits. */
export function isIssued(iin: number, length: number): boolean {
  return ((issued[iin] ?? 0) & (1 << length)) !== 0
}

/** Whether the first digits may be an issuer's at all: the banks' digits 3 to 6 (ISO/IEC 7812-1), and ranges beside. */
export function mayBeIssuer(iin: number): boolean {
  return (iin >= 3000 && iin <= 6999) || (issued[iin] ?? 0) !== 0
}

export const cardLengths = { shortest: 13, longest: 19 } as const
