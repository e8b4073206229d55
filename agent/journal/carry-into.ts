import type { World } from '../../shared/world.ts'
import { openJournal } from './journal.ts'
import type { OutboxRecord } from './outbox.ts'

/** Writes what a device still owes into the journal at `path`, which is opened for that alone. */
export async function carryInto(
  world: World,
  { path, device }: { readonly path: string; readonly device: string },
  owed: readonly OutboxRecord[],
  from: string,
): Promise<void> {
  const journal = openJournal({
    path,
    device,
    world,
    parts: {},
    failed: error => world.log.error({ code: error.code }, error.message),
  })
  try {
    await journal.carry(owed, from)
  } finally {
    journal[Symbol.dispose]()
    world.files.remove(`${path}.ballast`)
  }
}
