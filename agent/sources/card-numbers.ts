/** The agent's masking of card numbers, under the name that its sources know it by. */
export { maskCardNumbers } from '../card-numbers/mask.ts'
export { maskCardNumbersIn } from '../card-numbers/mask-value.ts'
