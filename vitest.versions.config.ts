/** What `npm run test:versions` runs on each PostgreSQL that is supported, and so is not part of `npm test`. */
import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

export default defineConfig({
  ...base,
  test: { ...base.test, include: ['test/versions/**/*.test.ts', 'test/cardinality/read-only.test.ts'], exclude: [] },
});
