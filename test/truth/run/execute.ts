/**
 * One call of a generated function, and what to make of its outcome.
 *
 * Invariant: whatever the call changed is rolled back. What PostgreSQL refused is told from what the
 * generated code could not keep: only the second is a lie.
 */
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { brokenPromise, type ColumnPromise, type ValueTypes } from '../declared/model.js';
import type { DeclaredFunction } from '../declared/module.js';
import { mismatch } from '../declared/shape.js';
import type { Relation } from '../../../src/catalog/catalog.js';
import type { ColumnField, RowField, ShapedQuery } from '../../../src/compiler/emit/shaped-query.js';
import { textRows } from '../server.js';

export type Filtering = 'none' | 'unfiltered' | 'unrestricted' | 'condition' | 'deny';

export interface Target {
  readonly query: ShapedQuery;
  readonly functionName: string;
  readonly filtering: Filtering;
  readonly declared: DeclaredFunction;
  /** Calls the function with the database, the filter where there is one, and the arguments. */
  readonly call: (db: pg.ClientBase, argument: unknown) => Promise<unknown>;
  /** What the model promises of a column, overrides included. */
  readonly promise: (field: ColumnField) => ColumnPromise;
}

export interface Lie {
  readonly query: string;
  readonly functionName: string;
  /** Where in the result, or the parameter; empty where the lie is about the call as a whole. */
  readonly place: string;
  readonly problem: string;
  readonly value: unknown;
}

export interface RefusedCall {
  readonly sqlstate: string;
  readonly message: string;
  /** The server could not read an argument as its declared type. */
  readonly argument: boolean;
}

/**
 * Documented ends of the types: NULL elements stand in stored arrays only where an override says so, arrays
 * have the depth that they are declared with,
 * a Date ends in the year 275760, and an int8 that was set to be a number at 2^53. A DecodeError says
 * so, and no wrong value comes out.
 */
export interface Limit {
  readonly query: string;
  readonly column: string;
  readonly message: string;
}

export type CallOutcome =
  | { readonly kind: 'ran'; readonly rows: number; readonly values: number; readonly columns: readonly ColumnSeen[] }
  | { readonly kind: 'refused'; readonly refusal: RefusedCall }
  | { readonly kind: 'limit'; readonly limit: Limit }
  | { readonly kind: 'lie'; readonly lie: Lie };

/** A column of one row, for the measure of needless `| null`. */
export interface ColumnSeen {
  readonly property: string;
  readonly null: boolean;
}

