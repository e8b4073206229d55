import type { TestProject } from 'vitest/node'

/** Says before the first run how to repeat it. */
export default function printSeed(project: TestProject): void {
  console.log(`Repeat this run with FUZZ_SEED=${project.config.env?.['FUZZ_SEED']} npm run fuzz`)
}
