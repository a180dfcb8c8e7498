/** `npm run test:postgis`: the embedded build of PostGIS, 30 MB that the command installs; not part of `npm test`. */
import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

export default defineConfig({ ...base, test: { ...base.test, include: ['test/postgis/*.test.ts'], exclude: [] } });
