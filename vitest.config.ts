import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/seed.ts'],
    // Vitest leaves a core to itself; the workers wait for the database server often enough to share all.
    maxWorkers: '100%',
    pool: 'forks',
    // A first `initdb` or a packed install may take long on a small machine; a hang still ends.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    typecheck: { include: ['test/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
  },
});
