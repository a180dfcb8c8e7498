/**
 * Fills every table of a database with made-up rows.
 *
 * Invariant: every row that stands satisfies every constraint of its table; NULL, the edges of each
 * type and each label of an enum are wished for in every column that allows them.
 */
import type pg from 'pg';
import { createRandom, type Random } from '../../support/random.js';
import { inSavepoint, quoteIdentifier, refusalOf, textRows } from '../server.js';
import { createTexts, type Texts } from '../values/texts.js';
import { fillOrder, isHard, type FillStep } from './order.js';
import { planTable, type DrawnKey } from './plan.js';
import { drawRow, type DrawnRow, type RowWishes, type TablePlan } from './row.js';
import type { FillColumn, FillSchema, FillTable, PartitionBound } from './schema.js';
import { boundLiterals } from './hints.js';
import { KeysSeen } from './keys.js';

export interface FillOptions {
  readonly seed: number;
  /** Rows wished for a table, before labels and edges ask for more. */
  readonly rows?: number;
  /** Leaves out values from which a sum or a step overflows. */
  readonly gentle?: boolean;
  /** Whether an array column's elements may be NULL. */
  readonly nullElements?: (table: FillTable, column: FillColumn) => boolean;
}

export interface FilledTable {
  readonly table: FillTable;
  readonly rows: number;
  /** The last refusal where no row could be inserted. */
  readonly refusal: string | undefined;
  /** Whether triggers had to be held back. */
  readonly withoutTriggers: boolean;
}

export interface Filled {
  readonly tables: readonly FilledTable[];
  /** What could not be refreshed, and why. */
  readonly views: readonly string[];
}

const ROWS = 12;
const MOST_ROWS = 32;

export async function fillDatabase(client: pg.ClientBase, schema: FillSchema, options: FillOptions): Promise<Filled> {
  const random = createRandom(options.seed);
  const texts = createTexts(schema.types, { gentle: options.gentle ?? false });
  const tables: FilledTable[] = [];
  const nullElements = options.nullElements ?? (() => false);
  await client.query('BEGIN');
  await client.query('SET CONSTRAINTS ALL IMMEDIATE');
  for (const step of fillOrder(schema.tables)) {
    const filler: Filler = { client, schema, texts, random, nullElements, rows: options.rows ?? ROWS };
    tables.push(...(step.circular ? await fillCircle(filler, step) : await fillTables(filler, step.tables, new Map())));
  }
  await closeSoftKeys({ client, schema, texts, random, nullElements, rows: 0 }, schema.tables);
  await client.query('COMMIT');
  return { tables, views: await refreshViews(client, schema) };
}

interface Filler {
  readonly client: pg.ClientBase;
  readonly schema: FillSchema;
  readonly texts: Texts;
  readonly random: Random;
  readonly nullElements: (table: FillTable, column: FillColumn) => boolean;
  readonly rows: number;
}

type PromisedKeys = ReadonlyMap<number, readonly DrawnKey[]>;

async function fillTables(filler: Filler, tables: readonly FillTable[], promised: PromisedKeys): Promise<FilledTable[]> {
  const filled: FilledTable[] = [];
  for (const table of tables) {
    const random = filler.random.fork(table.sql);
    const plan = await planTable(
      filler.client,
      filler.schema,
      filler.texts,
      table,
      (column) => filler.nullElements(table, column),
      random,
      promised,
    );
    filled.push(await fillTable(filler, plan, random, promised.get(table.oid) ?? []));
  }
  return filled;
}

async function fillTable(filler: Filler, plan: TablePlan, random: Random, keys: readonly DrawnKey[]): Promise<FilledTable> {
  const seen = new KeysSeen(plan.table);
  let state: TablePlan = plan;
  let rows = 0;
  let refusal: string | undefined;
  let withoutTriggers = false;

  async function insert(wishes: RowWishes, attempts: number): Promise<boolean> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const row = drawRow(state, wishes, random);
      if (seen.has(row)) continue;
      try {
        const inserted = await inSavepoint(filler.client, () => insertRow(filler.client, plan.table, row, withoutTriggers));
        if (inserted === undefined) {
          refusal = 'a trigger or rule dropped the row';
          continue;
        }
        seen.add(inserted);
        state = withOwnParent(state, inserted);
        rows++;
        return true;
      } catch (error) {
        const refused = refusalOf(error);
        if (refused === undefined) throw error;
        refusal = `${refused.sqlstate} ${refused.message}`;
      }
    }
    return false;
  }

  const plans = rowWishes(plan, filler.rows, keys, random);
  for (const wishes of plans) {
    if (await insert(wishes, 6)) continue;
    // One wish of several may be what cannot be had, so each gets a row of its own.
    if (wishes.values.size > 1 && rows < MOST_ROWS) {
      for (const [column, value] of wishes.values) await insert({ values: new Map([[column, value]]), nulls: 0.2 }, 3);
    }
    if (rows === 0 && !withoutTriggers && !(await insert({ values: new Map(), nulls: 0.3 }, 40))) withoutTriggers = true;
  }
  return {
    table: plan.table,
    rows,
    refusal: rows === 0 ? (refusal ?? 'no row could be drawn') : undefined,
    withoutTriggers: withoutTriggers && rows > 0,
  };
}

