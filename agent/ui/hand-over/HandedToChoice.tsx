import { Button, Text } from '@mantine/core'
import { collectors, type HandedTo, type HandOverRule, handOverChecks } from '../../../shared/hand-over.ts'
import { useMessages } from '../../../shared/ui/language.tsx'
import { ChoiceSet } from '../choice/ChoiceSet.tsx'
import classes from './HandedToChoice.module.css'
import { handOverMessages } from './hand-over.messages.ts'

interface HandedToChoiceProps {
  rule: HandOverRule
  chosen: HandedTo
  onChoose: (chosen: HandedTo) => void
}

/** Who takes the goods, and what staff checked: one tap each. Their names are not asked for. */
export function HandedToChoice({ rule, chosen, onChoose }: HandedToChoiceProps) {
  const t = useMessages(handOverMessages)
  return (
    <>
      <Choice
        title={t.who}
        options={collectors}
        words={t.collector}
        chosen={chosen.who}
        onChoose={who => onChoose({ ...chosen, who })}
      />
      {chosen.who === 'other' && <Text size="sm">{t.otherMeaning}</Text>}
      <Choice
        title={t.what}
        options={handOverChecks}
        words={t.check}
        chosen={chosen.checked}
        onChoose={checked => onChoose({ ...chosen, checked })}
      />
      {rule === 'checked' && chosen.checked === null && (
        <Text size="sm" data-testid="check-first">
          {t.checkFirst}
        </Text>
      )}
    </>
  )
}

function Choice<Option extends string>(props: {
  title: string
  options: readonly Option[]
  words: Record<Option, string>
  chosen: Option | null
  /** Null: it was chosen, and was pressed again. */
  onChoose: (option: Option | null) => void
}) {
  return (
    <ChoiceSet title={props.title}>
      <div className={classes['options']}>
        {props.options.map(one => (
          <Button
            key={one}
            variant={one === props.chosen ? 'filled' : 'default'}
            aria-pressed={one === props.chosen}
            data-testid={`handed-to-${one}`}
            onClick={() => props.onChoose(one === props.chosen ? null : one)}
          >
            {props.words[one]}
          </Button>
        ))}
      </div>
    </ChoiceSet>
  )
}
