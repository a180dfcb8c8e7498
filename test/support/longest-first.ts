/**
 * The files that take longest begin first, so that no worker is left with one while the others have
 * nothing more to do. Vitest knows how long files took where it ran before; a fresh clone does not.
 */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Longest first; the others take a few seconds at most. */
const LONGEST: readonly string[] = [
  'test/truth/truth.test.ts',
  'test/package/package.test.ts',
  'test/database/embedded.test.ts',
  'test/database/load.test.ts',
  'test/docs/first-steps.test.ts',
  'test/guard/fuzz.test.ts',
  'test/database/schema-files.test.ts',
  'test/database/dumps.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = LONGEST.indexOf(relative(this.ctx.config.root, moduleId).replaceAll('\\', '/'));
      return found < 0 ? LONGEST.length : found;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
