import { closeException, isExceptionOpen, openException } from '../checks/exceptions.ts'
import type { SubjectProblem } from '../checks/problem.ts'
import type { ExceptionKind } from '../checks/words/message.ts'
import type { Tx } from '../db/db.ts'
import { tellers } from '../sales/one-teller.ts'

/**
 * Exceptions about what a till tells of its own POS: two tills of a store may each have a source and a row of the same
 * name, and one says nothing of the other's. All devices of one till's name are one teller.
 * @param store that an older version began such subjects with; the migration `till-subjects` has given the others their till
 */
export function tillExceptions(tx: Tx, { store, at }: { readonly store: string; readonly at: number }) {
  const teller = tellers(tx)
  const subjectsOf = async (device: string, name: string) => {
    const { devices } = await teller(device)
    return [...new Set([device, ...devices])].map(one => `${one}/${name}`)
  }
  return {
    /** @param problem its subject is the name that the till gives to what it is about */
    async open(kind: ExceptionKind, problem: SubjectProblem & { readonly device: string }): Promise<void> {
      const [own = '', ...others] = await subjectsOf(problem.device, problem.subject)
      let subject = own
      for (const other of others) if (await isExceptionOpen(tx, kind, other)) subject = other
      await openException(tx, { ...problem, subject }, at)
    },
    async close(kind: ExceptionKind, { device, name }: { readonly device: string; readonly name: string }) {
      for (const subject of [...(await subjectsOf(device, name)), `${store}/${name}`])
        await closeException(tx, kind, subject, at)
    },
  }
}
