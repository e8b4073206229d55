import { expect, test } from 'vitest'
import { describeError, firstCause } from '../../shared/errors.ts'

async function failsTwice(): Promise<void> {
  await using building = new AsyncDisposableStack()
  building.defer(() => {
    throw new Error('the port does not close')
  })
  building.defer(() => {
    throw new Error('the lease is not given back')
  })
  throw new Error('the disk failed')
}

test('what failed first is named, whatever fails while the rest is closed', async () => {
  const error = await failsTwice().catch((thrown: unknown) => thrown)
  expect(firstCause(error)).toMatchObject({ message: 'the disk failed' })
  expect(describeError(error).sentence).toBe('the disk failed')
})
