/** `npm run test:browser`: what needs a browser on the machine, and so is not part of `npm test`. */
import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

export default defineConfig({ ...base, test: { ...base.test, include: ['test/browser/**/*.test.ts'], exclude: [] } });
