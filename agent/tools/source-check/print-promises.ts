import type { AgentEvent } from '../../../shared/events.ts'
import { SourceId } from '../../../shared/ids.ts'
import type { TemplateMapping } from '../../sources/mapped/mapping-file.ts'
import { readExamplePrints } from '../../sources/paper/example-prints.ts'
import type { CheckedPromise } from './checked-promise.ts'
import { differences } from './compare-sales.ts'
import { keptMemory } from './kept-memory.ts'

/** What a receipt template must hold, over the prints that a mapping brings. */
export async function checkPrints({
  template,
  examples,
}: TemplateMapping): Promise<readonly CheckedPromise[]> {
  const checked: CheckedPromise[] = []
  for (const example of examples) {
    const memory = keptMemory()
    const read = async () => {
      const parts = { source: SourceId.parse('example'), memory }
      await readExamplePrints(template, example.prints, example.settings, parts)
      return memory.news()
    }
    const of = (promise: string, problems: readonly string[]) => ({
      example: example.name,
      promise,
      problems,
    })
    checked.push(of('what was sold is read as it was', differences(await read(), example)))
    checked.push(of('a receipt that is printed again tells nothing again', salesIn(await read())))
  }
  return checked
}

function salesIn(events: readonly AgentEvent[]): string[] {
  return events.flatMap(event =>
    event.kind === 'sale.completed' ? [`${event.kind} of receipt ${event.receipt}`] : [],
  )
}
