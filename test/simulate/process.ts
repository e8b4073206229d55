import type { Cancel, Log, World } from '../../shared/world.ts'
import type { Chance } from './chance.ts'
import { type Disk, diskOfProcess } from './disk.ts'
import type { Network } from './network.ts'
import type { Trace } from './trace.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What all machines share. */
export interface Universe {
  readonly time: VirtualTime
  readonly trace: Trace
  readonly network: Network
  /** Wall-clock ms of the moment when the run begins. */
  readonly epoch: number
}

/** One PC: its name in the network, its clock, its disk. What runs on it may die; this stays. */
export interface Machine {
  readonly name: string
  readonly folder: string
  readonly disk: Disk
  /** How far its clock is ahead of the true time; may change. */
  clockOffsetMs: number
  running: SimProcess | null
}

/** A program from its start to its end. Once it is dead, nothing that its code still does reaches anything. */
export interface SimProcess {
  readonly world: World
  isAlive(): boolean
  /** Ends it before one of its next steps: a statement, a frame, a timer. `steps` 0: now. */
  killAfter(steps: number, how: Ending): void
  /** Ends it after so many commits: what it would have done next is not done. */
  killAfterCommits(commits: number, how: Ending): void
  onDeath(listener: (how: Ending) => void): void
  /** A step outside its own files, as a request to a database server. @returns whether it still lives */
  pass(): boolean
  /** Such a server has committed for it; the next step comes after it. */
  committed(): void
  /** What it logged as an error, in order. */
  readonly errors: readonly string[]
}

/** `kill`: as SIGKILL does. `power`: what was not synced to the disk is gone as well. */
export type Ending = 'kill' | 'power' | 'stop'

export class ProcessDead extends Error {
  override readonly name = 'ProcessDead'
}

/** Starts a program on a machine: gives the World that its code runs in. */
export function startProcess(universe: Universe, machine: Machine, chance: Chance): SimProcess {
  const { time, trace, network } = universe
  const errors: string[] = []
  const deaths: ((how: Ending) => void)[] = []
  let alive = true
  let killer: { left: number; how: Ending } | null = null
  let commitsLeft: { left: number; how: Ending } | null = null

  function die(how: Ending): void {
    if (!alive) return
    alive = false
    killer = null
    trace.note(time.elapsedMs(), machine.name, `ends by ${how}`)
    files.end(how)
    for (const listener of deaths.splice(0)) listener(how)
  }
  /** Passed at everything that others could see. Throws once the program is dead. */
  function step(): void {
    if (!alive) throw new ProcessDead(machine.name)
    if (killer === null) return
    if (killer.left > 0) killer.left -= 1
    else {
      die(killer.how)
      throw new ProcessDead(machine.name)
    }
  }
  function committed(): void {
    if (commitsLeft === null) return
    commitsLeft.left -= 1
    if (commitsLeft.left > 0) return
    killer = { left: 0, how: commitsLeft.how }
    commitsLeft = null
  }
  const files = diskOfProcess(machine.disk, { step, committed })
  /** Runs its code as Node does: an error that nothing catches ends the program. */
  function enter(run: () => void): void {
    if (!alive) return
    try {
      step()
      run()
    } catch (error) {
      if (!alive) return // it died there
      errors.push(`it crashed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      die('kill')
    }
  }
  const after = (ms: number, run: () => void): Cancel => time.after(ms, () => enter(run))
  const process: SimProcess = {
    isAlive: () => alive,
    killAfter(steps, how) {
      if (steps === 0) die(how)
      else killer = { left: steps, how }
    },
    killAfterCommits(commits, how) {
      commitsLeft = { left: commits, how }
    },
    onDeath(listener) {
      deaths.push(listener)
    },
    pass() {
      if (alive) enter(() => undefined)
      return alive
    },
    committed,
    errors,
    world: {
      clock: {
        now: () => universe.epoch + Math.floor(time.elapsedMs()) + machine.clockOffsetMs,
        monotonicMs: () => time.elapsedMs(),
      },
      timers: { after, soon: run => after(0, run) },
      random: chance,
      sockets: network.socketsOf(machine.name, {
        step,
        enter,
        isAlive: () => alive,
        onDeath: l => deaths.push(l),
      }),
      files: files.files,
      log: logOf(universe, machine.name, errors, () => alive),
    },
  }
  machine.running = process
  return process
}

function logOf({ time, trace }: Universe, name: string, errors: string[], isAlive: () => boolean): Log {
  const note = (level: string) => (facts: Readonly<Record<string, unknown>>, message: string) => {
    if (!isAlive()) return
    const code = 'code' in facts ? ` ${String(facts['code'])}` : ''
    trace.note(time.elapsedMs(), name, `${level}${code} ${message}`)
    if (level === 'error') errors.push(`${message}${code}${causeOf(facts)}`)
  }
  const log: Log = {
    debug: () => undefined,
    info: note('info'),
    warn: note('warn'),
    error: note('error'),
    child: () => log,
  }
  return log
}

function causeOf(facts: Readonly<Record<string, unknown>>): string {
  const error = facts['error'] ?? facts['sentence'] ?? facts['problem']
  if (error === undefined) return ''
  return ` (${error instanceof Error ? error.message : String(error)})`
}
