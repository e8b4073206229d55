import { Fieldset } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './ChoiceSet.module.css'

/** Buttons of one question below its title, without a frame. */
export function ChoiceSet({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Fieldset variant="unstyled" legend={title} className={classes['set']}>
      {children}
    </Fieldset>
  )
}
