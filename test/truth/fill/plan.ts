/** What it takes to draw rows of one table, as the database stands. */
import type pg from 'pg';
import type { Random } from '../../support/random.js';
import { quoteIdentifier, textRows } from '../server.js';
import type { Texts } from '../values/texts.js';
import { findCandidates } from './candidates.js';
import type { ParentKeys, TablePlan } from './row.js';
import type { FillColumn, FillSchema, FillTable } from './schema.js';

const MOST_PARENTS = 200;

export async function planTable(
  client: pg.ClientBase,
  schema: FillSchema,
  texts: Texts,
  table: FillTable,
  nullElements: (column: FillColumn) => boolean,
  random: Random,
  /** Keys that will exist, for tables that are filled in a circle. */
  promised: ReadonlyMap<number, readonly DrawnKey[]> = new Map(),
): Promise<TablePlan> {
  const parents: ParentKeys[] = [];
  for (const key of table.foreignKeys)
    parents.push({ key, tuples: await parentTuples(client, schema, key.referenced, key.referencedColumns, promised) });
  const foreign = new Map<number, readonly string[]>();
  for (const { key, tuples } of parents) {
    key.columns.forEach((column, index) => {
      if (tuples.length > 0)
        foreign.set(
          column,
          tuples.flatMap((tuple) => tuple[index] ?? []),
        );
    });
  }
  const candidates = await findCandidates(client, schema, texts, table, foreign, nullElements, random);
  return { table, candidates, parents, related: await relatedValues(client, schema, table, foreign) };
}

/** A key drawn before its row is inserted: texts by column name. */
export type DrawnKey = ReadonlyMap<string, string>;

async function parentTuples(
  client: pg.ClientBase,
  schema: FillSchema,
  oid: number,
  columns: readonly string[],
  promised: ReadonlyMap<number, readonly DrawnKey[]>,
): Promise<(readonly string[])[]> {
  const ahead = promised.get(oid);
  if (ahead !== undefined) return ahead.map((key) => columns.map((column) => key.get(column) ?? ''));
  const names = columns.map(quoteIdentifier).join(', ');
  // The referenced table may be a partition, which is not filled as a table of its own.
  const target =
    schema.tables.find((table) => table.oid === oid)?.sql ??
    (await textRows(client, `SELECT ${String(oid)}::regclass::text AS sql`))[0]?.['sql'];
  const condition = columns.map((column) => `${quoteIdentifier(column)} IS NOT NULL`).join(' AND ');
  const rows = await textRows(client, `SELECT ${names} FROM ${target ?? ''} WHERE ${condition} LIMIT ${String(MOST_PARENTS)}`);
  return rows.map((row) => columns.map((column) => row[column] ?? ''));
}

/**
 * Joins follow names even where no foreign key does: `user_id` takes values of `users.id`, and
 * columns of one name share values.
 */
async function relatedValues(
  client: pg.ClientBase,
  schema: FillSchema,
  table: FillTable,
  foreign: ReadonlyMap<number, readonly string[]>,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const related = new Map<number, readonly string[]>();
  for (const column of table.columns) {
    if (foreign.has(column.number) || column.generated) continue;
    const sources = schema.tables.flatMap((other) =>
      other.columns.flatMap((candidate) => {
        if (other === table || candidate.typeOid !== column.typeOid) return [];
        return pointsAt(column.name, other.name, candidate.name) ? [{ other, candidate }] : [];
      }),
    );
    const values: string[] = [];
    for (const { other, candidate } of sources.slice(0, 3)) {
      const name = quoteIdentifier(candidate.name);
      const rows = await textRows(client, `SELECT ${name}::text AS value FROM ${other.sql} WHERE ${name} IS NOT NULL LIMIT 20`);
      for (const row of rows) if (row['value'] !== null && row['value'] !== undefined) values.push(row['value']);
    }
    if (values.length > 0) related.set(column.number, values);
  }
  return related;
}

function pointsAt(column: string, table: string, candidate: string): boolean {
  if (column === 'id' || column === 'name') return false;
  if (column === candidate && /_id$|code$|key$|slug$|email$|username$/.test(column)) return true;
  const target = /^(.+?)_(id|uuid|code|name|slug|key)$/.exec(column);
  if (target === null || target[2] !== candidate) return false;
  const stem = target[1] ?? '';
  return [stem, `${stem}s`, `${stem}es`, stem.replace(/y$/, 'ies')].some(
    (name) => table === name || stem.endsWith(`_${table.replace(/s$/, '')}`),
  );
}
