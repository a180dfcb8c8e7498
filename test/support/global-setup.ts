/**
 * Starts the one PostgreSQL server of a test run, says which it took, and leaves nothing behind.
 * Where none can start the run fails: no test is ever skipped for want of a server.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { dropTestDatabases, newRunName } from './run.js';
import { startServer } from './server.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL of the server's `postgres` database. */
    databaseUrl: string;
    /** What the names of this run's databases begin with. */
    databasePrefix: string;
    /** A folder that the run's workers share, for the images that `makeImageFolder` begins with. */
    imageFolder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  console.log(`tests run on ${server.label}`);
  const prefix = newRunName();
  project.provide('databaseUrl', server.url);
  project.provide('databasePrefix', prefix);
  const imageFolder = await mkdtemp(join(tmpdir(), 'sqlward-images-'));
  project.provide('imageFolder', imageFolder);
  return async () => {
    try {
      await rm(imageFolder, { recursive: true, force: true });
      await dropTestDatabases(server.url, prefix);
    } finally {
      await server.stop();
    }
  };
}