/** Inserts and reads back what the table then holds; undefined where nothing was stored. */
async function insertRow(client: pg.ClientBase, table: FillTable, row: DrawnRow, withoutTriggers: boolean): Promise<DrawnRow | undefined> {
  const columns = table.columns.filter((column) => row.has(column.number));
  const names = columns.map((column) => quoteIdentifier(column.name)).join(', ');
  const places = columns.map((_, index) => `$${String(index + 1)}`).join(', ');
  const returned = table.columns.map((column) => quoteIdentifier(column.name)).join(', ');
  const source = columns.length === 0 ? 'DEFAULT VALUES' : `(${names}) OVERRIDING SYSTEM VALUE VALUES (${places})`;
  if (withoutTriggers) await client.query('SET LOCAL session_replication_role = replica');
  const stored = await textRows(
    client,
    `INSERT INTO ${table.sql} ${source} RETURNING ${returned || 'NULL'}`,
    columns.map((column) => row.get(column.number) ?? null),
  );
  if (withoutTriggers) await client.query('SET LOCAL session_replication_role = origin');
  const [first] = stored;
  return first && new Map(table.columns.map((column) => [column.number, first[column.name] ?? null]));
}

/** What each row shall hold: labels, edges, and NULL in every column that allows it; one row full, one empty. */
function rowWishes(plan: TablePlan, rows: number, keys: readonly DrawnKey[], random: Random): RowWishes[] {
  const { table } = plan;
  const queues = table.columns.flatMap((column) => {
    const candidates = plan.candidates.columns.get(column.number);
    if (candidates === undefined) return [];
    const values: (string | null)[] = [...candidates.edges];
    if (!column.notNull) values.push(null, null);
    return [{ column, values: random.shuffle(values) }];
  });
  const wanted = Math.min(MOST_ROWS, Math.max(rows, keys.length, ...queues.map((queue) => queue.values.length)));
  const wishes: RowWishes[] = [{ values: new Map(), nulls: 0 }];
  for (let index = 0; index < wanted; index++) {
    const values = new Map<number, string | null>();
    for (const { column, values: queue } of queues) {
      const value = queue[index];
      if (value !== undefined) values.set(column.number, value);
    }
    const key = keys[index];
    for (const column of table.columns) {
      const text = key?.get(column.name);
      if (text !== undefined) values.set(column.number, text);
    }
    wishes.push({ values, nulls: 0.2 });
  }
  wishes.push({ values: new Map(), nulls: 1 }, { values: new Map(), nulls: 0 });
  for (const path of table.partitions)
    for (let copy = 0; copy < 2; copy++) wishes.push({ values: insidePartition(path, random), nulls: 0.3 });
  return wishes;
}

/** Values of the key with which a row reaches one partition. */
function insidePartition(path: readonly PartitionBound[], random: Random): DrawnRow {
  const values = new Map<number, string>();
  for (const { bound, columns } of path) {
    const literals = boundLiterals(bound);
    const [first] = columns;
    if (/^FOR VALUES IN/i.test(bound)) {
      const literal = random.pick(literals);
      if (first !== undefined && literal !== undefined) values.set(first, literal);
    } else {
      columns.forEach((column, index) => {
        const literal = literals[index];
        if (literal !== undefined) values.set(column, literal);
      });
    }
  }
  return values;
}

/** Rows of a table that refers to itself can be parents of the next ones. */
function withOwnParent(plan: TablePlan, inserted: DrawnRow): TablePlan {
  if (!plan.parents.some(({ key }) => key.referenced === plan.table.oid)) return plan;
  const parents = plan.parents.map((parent) => {
    if (parent.key.referenced !== plan.table.oid) return parent;
    const tuple = parent.key.referencedColumns.map((name) =>
      inserted.get(plan.table.columns.find((column) => column.name === name)?.number ?? 0),
    );
    return tuple.every((text) => typeof text === 'string') ? { ...parent, tuples: [...parent.tuples, tuple] } : parent;
  });
  return { ...plan, parents };
}

/**
 * A circle of keys that cannot be NULL: the keys are drawn before the rows, checked once all rows
 * stand, and rows that point at a key which did not make it go again.
 */