/** The tables of `emptied`, and what refers to them, are empty when the query runs. */
export async function execute(
  client: pg.ClientBase,
  target: Target,
  argument: unknown,
  types: ValueTypes,
  emptied: readonly Relation[] = [],
): Promise<CallOutcome> {
  await client.query('BEGIN');
  try {
    await empty(client, emptied);
    const before = target.filtering === 'deny' ? await checksum(client, target) : undefined;
    let result: unknown;
    try {
      result = await target.call(client, argument);
    } catch (error) {
      return judgeError(target, error);
    }
    let values = 0;
    const lie =
      judgeResult(target, result, types, () => values++) ??
      (before === undefined ? undefined : await judgeDenied(client, target, argument, result, before));
    if (lie) return { kind: 'lie', lie };
    const rows = rowsOf(target, result);
    return { kind: 'ran', rows: rows.length, values, columns: rows.flatMap((row) => columnsSeen(target.query.row?.fields ?? [], row)) };
  } finally {
    // On a lost connection there is nothing left to roll back.
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

async function empty(client: pg.ClientBase, relations: readonly Relation[]): Promise<void> {
  for (const { oid } of relations) {
    await client.query('SAVEPOINT emptied');
    // A view keeps its rows.
    const [table] = await textRows(
      client,
      `SELECT ${String(oid)}::regclass::text AS sql FROM pg_class WHERE oid = ${String(oid)} AND relkind IN ('r', 'p')`,
    );
    if (table) await client.query(`TRUNCATE ${table['sql'] ?? ''} CASCADE`).catch(() => client.query('ROLLBACK TO SAVEPOINT emptied'));
  }
}

function lieOf(target: Target, place: string, problem: string, value: unknown): Lie {
  return { query: target.query.query.name, functionName: target.functionName, place, problem, value };
}

function judgeResult(target: Target, result: unknown, types: ValueTypes, count: () => void): Lie | undefined {
  const { declared, query } = target;
  if (declared.result === undefined) {
    return result === undefined ? undefined : lieOf(target, '', 'declared void, and returned something', result);
  }
  const wrong = mismatch(declared.result, result, '', count);
  if (wrong) return lieOf(target, wrong.path, `declared ${wrong.expected}`, wrong.value);
  const rows = rowsOf(target, result);
  for (const [index, row] of rows.entries()) {
    const broken = brokenRow(target, query.row?.fields ?? [], row, types);
    if (broken) return lieOf(target, `[${String(index)}]${broken.place}`, broken.problem, broken.value);
  }
  const { cardinality, command } = query.query;
  if (command === 'many' && cardinality === 'one' && rows.length !== 1) return lieOf(target, '', 'the model says one row', rows.length);
  if (command === 'many' && cardinality === 'zeroOrOne' && rows.length > 1)
    return lieOf(target, '', 'the model says one row at most', rows.length);
  return undefined;
}

interface Broken {
  readonly place: string;
  readonly problem: string;
  readonly value: unknown;
}

function brokenRow(target: Target, fields: readonly RowField[], row: unknown, types: ValueTypes): Broken | undefined {
  if (typeof row !== 'object' || row === null) return { place: '', problem: 'expected a row', value: row };
  const values = new Map<string, unknown>(Object.entries(row));
  for (const field of fields) {
    const value = values.get(field.property);
    const place = `.${field.property}`;
    if (!values.has(field.property)) return { place, problem: 'the model has this column, the row has not', value: undefined };
    if (field.kind === 'embed') {
      if (value === null && field.embed.nullable) continue;
      const inner = brokenRow(target, field.fields, value, types);
      if (inner) return { ...inner, place: `${place}${inner.place}` };
      continue;
    }
    const problem = brokenPromise(target.promise(field), value, types);
    if (problem !== undefined) return { place, problem, value };
  }
  return undefined;
}

/** Every row of a result, however its command wraps them. */
function rowsOf(target: Target, result: unknown): readonly unknown[] {
  if (target.query.row === undefined || result === null || result === undefined) return [];
  switch (target.query.query.command) {
    case 'one':
      return [result];
    case 'many':
      return Array.isArray(result) ? result : [];
    case 'batchone':
      return Array.isArray(result) ? result.filter((row) => row !== null) : [];
    case 'batchmany':
      return Array.isArray(result) ? result.flat() : [];
    default:
      return [];
  }
}

function columnsSeen(fields: readonly RowField[], row: unknown, prefix = ''): ColumnSeen[] {
  if (typeof row !== 'object' || row === null) return [];
  const values = new Map<string, unknown>(Object.entries(row));
  return fields.flatMap((field) => {
    const value = values.get(field.property);
    const property = `${prefix}${field.property}`;
    if (field.kind === 'embed' && value !== null) {
      return [...(field.embed.nullable ? [{ property, null: false }] : []), ...columnsSeen(field.fields, value, `${property}.`)];
    }
    return [{ property, null: value === null }];
  });
}

/** The SQLSTATEs that can only come of a text or a message that the generated code made. */
const OWN_FAULTS = new Set(['08P01', '42601', '42P02', '42P18', '26000']);

function judgeError(target: Target, error: unknown): CallOutcome {
  if (!(error instanceof Error)) return { kind: 'lie', lie: lieOf(target, '', 'threw something that is no error', error) };
  const { query } = target.query;
  const cause = error.cause instanceof Error ? error.cause : undefined;
  const message = cause?.message ?? error.message;
  switch (error.name) {
    case 'QueryError': {
      const sqlstate = stringOf(error, 'code');
      // The connection is gone: whoever runs this opens another.
      if (sqlstate === undefined || /^(57P0|08006|08003)/.test(sqlstate))
        return { kind: 'refused', refusal: { sqlstate: 'lost', message, argument: false } };
      const where = stringOf(cause, 'where');
      if (OWN_FAULTS.has(sqlstate) && where === undefined)
        return { kind: 'lie', lie: lieOf(target, '', `the server cannot take what was sent: ${sqlstate}`, message) };
      return {
        kind: 'refused',
        refusal: { sqlstate, message, argument: /portal parameter|^COPY /.test(where ?? '') && /^22/.test(sqlstate) },
      };
    }
    case 'TooManyRowsError':
      if (query.cardinality !== 'many')
        return { kind: 'lie', lie: lieOf(target, '', `the model says ${query.cardinality}`, error.message) };
      return { kind: 'refused', refusal: { sqlstate: 'rows', message: 'expected at most one row, and got several', argument: false } };
    case 'DecodeError': {
      const column = stringOf(error, 'column') ?? '';
      if (isLimit(target, column, message)) return { kind: 'limit', limit: { query: query.name, column, message } };
      return { kind: 'lie', lie: lieOf(target, `.${column}`, 'the declared type cannot hold the value', message) };
    }
    default:
      return { kind: 'lie', lie: lieOf(target, '', `${error.name} from arguments of the declared types`, message) };
  }
}

function isLimit(target: Target, column: string, message: string): boolean {
  if (
    /is not within the range of Date|is not an integer within|is an array of another depth|is not an array or object|is not a number that JavaScript holds/.test(
      message,
    )
  )
    return true;
  if (!message.includes('NULL element')) return false;
  const named = target.query.query.columns.filter((candidate) => candidate.name === column);
  // What an expression makes of a stored array is the compiler's to know.
  return named.length > 0 && named.every(({ column: stored, json }) => stored !== undefined || json !== undefined);
}

function stringOf(error: unknown, property: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, property);
  return typeof value === 'string' ? value : undefined;
}

/** With `authorize.none()` no table's row comes back, and nothing changes. */
async function judgeDenied(
  client: pg.ClientBase,
  target: Target,
  argument: unknown,
  result: unknown,
  before: string,
): Promise<Lie | undefined> {
  const { cardinality } = target.query.query;
  const rows = rowsOf(target, result);
  if (typeof result === 'number' && result > 0) return lieOf(target, '', 'rows were touched through authorize.none()', result);
  if ((await checksum(client, target)) !== before) return lieOf(target, '', 'tables changed through authorize.none()', undefined);
  if (cardinality === 'one' || rows.length === 0 || (await isOfNoTable(client, target, argument, rows))) return undefined;
  return lieOf(target, '', 'rows came through authorize.none()', rows.length);
}

/** Whether the same rows come where no table has any: a query may add a row that it makes up, such as a count. */
async function isOfNoTable(client: pg.ClientBase, target: Target, argument: unknown, rows: readonly unknown[]): Promise<boolean> {
  const tables = await textRows(
    client,
    `SELECT oid::regclass::text AS sql FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'`,
  );
  try {
    await client.query(`TRUNCATE ${tables.map(({ sql }) => sql).join(', ')}`);
    return isDeepStrictEqual(rowsOf(target, await target.call(client, argument)), rows);
  } catch {
    return false;
  }
}

/** One text for all that the tables hold which the query writes to. */
async function checksum(client: pg.ClientBase, target: Target): Promise<string> {
  const sums: string[] = [];
  for (const { oid } of target.query.query.writes) {
    const [name] = await textRows(client, `SELECT ${String(oid)}::regclass::text AS sql`);
    const [row] = await textRows(
      client,
      `SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) AS sum FROM ${name?.['sql'] ?? ''} t`,
    );
    sums.push(row?.['sum'] ?? '');
  }
  return sums.join();
}
