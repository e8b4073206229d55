import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useAnnounce } from '../../../shared/ui/Announcer.tsx'
import { ApiError, postJson } from '../../../shared/ui/json.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import { ReturnView } from '../../till/api-schema.ts'
import { useTapGuard } from '../guard/TapGuard.tsx'
import { useStaff } from '../staff/Staff.tsx'
import { returnMessages } from './returns.messages.ts'
import { returnsQuery } from './returns.query.ts'

/** Takes a return back that was just recorded. */
export function useReturnUndo({ returnId }: Pick<ReturnView, 'returnId'>) {
  const t = useMessages(returnMessages)
  const client = useQueryClient()
  const staff = useStaff()
  const announce = useAnnounce()
  const guard = useTapGuard()
  const isUndoing = useRef(false)
  const [failed, setFailed] = useState<{ say: string; sentence: string; error: unknown } | null>(null)
  const path = `/api/returns/${encodeURIComponent(returnId)}/undo`
  const mutation = useMutation({
    mutationFn: (name: string) => postJson(path, { staff: name }, ReturnView),
    onSettled: () => client.invalidateQueries({ queryKey: returnsQuery.queryKey }),
  })
  async function undo(): Promise<void> {
    if (isUndoing.current) return
    isUndoing.current = true
    const name = staff.name ?? (await staff.ask())
    try {
      if (name === null) return
      await mutation.mutateAsync(name)
      announce(t.problem.undone)
    } catch (error) {
      const isRefused = error instanceof ApiError && error.failure === 'refused'
      setFailed({ say: t.undoFailed, sentence: isRefused ? error.message : t.undoNoAnswer, error })
    } finally {
      guard()
      isUndoing.current = false
    }
  }
  return { undo, busy: mutation.isPending, failed }
}
