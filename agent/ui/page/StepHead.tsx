import { Button, Title } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef } from 'react'
import classes from './Page.module.css'

interface StepHeadProps {
  title: ReactNode
  back: string
  onBack: () => void
  testId: string
}

/** The head of one step: the way back and a heading, which takes the focus when the step begins, at the top. */
export function StepHead({ title, back, onBack, testId }: StepHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    window.scrollTo(0, 0)
    heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <div className={classes['head']}>
      <Button
        variant="default"
        leftSection={<IconArrowLeft size={22} aria-hidden />}
        data-testid={testId}
        onClick={onBack}
      >
        {back}
      </Button>
      <Title order={1} ref={heading} tabIndex={-1} className={classes['title']}>
        {title}
      </Title>
    </div>
  )
}
