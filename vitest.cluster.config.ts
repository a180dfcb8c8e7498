/** `npm run test:cluster`: several servers, and Debian's `pgbouncer`, which must be on the machine; not part of `npm test`. */
import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

export default defineConfig({ ...base, test: { ...base.test, include: ['test/cluster/**/*.test.ts'], exclude: [] } });
