import { type ReactNode, type RefObject, useEffect, useEffectEvent, useState } from 'react'
import type { ReturnableOrder, ReturnReason } from '../../../shared/returns.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import type { TillState } from '../../till/api-schema.ts'
import { useTapGuard } from '../guard/TapGuard.tsx'
import type { Tune } from '../notice/chime.ts'
import { itemTitle } from '../scan/scan-meaning.ts'
import { TillTop } from '../TillTop.tsx'
import { type Basket, drawReturnId, lineOfCode, withOneMore } from './basket.ts'
import { CheckReturn } from './CheckReturn.tsx'
import { ChooseItems } from './ChooseItems.tsx'
import { FindOrder } from './FindOrder.tsx'
import { returnMessages } from './returns.messages.ts'
import { TakenBack } from './TakenBack.tsx'

/** How far staff have come with one customer. */
type Step =
  | { readonly at: 'find' }
  | { readonly at: 'choose' | 'check'; readonly order: ReturnableOrder; readonly returnId: string }
  | { readonly at: 'done'; readonly returnId: string }

interface ReturnsPageProps {
  state: TillState
  above: ReactNode
  searchRef: RefObject<HTMLInputElement | null>
  /** The last scan that was made here; a new object for each. */
  scan: { readonly code: string } | null
  play: (tune: Tune) => void
}

/** Takes goods of an online order back: find it, choose what comes back, check, done. */
export function ReturnsPage({ state, above, searchRef, scan, play }: ReturnsPageProps) {
  const t = useMessages(returnMessages)
  const guard = useTapGuard()
  const [step, setStep] = useState<Step>({ at: 'find' })
  const [basket, setBasket] = useState<Basket>(new Map())
  const [reason, setReason] = useState<ReturnReason>('other')
  const [text, setText] = useState('')
  const [asked, setAsked] = useState<{ readonly text: string } | null>(null)
  const [said, setSaid] = useState<string | null>(null)

  const { at } = step
  useEffect(() => {
    // what is on the page now was not there when the finger came down
    if (at !== 'find') guard()
  }, [at, guard])

  const findAgain = () => {
    setStep({ at: 'find' })
    setBasket(new Map())
    setReason('other')
    setText('')
    setAsked(null)
    setSaid(null)
  }
  const scanned = useEffectEvent((code: string) => {
    if (step.at === 'find' || step.at === 'done') {
      findAgain()
      setText(code)
      setAsked({ text: code })
      play('right')
    } else if (step.at === 'choose') {
      const line = lineOfCode(step.order, code)
      const more = line === undefined ? null : withOneMore(basket, line)
      if (more !== null) setBasket(more)
      setSaid(more !== null ? null : line === undefined ? t.notInOrder(code) : t.tooMany(itemTitle(line)))
      play(more !== null ? 'right' : 'wrong')
    }
  })
  useEffect(() => {
    if (scan !== null) scanned(scan.code)
  }, [scan])

  return (
    <>
      <TillTop>{above}</TillTop>
      {step.at === 'find' && (
        <FindOrder
          zone={state.zone}
          prints={state.prints}
          text={text}
          onText={setText}
          asked={asked}
          onAsk={setAsked}
          searchRef={searchRef}
          onFound={order => setStep({ at: 'choose', order, returnId: drawReturnId() })}
        />
      )}
      {step.at === 'choose' && (
        <ChooseItems
          order={step.order}
          basket={basket}
          onBasket={next => {
            setSaid(null)
            setBasket(next)
          }}
          said={said}
          onBack={findAgain}
          onCheck={() => setStep({ ...step, at: 'check' })}
        />
      )}
      {step.at === 'check' && (
        <CheckReturn
          order={step.order}
          returnId={step.returnId}
          basket={basket}
          rule={state.returns}
          reason={reason}
          onReason={setReason}
          onBack={() => setStep({ ...step, at: 'choose' })}
          onDone={() => setStep({ at: 'done', returnId: step.returnId })}
        />
      )}
      {step.at === 'done' && (
        <TakenBack returnId={step.returnId} zone={state.zone} prints={state.prints} onNext={findAgain} />
      )}
    </>
  )
}
