import { fileDrop } from './file-drop.ts'
import { sqlTarget, unicentaTarget } from './sql-target.ts'
import type { TargetKind } from './target.ts'

/** The kinds of targets that a configuration can name. */
export const targetKinds: readonly TargetKind[] = [unicentaTarget, sqlTarget, fileDrop]
