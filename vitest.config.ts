import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.js';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Most code of a test runs briefly, so that it is optimized after nine times as much work as V8 would wait for. From
 * Node 22 on, V8 has no such option, and an optimizer between that costs less.
 */
const OPTIMIZE_LATER = Number.parseInt(process.versions.node) < 22 ? ['--interrupt-budget=600000'] : [];

export default defineConfig({
  // As the `paths` of tsconfig.json.
  resolve: {
    alias: [
      { find: /^sqlward$/, replacement: source('./src/runtime/service.ts') },
      { find: /^sqlward\/(opentelemetry)$/, replacement: source('./src/observers/$1.ts') },
      { find: /^sqlward\/(drizzle|kysely|pglite|postgres-js)$/, replacement: source('./src/drivers/$1.ts') },
      { find: /^sqlward\/(.*)$/, replacement: source('./src/adapters/$1.ts') },
      { find: /^@sqlward\/connection-logs$/, replacement: source('./generated/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // These have commands of their own, for what they need on the machine.
    exclude: ['test/browser/**', 'test/cluster/**', 'test/postgis/**', 'test/versions/**'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/seed.ts', 'test/support/first-copy.ts'],
    // Vitest leaves a core to itself; the workers wait for the database server often enough to share all.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    pool: 'forks',
    // What optimizes WebAssembly costs more than it saves: a database lives for one test, and its code is 9 MB.
    execArgv: ['--liftoff-only', ...OPTIMIZE_LATER],
    // A worker keeps its modules, compiled and warm, from file to file; what a file changes for all, it puts back.
    isolate: false,
    // A first `initdb` or a packed install may take long on a small machine; a hang still ends.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    typecheck: { include: ['test/**/*.test-d.ts'], tsconfig: './test/tsconfig.types.json' },
  },
});
