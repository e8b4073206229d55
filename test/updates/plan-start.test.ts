import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { journalForm, openAgentJournal } from '../../agent/agent-journal.ts'
import { gatherRolledBack } from '../../agent/handover/gather-rolled-back.ts'
import {
  copyJournal,
  dropJournalCopies,
  formOfFile,
  restoreJournal,
} from '../../agent/updates/journal-copy.ts'
import {
  beginTrial,
  CRASHED,
  forgetStart,
  giveUpUpdate,
  keepUpdate,
  MOST_STARTS,
  newestThatWorked,
  planStart,
  recoverState,
  refuseStart,
} from '../../agent/updates/plan-start.ts'
import {
  lookUpdateState,
  readUpdateState,
  type UpdateState,
  writeUpdateState,
} from '../../agent/updates/update-state.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const none = (): UpdateState => readUpdateState(manualWorld(), 'no such file')
const staged = (version: string) => ({ version, offered: `${version}#1`, journal: 30, worked: [] })
const all = () => true
const plan = (state: UpdateState, installed = '0.1.0', isThere: (version: string) => boolean = all) =>
  planStart(state, installed, isThere, 5)

test('without an update the installed program runs; a file that can’t be read counts as none', () => {
  expect(plan(none()).run).toBeNull()
  using folder = temporaryFolder()
  const { files, log } = manualWorld()
  const path = join(folder.path, 'state.json')
  files.writePrivate(path, '{"current":')
  expect(readUpdateState({ files, log }, path)).toEqual(none())
  expect(lookUpdateState({ files, log }, path)).toBeNull() // the launcher puts it together again
  writeUpdateState(files, path, beginTrial(none(), staged('0.2.0'), '0.1.0'))
  expect(readUpdateState({ files, log }, path)).toMatchObject({ current: '0.2.0', over: '0.1.0' })
})

test('an update is started three times; without proof the till goes back, and the same offer is not put on trial again', () => {
  let { state, run } = plan(beginTrial(none(), staged('0.2.0'), '0.1.0'))
  const runs = [run]
  for (let start = 1; start < MOST_STARTS + 1; start += 1) {
    ;({ state, run } = plan(state))
    runs.push(run)
  }
  expect(runs).toEqual(['0.2.0', '0.2.0', '0.2.0', null])
  expect(state).toMatchObject({
    current: null,
    trial: null,
    restoring: '0.2.0',
    failed: { code: CRASHED.code },
  })
  expect(beginTrial(state, staged('0.2.0'), '0.1.0')).toBe(state)
  expect(beginTrial(state, { ...staged('0.2.0'), offered: '0.2.0#2' }, '0.1.0').trial?.starts).toBe(0)
})

test('a kept update goes on, is what the next one goes back to, and a start that was ended on purpose does not count', () => {
  const kept = keepUpdate(plan(beginTrial(none(), staged('0.2.0'), '0.1.0')).state)
  expect(kept).toMatchObject({ current: '0.2.0', trial: null, newest: '0.2.0', failed: null })
  const next = plan(beginTrial(kept, staged('0.3.0'), '0.1.0')).state
  expect(forgetStart(next).trial?.starts).toBe(0)
  expect(plan(giveUpUpdate(next, CRASHED, 5)).run).toBe('0.2.0')
})

test('a newer package that IT installs wins over an update; the same or an older one does not', () => {
  const kept = keepUpdate(beginTrial(none(), staged('0.2.0'), '0.1.0'))
  expect(plan(kept, '0.3.0')).toMatchObject({ run: null, state: { current: null } })
  expect(plan(kept, '0.1.5').run).toBe('0.2.0')
  const back = keepUpdate(beginTrial(none(), staged('0.2.0'), '0.3.0')) // a roll-back below what is installed
  expect(plan(back, '0.3.0').run).toBe('0.2.0')
})

test('after a roll-back the newest that worked is still what was installed before, also once IT has installed less', () => {
  const back = keepUpdate(beginTrial(none(), staged('0.2.0'), '0.3.0'))
  expect(back.newest).toBe('0.3.0')
  expect(newestThatWorked({ ...back, newest: '0.2.0' })).toBe('0.3.0') // as an older launcher kept it
  expect(keepUpdate(beginTrial(back, staged('0.2.1'), '0.1.0')).newest).toBe('0.3.0')
})

