/**
 * What a database comes to in the course of time: NULL in a domain that refuses it, as a subquery or
 * an outer join puts it there, and materialized views that are older than their tables.
 */
import type pg from 'pg';
import { inSavepoint, quoteIdentifier, refusalOf } from '../server.js';
import type { FillSchema } from './schema.js';

/** Works on filled tables whose views were refreshed. What PostgreSQL refuses is left as it is. */
export async function unsettle(client: pg.ClientBase, schema: FillSchema): Promise<void> {
  await client.query('BEGIN');
  for (const table of schema.tables) {
    for (const column of table.columns) {
      if (column.notNull || column.generated || schema.types.get(column.typeOid)?.notNull !== true) continue;
      const name = quoteIdentifier(column.name);
      // A subquery without a row is NULL, and no domain looks at it.
      await attempt(client, `UPDATE ${table.sql} SET ${name} = (SELECT ${name} FROM ${table.sql} WHERE false) WHERE ${oneRow(table.sql)}`);
    }
  }
  if (schema.materializedViews.length > 0)
    for (const { sql } of schema.tables) await attempt(client, `DELETE FROM ${sql} WHERE ${oneRow(sql)}`);
  await client.query('COMMIT');
}

function oneRow(table: string): string {
  return `(tableoid, ctid) IN (SELECT tableoid, ctid FROM ${table} LIMIT 1)`;
}

async function attempt(client: pg.ClientBase, sql: string): Promise<void> {
  try {
    await inSavepoint(client, () => client.query(sql));
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
  }
}