async function fillCircle(filler: Filler, step: FillStep): Promise<FilledTable[]> {
  const { client, schema, random } = filler;
  const members = new Set(step.tables.map((table) => table.oid));
  const inner = step.tables.flatMap((table) =>
    table.foreignKeys.filter((key) => members.has(key.referenced)).map((key) => ({ table, key })),
  );
  for (const { table, key } of inner) {
    if (!key.deferrable) await client.query(`ALTER TABLE ${table.sql} ALTER CONSTRAINT ${quoteIdentifier(key.name)} DEFERRABLE`);
  }
  for (const { table, key } of inner)
    await client.query(`SET CONSTRAINTS ${quoteIdentifier(table.schema)}.${quoteIdentifier(key.name)} DEFERRED`);
  const promised = new Map<number, readonly DrawnKey[]>();
  for (const table of step.tables) {
    const plan = await planTable(client, schema, filler.texts, table, () => false, random.fork(`keys of ${table.sql}`));
    const columns = new Set(inner.filter(({ key }) => key.referenced === table.oid).flatMap(({ key }) => key.referencedColumns));
    const keys = Array.from({ length: filler.rows }, (_, index) => {
      const key = new Map<string, string>();
      for (const column of table.columns) {
        if (!columns.has(column.name)) continue;
        const candidates = plan.candidates.columns.get(column.number);
        const pool = [...new Set([...(candidates?.common ?? []), ...(candidates?.edges ?? [])])];
        const text = pool[index % Math.max(1, pool.length)];
        if (text !== undefined) key.set(column.name, text);
      }
      return key;
    });
    promised.set(table.oid, keys);
  }
  await fillTables(filler, step.tables, promised);
  for (let removed = 1; removed > 0;) {
    removed = 0;
    for (const { table, key } of inner) removed += await removeOrphans(client, schema, table, key);
  }
  await client.query('SET CONSTRAINTS ALL IMMEDIATE');
  for (const { table, key } of inner) {
    if (!key.deferrable) await client.query(`ALTER TABLE ${table.sql} ALTER CONSTRAINT ${quoteIdentifier(key.name)} NOT DEFERRABLE`);
  }
  const filled: FilledTable[] = [];
  for (const table of step.tables) {
    const count = Number((await textRows(client, `SELECT count(*) AS n FROM ${table.sql}`))[0]?.['n']);
    filled.push({ table, rows: count, refusal: count === 0 ? 'no circle of rows could be closed' : undefined, withoutTriggers: false });
  }
  return filled;
}

async function removeOrphans(
  client: pg.ClientBase,
  schema: FillSchema,
  table: FillTable,
  key: FillTable['foreignKeys'][number],
): Promise<number> {
  const parent = schema.tables.find((candidate) => candidate.oid === key.referenced);
  if (parent === undefined) return 0;
  const names = key.columns.map((number) => quoteIdentifier(table.columns.find((column) => column.number === number)?.name ?? ''));
  const joined = names.map((name, index) => `p.${quoteIdentifier(key.referencedColumns[index] ?? '')} = c.${name}`).join(' AND ');
  const present = names.map((name) => `c.${name} IS NOT NULL`).join(' AND ');
  const result = await client.query(
    `DELETE FROM ${table.sql} c WHERE ${present} AND NOT EXISTS (SELECT FROM ${parent.sql} p WHERE ${joined})`,
  );
  return result.rowCount ?? 0;
}

/** Points rows at parents that did not stand yet when the rows were made. */
async function closeSoftKeys(filler: Filler, tables: readonly FillTable[]): Promise<void> {
  const order = new Map(
    fillOrder(tables)
      .flatMap((step) => step.tables)
      .map((table, index) => [table.oid, index]),
  );
  for (const table of tables) {
    for (const key of table.foreignKeys) {
      const late = (order.get(key.referenced) ?? -1) > (order.get(table.oid) ?? 0);
      const parent = tables.find((candidate) => candidate.oid === key.referenced);
      if (!late || parent === undefined || isHard(table, key)) continue;
      await pointSomeRows(filler, table, key, parent);
    }
  }
}

async function pointSomeRows(filler: Filler, table: FillTable, key: FillTable['foreignKeys'][number], parent: FillTable): Promise<void> {
  const { client } = filler;
  const random = filler.random.fork(`${table.sql} ${key.name}`);
  const referenced = key.referencedColumns.map((name) => `p.${quoteIdentifier(name)}::text AS ${quoteIdentifier(name)}`).join(', ');
  const tuples = await textRows(client, `SELECT ${referenced} FROM ${parent.sql} p LIMIT 50`);
  const rows = await textRows(client, `SELECT tableoid::text AS t, ctid::text AS c FROM ${table.sql}`);
  for (const row of rows) {
    if (random.chance(0.4)) continue;
    const tuple = random.pick(tuples);
    if (tuple === undefined) return;
    const columns = key.columns.flatMap((number) => table.columns.filter((column) => column.number === number));
    const set = columns.map((column, index) => `${quoteIdentifier(column.name)} = $${String(index + 3)}`).join(', ');
    const values = key.referencedColumns.map((name) => tuple[name] ?? null);
    try {
      const sql = `UPDATE ${table.sql} SET ${set} WHERE tableoid = $1::oid AND ctid = $2::tid`;
      await inSavepoint(client, () => textRows(client, sql, [row['t'] ?? null, row['c'] ?? null, ...values]));
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
    }
  }
}

async function refreshViews(client: pg.ClientBase, schema: FillSchema): Promise<string[]> {
  const failed: string[] = [];
  for (const view of schema.materializedViews) {
    try {
      await client.query(`REFRESH MATERIALIZED VIEW ${view}`);
    } catch (error) {
      const refused = refusalOf(error);
      if (refused === undefined) throw error;
      failed.push(`${view}: ${refused.sqlstate} ${refused.message}`);
    }
  }
  return failed;
}