test('a version whose files are gone is left out', () => {
  const kept = keepUpdate(beginTrial(none(), staged('0.2.0'), '0.1.0'))
  const next = keepUpdate(beginTrial(kept, staged('0.3.0'), '0.1.0'))
  expect(plan(next, '0.1.0', version => version === '0.2.0').run).toBe('0.2.0')
  expect(plan(next, '0.1.0', () => false).run).toBeNull()
  const trial = beginTrial(kept, staged('0.3.0'), '0.1.0')
  expect(plan(trial, '0.1.0', version => version === '0.2.0')).toMatchObject({ run: '0.2.0' })
})

test.each([
  [{ versions: ['0.2.0'] }, { current: '0.2.0', previous: null, trial: null, newest: '0.2.0' }],
  [{ versions: ['0.9.0', '0.10.0'] }, { current: '0.10.0', previous: '0.9.0', trial: null }],
  [
    { versions: ['0.2.0', '0.3.0'], unstarted: '0.3.0' },
    { current: '0.2.0', previous: null },
  ],
  [
    { versions: ['0.2.0', '0.3.0'], unstarted: 'newest' },
    { current: '0.2.0', previous: null },
  ],
  [{ versions: ['0.0.9', '0.2.0.part'] }, { current: null, newest: '0.1.0' }],
  [
    { versions: ['0.2.0', '0.3.0'], copies: ['0.3.0'] },
    { current: '0.3.0', previous: '0.2.0', trial: { version: '0.3.0', starts: 0 }, newest: '0.2.0' },
  ],
])('where the note of which version runs is lost, the files tell: %j', (found, expected) => {
  const state = recoverState({ installed: '0.1.0', unstarted: null, copies: [], ...found })
  expect(state).toMatchObject({ over: '0.1.0', failed: null, restoring: null, ...expected })
})

test('whatever happens in whatever order, what is started is there, and no version is started for ever without proof', () => {
  const step = fc.oneof(
    fc.record({ stage: fc.constantFrom('0.2.0', '0.3.0', '0.4.0'), offer: fc.nat(3) }),
    fc.constantFrom('start' as const, 'keep' as const, 'give up' as const, 'stop' as const),
  )
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40 }),
      fc.subarray(['0.2.0', '0.3.0', '0.4.0']),
      (steps, there) => {
        let state = none()
        const isThere = (version: string) => there.includes(version)
        let unproven = 0
        for (const what of steps) {
          if (typeof what === 'object') {
            const next = beginTrial(
              state,
              { ...staged(what.stage), offered: `${what.stage}#${what.offer}` },
              '0.1.0',
            )
            if (next !== state) unproven = 0
            state = next
          } else if (what === 'start') {
            const { state: next, run } = plan(state, '0.1.0', isThere)
            state = next
            if (run !== null) expect(isThere(run)).toBe(true)
            unproven = next.trial === null ? 0 : unproven + 1
            expect(unproven).toBeLessThanOrEqual(MOST_STARTS)
          } else if (what === 'keep') state = keepUpdate(state)
          else if (what === 'give up') state = giveUpUpdate(state, CRASHED, 5)
          else {
            if (state.trial !== null && state.trial.starts > 0) unproven -= 1
            state = forgetStart(state)
          }
        }
      },
    ),
  )
})

/** A journal with one recorded sale, closed. */
async function journalWith(path: string, numbers: readonly number[]) {
  const world = manualWorld()
  const parts = { path, device: 'dev_test00000000000000', world, failed: () => undefined }
  using journal = openAgentJournal(parts)
  await journal.record(numbers.map(number => sale(number)))
  return world
}
const receipts = (path: string) => {
  const db = new SQLite(path, { readonly: true })
  const bodies = db.prepare('SELECT body FROM outbox ORDER BY position').pluck().all()
  db.close()
  return bodies.map(body => (JSON.parse(String(body)) as { receipt: string }).receipt)
}

