/** A database with a schema, and what the compiler reads of it, while the tests of one file or one `describe` run. */
import type pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import type { Catalog } from '../../src/catalog/index.js';
import { loadParser } from '../../src/compiler/parse.js';
import { openDescriber, readCatalog, type Describer } from '../../src/database/index.js';
import { connect, createDatabase, type TestDatabase } from './database.js';

export interface Ground {
  readonly client: pg.Client;
  readonly describer: Describer;
  readonly catalog: Catalog;
}

/** The compiler's view of a database that is there; the caller closes it. */
export async function openGround(url: string): Promise<Ground & { close(): Promise<void> }> {
  await loadParser();
  const client = await connect(url);
  const describer = await openDescriber(url);
  return {
    client,
    describer,
    catalog: await readCatalog(client),
    async close() {
      await describer.close();
      await client.end();
    },
  };
}

/** Call it outside of a test; what it returns gives the ground inside of one. */
export const useGround = (schema: string): (() => Ground) => useOpened(schema, openGround);

/** As `useGround`, for what else is opened on a database. */
export function useOpened<Opened extends { close(): Promise<void> }>(schema: string, open: (url: string) => Promise<Opened>): () => Opened {
  let database: TestDatabase | undefined;
  let opened: Opened | undefined;
  beforeAll(async () => {
    database = await createDatabase(schema);
    opened = await open(database.url);
  });
  afterAll(async () => {
    await opened?.close();
    await database?.drop();
  });
  return () => {
    if (opened === undefined) throw new Error('the database is not open');
    return opened;
  };
}
