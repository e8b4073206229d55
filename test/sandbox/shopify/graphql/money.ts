/** The `Money` scalar and REST: always two decimals. */
export function decimal(minor: number): string {
  return (minor / 100).toFixed(2)
}

/** The `Decimal` of a MoneyV2: Shopify drops a last zero but keeps one decimal, "49.9", "28.0". */
function money(minor: number, currencyCode: string): { amount: string; currencyCode: string } {
  return { amount: decimal(minor).replace(/0$/, ''), currencyCode }
}

/** A MoneyBag of a shop that sells in its own currency only. */
export function moneyBag(minor: number, currencyCode: string) {
  const amount = money(minor, currencyCode)
  return { shopMoney: amount, presentmentMoney: amount }
}
