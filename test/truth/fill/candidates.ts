/**
 * For each column of a table, values that its type takes; for columns that conditions tie together,
 * tuples that satisfy every condition on them.
 *
 * Invariant: the server has accepted each candidate as input of its column's type, and each tuple
 * under the table's CHECK constraints, so that what is left to chance is uniqueness and triggers.
 */
import type pg from 'pg';
import { groupBy } from '../../../src/group-by.js';
import type { Random } from '../../support/random.js';
import { inSavepoint, quoteIdentifier, quoteLiteral, textRows, type TextRow } from '../server.js';
import type { ArrayShape, Texts } from '../values/texts.js';
import { hintsOf } from './hints.js';
import { fillsItself } from './row.js';
import type { Check, FillColumn, FillSchema, FillTable } from './schema.js';

export interface ColumnCandidates {
  readonly common: readonly string[];
  readonly edges: readonly string[];
  readonly hinted: readonly string[];
}

/** Columns that CHECK constraints tie together, and values for all of them that satisfy these. */
export interface Group {
  readonly columns: readonly FillColumn[];
  readonly tuples: readonly (readonly (string | null)[])[];
}

export interface TableCandidates {
  readonly columns: ReadonlyMap<number, ColumnCandidates>;
  readonly groups: readonly Group[];
}

/** Values that foreign keys allow in a column, where one stands on it. */
export type ForeignValues = ReadonlyMap<number, readonly string[]>;

const SAMPLES = 48;

export async function findCandidates(
  client: pg.ClientBase,
  schema: FillSchema,
  texts: Texts,
  table: FillTable,
  foreign: ForeignValues,
  nullElements: (column: FillColumn) => boolean,
  random: Random,
): Promise<TableCandidates> {
  const columns = new Map<number, ColumnCandidates>();
  const drawn: { readonly column: FillColumn; readonly text: string; readonly kind: keyof ColumnCandidates }[] = [];
  for (const column of table.columns) {
    if (column.generated) continue;
    const shape: ArrayShape = { dimensions: column.dimensions, nullElements: nullElements(column) };
    const add = (kind: keyof ColumnCandidates, found: Iterable<string>): void => {
      for (const text of new Set(found)) drawn.push({ column, text, kind });
    };
    add('common', random.sample(texts.arbitrary(column.typeOid, column.modifier, shape), SAMPLES));
    add('edges', texts.edges(column.typeOid, column.modifier, shape));
    add('hinted', columnHints(schema, table, column, random));
  }
  const valid = await validInputs(
    client,
    drawn.map(({ column, text }) => ({ text, type: column.typeSql })),
  );
  const accepted = groupBy(
    drawn.filter((_one, index) => valid[index] === true),
    ({ column }) => column,
  );
  for (const column of table.columns) {
    if (column.generated) continue;
    const of = (kind: keyof ColumnCandidates): string[] =>
      (accepted.get(column) ?? []).flatMap((item) => (item.kind === kind ? [item.text] : []));
    columns.set(column.number, { common: of('common'), edges: of('edges'), hinted: of('hinted') });
  }
  return { columns, groups: await findGroups(client, table, columns, foreign, random) };
}

function columnHints(schema: FillSchema, table: FillTable, column: FillColumn, random: Random): string[] {
  const expressions = table.checks.filter((check) => check.columns.includes(column.number)).map((check) => check.expression);
  for (const { bound, columns } of table.partitions.flat()) if (columns.includes(column.number)) expressions.push(bound);
  expressions.push(...domainChecks(schema, column.typeOid));
  if (column.default !== undefined && !column.default.includes('(')) expressions.push(column.default);
  return [...new Set(expressions.flatMap((expression) => hintsOf(expression, random)))].slice(0, 300);
}

/** The conditions of a domain and of the domains below it. */
export function domainChecks(schema: FillSchema, typeOid: number): string[] {
  const checks: string[] = [];
  for (let type = schema.types.get(typeOid); type?.kind === 'domain'; type = schema.types.get(type.innerOid)) checks.push(...type.checks);
  return checks;
}

interface Input {
  readonly text: string;
  readonly type: string;
}

