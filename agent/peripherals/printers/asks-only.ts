/**
 * A POS's questions: real-time status and requests (DLE EOT, DLE ENQ), GS r, GS I, ESC u, ESC v (Epson ESC/POS reference), and
 * ESC ACK SOH of Star.
 */
const QUESTIONS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: printers are spoken to in control characters
  /^(?:\x10\x04(?:[\x01-\x06]|[\x07\x08\x12][\x01-\x03])|\x10\x05[\x00-\x02]|\x1d[rI][\x00-\xff]|\x1bu[\x00-\xff]|\x1bv|\x1b\x06\x01)+$/

/** A POS that polls sends a few at a time. */
const MOST_BYTES = 64

/** Whether bytes only ask the printer how it is, and print nothing. */
export const asksOnly = (bytes: Uint8Array): boolean =>
  bytes.length <= MOST_BYTES && QUESTIONS.test(Buffer.from(bytes).toString('latin1'))
