import { maskCode } from '../../shared/card-numbers/codes.ts'
import { storableText } from '../db/storable-text.ts'

/** An exception's subject as it is stored: it is made of codes, and one that passes for a card number is masked. */
export function storableSubject(subject: string): string {
  return storableText(maskCode(subject))
}
