import type { peripheralConditions } from '../../../shared/events.ts'

export type Condition = (typeof peripheralConditions)[number]

/** What a printer has said of itself so far; what it has not spoken of is left out. */
export interface PrinterFacts {
  readonly offline?: boolean
  readonly coverOpen?: boolean
  readonly paperLow?: boolean
  readonly paperOut?: boolean
  /** Level of pin 3 of the drawer's connector; what "open" means depends on the drawer. */
  readonly drawerPinHigh?: boolean
  readonly cutterError?: boolean
  readonly error?: boolean
}

export type DrawerOpenWhen = 'high' | 'low' | null

/** Real-time questions of DLE EOT, each with one byte for an answer. */
export const realTimeQuestions = [1, 2, 3, 4] as const
export type RealTimeQuestion = (typeof realTimeQuestions)[number]

/** The four bytes of automatic status (Epson ESC/POS reference, GS a). Both paper sensors' bits count if either is set. */
export function factsOfAutomatic([first, second, third]: readonly [
  number,
  number,
  number,
  number,
]): PrinterFacts {
  return {
    drawerPinHigh: (first & 0x04) !== 0,
    offline: (first & 0x08) !== 0,
    coverOpen: (first & 0x20) !== 0,
    cutterError: (second & 0x08) !== 0,
    error: (second & 0x64) !== 0, // mechanical, unrecoverable, or an overheated head, which cools down on its own
    paperLow: (third & 0x03) !== 0,
    paperOut: (third & 0x0c) !== 0,
  }
}

/** The answer to DLE EOT n (Epson ESC/POS reference, DLE EOT). */
export function factsOfRealTime(question: RealTimeQuestion, byte: number): PrinterFacts {
  switch (question) {
    case 1:
      return { drawerPinHigh: (byte & 0x04) !== 0, offline: (byte & 0x08) !== 0 }
    case 2:
      return { coverOpen: (byte & 0x04) !== 0 }
    case 3:
      return { cutterError: (byte & 0x08) !== 0, error: (byte & 0x64) !== 0 }
    case 4:
      return { paperLow: (byte & 0x0c) !== 0, paperOut: (byte & 0x60) !== 0 }
  }
}

/** The answer to GS r 1 (Epson ESC/POS reference, GS r). */
export function factsOfPaperAnswer(byte: number): PrinterFacts {
  return { paperLow: (byte & 0x03) !== 0, paperOut: (byte & 0x0c) !== 0 }
}

/** In the order of the vocabulary. An empty roll is not also a low one. */
export function conditionsOf(facts: PrinterFacts, drawerOpenWhen: DrawerOpenWhen): Condition[] {
  const drawerOpen = drawerOpenWhen !== null && facts.drawerPinHigh === (drawerOpenWhen === 'high')
  const holds: readonly (readonly [Condition, boolean | undefined])[] = [
    ['offline', facts.offline],
    ['cover-open', facts.coverOpen],
    ['paper-low', facts.paperLow === true && facts.paperOut !== true],
    ['paper-out', facts.paperOut],
    ['drawer-open', drawerOpen],
    ['cutter-error', facts.cutterError],
    ['error', facts.error],
  ]
  return holds.filter(([, isSo]) => isSo === true).map(([condition]) => condition)
}

const stopping: ReadonlySet<Condition> = new Set([
  'offline',
  'cover-open',
  'paper-out',
  'cutter-error',
  'error',
])

/** Those with which nothing comes out. */
export function stoppingConditions(conditions: readonly Condition[]): Condition[] {
  return conditions.filter(condition => stopping.has(condition))
}

const words: Readonly<Record<Condition, string>> = {
  offline: 'it is offline',
  'cover-open': 'its cover is open',
  'paper-low': 'its paper is low',
  'paper-out': 'it is out of paper',
  'drawer-open': 'the drawer is open',
  'cutter-error': 'its cutter is stuck',
  error: 'it reports an error',
}

/** For sentences: `its cover is open and it is out of paper`. */
export function inWords(conditions: readonly Condition[]): string {
  return conditions.map(condition => words[condition]).join(' and ')
}