/** Which inputs the server accepts. */
export async function validInputs(client: pg.ClientBase, inputs: readonly Input[]): Promise<boolean[]> {
  if (inputs.length === 0) return [];
  const ask = (isValid: string): Promise<TextRow[]> =>
    textRows(client, `SELECT ${isValid}(v, t) AS valid FROM json_to_recordset($1) AS x(i int, v text, t text) ORDER BY i`, [
      JSON.stringify(inputs.map(({ text, type }, i) => ({ i, v: text, t: type }))),
    ]);
  try {
    return (await inSavepoint(client, () => ask('pg_input_is_valid'))).map((row) => row['valid'] === 't');
  } catch {
    // Servers before 16 do not have the function, and the input functions of some types raise an error all the same.
    return inSavepoint(client, async () => {
      await client.query(`CREATE OR REPLACE FUNCTION pg_temp.truth_is_valid(v text, t text) RETURNS boolean LANGUAGE plpgsql AS
        $f$ BEGIN EXECUTE format('SELECT %L::%s', v, t); RETURN true; EXCEPTION WHEN OTHERS THEN RETURN false; END $f$`);
      return (await ask('pg_temp.truth_is_valid')).map((row) => row['valid'] === 't');
    });
  }
}

/** Checks whose columns overlap belong together; one on a column that the server fills is left to the insert. */
async function findGroups(
  client: pg.ClientBase,
  table: FillTable,
  candidates: ReadonlyMap<number, ColumnCandidates>,
  foreign: ForeignValues,
  random: Random,
): Promise<Group[]> {
  let parts: { readonly columns: readonly number[]; readonly checks: readonly Check[] }[] = [];
  for (const check of table.checks) {
    const own = table.columns.filter((column) => check.columns.includes(column.number));
    if (own.length === 0 || own.some((column) => !candidates.has(column.number) || fillsItself(column))) continue;
    const touching = parts.filter((part) => part.columns.some((column) => check.columns.includes(column)));
    const columns = new Set([...check.columns, ...touching.flatMap((part) => part.columns)]);
    parts = parts.filter((part) => !touching.includes(part));
    parts.push({ columns: [...columns], checks: [check, ...touching.flatMap((part) => part.checks)] });
  }
  const groups: Group[] = [];
  for (const part of parts) {
    const columns = table.columns.filter((column) => part.columns.includes(column.number));
    const tuples: (string | null)[][] = [];
    for (let round = 0; round < 5 && tuples.length < 12; round++) {
      const tried = Array.from({ length: round === 0 ? 200 : 1000 }, () =>
        columns.map((column) => drawValue(column, candidates, foreign, random)),
      );
      tuples.push(...(await satisfying(client, columns, part.checks, tried)));
    }
    if (tuples.length > 0) groups.push({ columns, tuples });
  }
  return groups;
}

function drawValue(
  column: FillColumn,
  candidates: ReadonlyMap<number, ColumnCandidates>,
  foreign: ForeignValues,
  random: Random,
): string | null {
  if (!column.notNull && random.chance(0.3)) return null;
  const parents = foreign.get(column.number);
  if (parents !== undefined) return random.pick(parents) ?? null;
  const own = candidates.get(column.number);
  if (own === undefined) return null;
  const hinted = own.hinted.length > 0 && random.chance(0.6) ? random.pick(own.hinted) : undefined;
  return hinted ?? random.pick(random.chance(0.7) ? own.common : own.edges) ?? random.pick(own.common) ?? null;
}

async function satisfying(
  client: pg.ClientBase,
  columns: readonly FillColumn[],
  checks: readonly Check[],
  tuples: readonly (readonly (string | null)[])[],
): Promise<(string | null)[][]> {
  const names = columns.map((column) => quoteIdentifier(column.name));
  const values = tuples.map(
    (tuple, index) =>
      `(${[index, ...tuple.map((text, at) => (text === null ? 'NULL' : quoteLiteral(text)) + `::${columns[at]?.typeSql ?? 'text'}`)].join(', ')})`,
  );
  const condition = checks.map((check) => `(${check.expression}) IS NOT FALSE`).join(' AND ');
  try {
    const rows = await inSavepoint(client, () =>
      textRows(client, `SELECT truth_i FROM (VALUES ${values.join(', ')}) AS truth(truth_i, ${names.join(', ')}) WHERE ${condition}`),
    );
    return rows.flatMap((row) => {
      const tuple = tuples[Number(row['truth_i'])];
      return tuple === undefined ? [] : [[...tuple]];
    });
  } catch {
    // A condition that raises an error for one tuple must not cost the others.
    if (tuples.length <= 1) return [];
    const middle = tuples.length >> 1;
    return [
      ...(await satisfying(client, columns, checks, tuples.slice(0, middle))),
      ...(await satisfying(client, columns, checks, tuples.slice(middle))),
    ];
  }
}
