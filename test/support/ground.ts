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

/** Call it outside of a test; what it returns gives the ground inside of one. */
export function useGround(schema: string): () => Ground {
  let database: TestDatabase | undefined;
  let ground: Ground | undefined;
  beforeAll(async () => {
    await loadParser();
    database = await createDatabase(schema);
    const client = await connect(database.url);
    ground = { client, describer: await openDescriber(database.url), catalog: await readCatalog(client) };
  });
  afterAll(async () => {
    await ground?.describer.close();
    await ground?.client.end();
    await database?.drop();
  });
  return () => {
    if (ground === undefined) throw new Error('the database is not open');
    return ground;
  };
}