test('the form of a journal’s file is that of the program which wrote it', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  expect(formOfFile(manualWorld(), path)).toBe(0)
  await journalWith(path, [1])
  expect(formOfFile(manualWorld(), path)).toBe(journalForm())
})

test('a journal is copied before an update that changes its form, and after it is given up the copy is used; what only the update recorded is taken in', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = await journalWith(path, [1])
  copyJournal(world, { path, version: '0.2.0', form: journalForm() }) // the same form: nothing is copied
  restoreJournal(world, path, '0.2.0')
  expect(receipts(path)).toEqual(['r-1'])
  copyJournal(world, { path, version: '0.2.0', form: journalForm() + 1 })
  await journalWith(path, [2]) // the update records a sale, and changes the form
  const db = new SQLite(path)
  db.exec('PRAGMA user_version = 999')
  db.close()
  restoreJournal(world, path, '0.2.0')
  restoreJournal(world, path, '0.2.0') // and again after a kill
  expect(receipts(path)).toEqual(['r-1'])
  using journal = openAgentJournal({ path, device: 'dev_test00000000000000', world, failed: () => undefined })
  await gatherRolledBack(world, path, journal)
  await gatherRolledBack(world, path, journal)
  expect(receipts(path)).toEqual(['r-1', 'r-2'])
})

test('a copy is of its own trial: one of an earlier trial is neither kept nor put back', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = await journalWith(path, [1])
  const copy = (version: string, form: number) => copyJournal(world, { path, version, form })
  const copies = () => world.files.list(folder.path).filter(name => name.includes('before'))
  copy('0.2.0', journalForm() + 1)
  await journalWith(path, [2])
  copy('0.2.0', journalForm() + 1) // tried again
  restoreJournal(world, path, '0.2.0')
  expect(receipts(path)).toEqual(['r-1', 'r-2'])
  copy('0.2.0', journalForm() + 1)
  copy('0.2.0', journalForm()) // signed again, and it leaves the form as it is
  expect(copies()).toEqual([])
  copy('0.2.0', journalForm() + 1)
  copy('0.3.0', journalForm() + 1)
  world.files.writePrivate(`${path}.before-0.3.0.check`, 'half a copy')
  dropJournalCopies(world, path, ['0.3.0'])
  expect(copies()).toEqual(['journal.db.before-0.3.0'])
})

test('a journal that can’t be copied leaves no half copy, and its update is not begun again at each quiet moment', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = await journalWith(path, [1])
  const full = () => {
    throw new Error('no space left')
  }
  const files = { ...world.files, move: full }
  expect(() => copyJournal({ files }, { path, version: '0.2.0', form: journalForm() + 1 })).toThrow(
    'no space left',
  )
  expect(world.files.list(folder.path).filter(name => name.includes('before'))).toEqual([])
  const refused = refuseStart(none(), staged('0.2.0'), 'no space left', 5)
  expect(refused.failed).toMatchObject({ offered: '0.2.0#1', code: 'UPDATE_NOT_BEGUN' })
  expect(beginTrial(refused, staged('0.2.0'), '0.1.0')).toBe(refused)
  expect(plan(refused).run).toBeNull()
})

test('during a trial no other one begins: what to go back to is the version that worked', () => {
  const trial = beginTrial(none(), staged('0.2.0'), '0.1.0')
  expect(beginTrial(trial, staged('0.3.0'), '0.1.0')).toBe(trial)
})

test('killed between the two moves of a restore, the next start has the journal from before', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = await journalWith(path, [1])
  copyJournal(world, { path, version: '0.2.0', form: journalForm() + 1 })
  const killed = {
    files: {
      ...world.files,
      move(from: string, to: string) {
        world.files.move(from, to)
        throw new Error('killed')
      },
    },
  }
  expect(() => restoreJournal(killed, path, '0.2.0')).toThrow('killed')
  restoreJournal(world, path, '0.2.0')
  expect(receipts(path)).toEqual(['r-1'])
  dropJournalCopies(world, path, [])
  expect(world.files.list(folder.path).filter(name => name.includes('before'))).toEqual([])
})
