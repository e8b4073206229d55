/** What a scanner's bytes say: UTF-8 where they are that, else one character a byte (ISO 8859-1). */
export function scanText(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  return text.includes('\ufffd') ? Buffer.from(bytes).toString('latin1') : text
}
