/** What stands in a filled database, and how to make more of it: where arguments come from. */
import type pg from 'pg';
import { planTable } from '../fill/plan.js';
import type { TablePlan } from '../fill/row.js';
import type { FillColumn, FillSchema, FillTable } from '../fill/schema.js';
import type { Random } from '../random.js';
import { textRows, type TextRow } from '../server.js';
import type { Texts } from '../values/texts.js';

export interface Population {
  readonly schema: FillSchema;
  readonly texts: Texts;
  /** The rows of a table or view, a few dozen at most. */
  rows(relationOid: number): readonly TextRow[];
  /** Draws rows that could be inserted; undefined for what is no table. */
  plan(relationOid: number): TablePlan | undefined;
}

const MOST_ROWS = 60;

/** Reads the relations that queries refer to. */
export async function readPopulation(
  client: pg.ClientBase,
  schema: FillSchema,
  texts: Texts,
  relationOids: Iterable<number>,
  nullElements: (table: FillTable, column: FillColumn) => boolean,
  random: Random,
): Promise<Population> {
  const rows = new Map<number, readonly TextRow[]>();
  const plans = new Map<number, TablePlan>();
  // The filler's questions to the server stand in savepoints.
  await client.query('BEGIN');
  for (const oid of new Set(relationOids)) {
    const table = schema.tables.find((candidate) => candidate.oid === oid);
    rows.set(oid, await readRows(client, oid));
    if (table) plans.set(oid, await planTable(client, schema, texts, table, (column) => nullElements(table, column), random.fork(table.sql)));
  }
  await client.query('ROLLBACK');
  return { schema, texts, rows: (oid) => rows.get(oid) ?? [], plan: (oid) => plans.get(oid) };
}

/** A view that fails over made-up rows has none to offer. */
async function readRows(client: pg.ClientBase, oid: number): Promise<TextRow[]> {
  await client.query('SAVEPOINT population');
  try {
    const [name] = await textRows(client, `SELECT ${String(oid)}::regclass::text AS sql, relkind FROM pg_class WHERE oid = ${String(oid)} AND relkind IN ('r', 'p', 'v', 'm')`);
    if (name === undefined) return [];
    return await textRows(client, `SELECT * FROM ${name['sql'] ?? ''} LIMIT ${String(MOST_ROWS)}`);
  } catch {
    return [];
  } finally {
    await client.query('ROLLBACK TO SAVEPOINT population');
  }
}
