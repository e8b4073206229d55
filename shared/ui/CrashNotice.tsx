import { Component, type ReactNode } from 'react'
import { useMessages } from './language.tsx'
import { Problem } from './Problem.tsx'
import { sharedMessages } from './shared.messages.ts'

/** A screen that breaks says so and offers the way out; a blank page would leave a queue at the till waiting. */
export class CrashNotice extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true }
  }

  override render(): ReactNode {
    return this.state.broken ? <Crashed /> : this.props.children
  }
}

function Crashed() {
  const t = useMessages(sharedMessages)
  return (
    <Problem say={t.crashed} meaning={t.crashedMeaning} label={t.reload} retry={() => location.reload()} />
  )
}
