/**
 * `npm run mutate`: how much of the proof and of the check the tests would notice if it broke.
 *
 * It takes long, so it is no part of the checks before a commit. One part alone, with its tests:
 * `npm run mutate -- --mutate 'src/runtime/authorize/check.ts'`.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutate.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  mutate: ['src/runtime/authorize/**/*.ts', 'src/compiler/guard/check.ts', 'src/compiler/guard/**/*.ts'],
  coverageAnalysis: 'perTest',
  // Two workers, each with its own test run: the database server wants a core as well.
  concurrency: 2,
  timeoutMS: 10_000,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { logTests: false, allowColor: false },
  ignorePatterns: ['dist', 'generated', 'scripts/bench', 'docs'],
};
