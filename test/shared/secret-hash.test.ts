import { expect, test } from 'vitest'
import { badgeHash, drawBadgeCode } from '../../shared/badge-code.ts'
import { hashSecret, NO_SECRET, secretFits } from '../../shared/secret-hash.ts'
import { isDrawnBadge, isEasyPin, StaffMember, StaffPin } from '../../shared/staff.ts'
import { manualWorld } from '../manual-world.ts'

const { random } = manualWorld()

test('a PIN fits its own hash alone, and two hashes of one PIN differ', async () => {
  const [one, other] = [await hashSecret(random, '480213'), await hashSecret(random, '480213')]
  expect(one).not.toBe(other)
  expect(one).not.toContain('480213')
  expect([await secretFits('480213', one), await secretFits('480214', one)]).toEqual([true, false])
  expect(await secretFits('480213', other)).toBe(true)
})

test('nothing fits the hash of an unknown name, nor one that is cut off', async () => {
  const kept = await hashSecret(random, '480213')
  expect(await secretFits('480213', NO_SECRET)).toBe(false)
  expect(await secretFits('480213', kept.slice(0, -4))).toBe(false)
})

test('what is kept of a PIN and a badge passes the vocabulary', async () => {
  const pinHash = await hashSecret(random, '480213')
  const person = { staff: 'M17', name: 'Maya', pinHash, badgeHash: badgeHash('4711-0815'), badgeAlone: false }
  expect(StaffMember.parse(person)).toEqual(person)
})

test.each(['1111', '000000', '1234', '98765432'])('%s is too easy', pin => {
  expect(isEasyPin(pin)).toBe(true)
})

test.each(['4802', '1212', '1357', '12344'])('%s is not', pin => {
  expect(isEasyPin(pin)).toBe(false)
})

test.each(['123', '123456789', '12a4', '１２３４', ' 4802', ''])('"%s" is not a PIN', pin => {
  expect(StaffPin.safeParse(pin).success).toBe(false)
})

test('a drawn badge is known by its form, however a scanner writes it; an item’s code is not one', () => {
  const code = drawBadgeCode(random)
  expect(code).toMatch(/^TBS[0-9A-Z]{16}$/)
  expect([isDrawnBadge(code), isDrawnBadge(` ${code.toLowerCase()}\r`)]).toEqual([true, true])
  expect(badgeHash(` ${code.toLowerCase()}`)).toBe(badgeHash(code))
  expect(['4006381333931', 'TBS-NAVY-M', `${code}0`, '#1003'].some(isDrawnBadge)).toBe(false)
})
