/**
 * Starts the one PostgreSQL server of a test run, says which it took, and leaves nothing behind.
 * Where none can start the run fails: no test is ever skipped for want of a server.
 */
import type { TestProject } from 'vitest/node';
import { dropTestDatabases, newRunName } from './run.js';
import { startServer } from './server.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL of the server's `postgres` database. */
    databaseUrl: string;
    /** What the names of this run's databases begin with. */
    databasePrefix: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  console.log(`tests run on ${server.label}`);
  const prefix = newRunName();
  project.provide('databaseUrl', server.url);
  project.provide('databasePrefix', prefix);
  return async () => {
    try {
      await dropTestDatabases(server.url, prefix);
    } finally {
      await server.stop();
    }
  };
}
