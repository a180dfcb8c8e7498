/**
 * Database → `Catalog`, in a fixed number of queries for a whole run, however large the schema.
 *
 * Invariant: everything comes from one snapshot, and a fact that cannot be proven from it (a
 * constraint that is not validated, a child table that allows NULL) is not claimed.
 */
import { groupBy } from '../../group-by.js';
import type pg from 'pg';
import type { Catalog } from '../../catalog/index.js';
import { readRelations } from './relations.js';
import { readEqualities, readFunctions, readOperators } from './routines.js';
import { readTypes } from './types.js';
import { readWriters } from './writers.js';

interface SettingsRow {
  readonly server_version: number;
  readonly search_path: readonly string[];
}

/** Reads the catalog of the client's database. The client must be connected, and outside a transaction. */
export async function readCatalog(client: pg.Client): Promise<Catalog> {
  await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
  try {
    const settings = await client.query<SettingsRow>(
      `SELECT current_setting('server_version_num')::int AS server_version, current_schemas(true)::text[] AS search_path`,
    );
    const { server_version: serverVersion = 0, search_path: searchPath = [] } = settings.rows[0] ?? {};
    const types = await readTypes(client);
    const relations = await readRelations(client, serverVersion);
    const functions = await readFunctions(client);
    const operators = await readOperators(client);
    return {
      serverVersion,
      searchPath,
      types,
      relations,
      relationsByName: byName(relations.values()),
      typesByName: byName(types.values()),
      functionsByName: byName(functions),
      operatorsByName: byName(operators),
      equalities: await readEqualities(client),
      writers: await readWriters(client),
    };
  } finally {
    await client.query('ROLLBACK');
  }
}

function byName<T extends { readonly name: string }>(items: Iterable<T>): ReadonlyMap<string, readonly T[]> {
  return groupBy(items, ({ name }) => name);
}
