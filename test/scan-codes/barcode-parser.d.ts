/** The little of the library that a test compares with; it brings no types. */
declare module '@point-of-sale/barcode-parser' {
  export const GS1: {
    parse(barcode: { symbology: string; value: string; fnc1?: number }):
      | {
          readonly gtin?: string
          readonly elements: readonly { readonly ai: string; readonly value: string }[]
        }
      | undefined
  }
}
