/** The tests of what is mutated, and no others; see `stryker.config.js`. */
import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

export default defineConfig({
  ...base,
  test: { ...base.test, include: ['test/authorize/**/*.test.ts', 'test/guard/**/*.test.ts'] },
});
