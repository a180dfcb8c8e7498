/** Every fact about a database holds on a real server and on the embedded one. */
import { rm } from 'node:fs/promises';
import { afterAll, type afterEach, beforeAll, inject } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../src/database/open.js';
import type { SourceFile } from '../../src/sql/source.js';
import { makeImageFolder } from '../support/images.js';

export type ServerKind = 'scratch database' | 'embedded database';
export const SERVERS: readonly ServerKind[] = ['scratch database', 'embedded database'];

/** Opens databases with a schema on either server, and closes them all after the file's tests, or after each test. */
export function databaseOpener(
  after: typeof afterAll | typeof afterEach = afterAll,
): (kind: ServerKind, schema: string | readonly SourceFile[], queries?: readonly SourceFile[]) => Promise<OpenDatabase> {
  let cacheDirectory = '';
  beforeAll(async () => {
    cacheDirectory = await makeImageFolder();
  });
  afterAll(() => rm(cacheDirectory, { recursive: true, force: true }));
  const opened: OpenDatabase[] = [];
  after(async () => {
    await Promise.all(opened.splice(0).map((database) => database.close()));
  });
  return async (kind, schema, queries = []) => {
    const files = typeof schema === 'string' ? [{ path: 'schema.sql', text: schema }] : schema;
    const choice =
      kind === 'embedded database' ? { kind: 'embedded' as const } : { kind: 'managed' as const, serverUrl: inject('databaseUrl') };
    const database = await openDatabase(choice, files, { cacheDirectory, queries });
    opened.push(database);
    return database;
  };
}
