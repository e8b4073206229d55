import { z } from 'zod'
import { runHere, start } from './command.ts'

/** A real hub with one store, whose data are in `folder`, served until it is disposed of. */
export async function hubWithStore(folder: string) {
  const data = ['--data', folder, '--json']
  const hub = async (...args: string[]): Promise<unknown> => {
    const { code, out, err } = await runHere('hub', [...args, ...data])
    if (code !== 0) throw new Error(err)
    return JSON.parse(out)
  }
  await hub('store', 'add', 'HAR', '--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR')
  const serving = await start('hub', ['serve', '--port', '0', ...data])
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(serving.first))
  return {
    url,
    /** Runs a command of this hub; throws what it says when its exit code is not 0. */
    hub,
    enrolCode: async () => z.object({ code: z.string() }).parse(await hub('enrol-code', 'HAR')).code,
    [Symbol.asyncDispose]: () => serving[Symbol.asyncDispose](),
  }
}
