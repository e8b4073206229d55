import type { Outcome } from './run.ts'

/**
 * What people have to know of a failing run: who did what around the first wrong things.
 * @param replay the command that runs it once more
 */
export function storyOf({ seed, hash, steps, failures, story, epoch }: Outcome, replay: string): string {
  const about = failures.slice(0, 5).map(({ subject }) => subject)
  const words = about.flatMap(subject => subject.split(/[/ ]/)).filter(word => word.length > 2)
  const clock = (at: number) => new Date(epoch + at).toISOString().slice(5, 19).replace('T', ' ')
  const lines = story
    .filter(
      ({ who, what }) =>
        who.startsWith('fault') || who === 'Shopify' || words.some(word => `${who} ${what}`.includes(word)),
    )
    .slice(-60)
    .map(({ at, who, what }) => `  ${clock(at)}  ${who}: ${what}`)
  const found = failures.map(({ invariant, subject, detail }) => `  ${invariant}, ${subject}: ${detail}`)
  return [
    `Seed ${seed} (trace ${hash}, ${steps} steps): ${failures.length} promises are not kept.`,
    ...found.slice(0, 20),
    'What happened:',
    ...lines,
    `Replay: ${replay}`,
  ].join('\n')
}
