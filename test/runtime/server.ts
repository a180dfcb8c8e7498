/** Queries written by hand as the generator would write them, and a connection to run them on. */
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { many } from '../../src/runtime/commands.js';
import type { BoundValue, Database, RawRow } from '../../src/runtime/database.js';
import type { QueryDefinition } from '../../src/runtime/definition.js';

/** A definition that only says what a test is about. */
export function definition<Params = void, Row = RawRow>(
  parts: Partial<QueryDefinition<Params, Row>> & Pick<QueryDefinition<Params, Row>, 'text' | 'decode'>,
): QueryDefinition<Params, Row> {
  return {
    name: 'TestQuery',
    command: 'many',
    source: 'queries/test.sql:1',
    columns: [],
    bind: () => [],
    ...parts,
    text: `\n${parts.text}`,
  };
}

/** The first row of a statement as raw text, through the run time. */
export async function rawRow(db: Database, text: string, values: readonly BoundValue[] = []): Promise<RawRow> {
  const rows = await many(definition({ text, bind: () => values, decode: (row) => row }))(db);
  const [row] = rows;
  if (row === undefined) throw new Error(`no row from ${text}`);
  return row;
}

/** A connected client for a whole test file, on the server's own database. */
export function sharedClient(): { readonly client: pg.Client } {
  const shared = { client: new pg.Client() };
  beforeAll(async () => {
    shared.client = new pg.Client(inject('databaseUrl'));
    await shared.client.connect();
  });
  afterAll(() => shared.client.end());
  return shared;
}
