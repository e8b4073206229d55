import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/** Files that take the longest, longest first: programs that run for as long as their few lines do not show. */
const longest = [
  'test/simulate/simulate.test.ts',
  'test/simulate/scenarios.test.ts',
  'test/simulate/faults.test.ts',
  'test/updates/update-of-a-till.test.ts',
  'test/bench/tiny.test.ts',
]

/**
 * Vitest begins with the longest files as far as it remembers them; on a clean clone with the largest ones. A long one that
 * begins last leaves all but one core idle.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = longest.findIndex(path => moduleId.endsWith(path))
      return found === -1 ? longest.length : found
    }
    return (await super.sort(files)).sort((one, other) => place(one) - place(other)) // the rest stays as it is
  }
}
