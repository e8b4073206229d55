import { IconCircle, IconCircleCheckFilled, IconLoader } from '@tabler/icons-react'
import { useMessages } from '../../../shared/ui/language.tsx'
import { StateIcon } from '../../../shared/ui/StateBadge.tsx'
import type { StateLook } from '../../../shared/ui/theme.ts'
import type { PickupView } from '../../till/api-schema.ts'
import classes from './Journey.module.css'
import { type JourneyStep, stepsOf } from './journey-steps.ts'
import { pickupPageMessages } from './pickup.messages.ts'

type Words = (typeof pickupPageMessages)['en']

/** How far the pickup has come, and how far staff's last step has got on its way to head office, Shopify and the customer. */
export function Journey({ view }: { view: PickupView }) {
  const t = useMessages(pickupPageMessages)
  const { look, words } = journey(view, t)
  const steps = stepsOf(view)
  return (
    <div>
      <ol className={classes['steps']}>
        {steps.map(step => (
          <li key={step.is} data-done={step.done}>
            <StepIcon step={step} />
            <span>
              {t.step[step.is]}
              <span className={classes['hidden']}> {step.done === 'yes' ? t.stepDone : t.stepOpen}</span>
            </span>
          </li>
        ))}
      </ol>
      <p className={classes['journey']} data-look={look} data-testid="journey">
        <StateIcon look={look} size={18} />
        <span>{words}</span>
      </p>
    </div>
  )
}

function StepIcon({ step }: { step: JourneyStep }) {
  const Icon = { yes: IconCircleCheckFilled, soon: IconLoader, no: IconCircle }[step.done]
  return <Icon size={18} aria-hidden />
}

function journey(view: PickupView, t: Words): { look: StateLook; words: string } {
  if (view.pendingMoves > 0) return { look: 'waiting', words: t.safeHere }
  if (view.shopify === 'sending') return { look: 'waiting', words: t.telling }
  if (view.shopify === 'refused') return { look: 'wrong', words: t.shopifyRefused }
  if (view.shopify === 'nothing-due') return { look: 'quiet', words: t.nothingDue }
  return { look: 'done', words: view.state === 'ready' ? t.customerTold : t.shopifyKnows }
}
