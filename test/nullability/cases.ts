/**
 * Runs cases of SQL with what is expected of each result column, and checks every claim against a
 * real PostgreSQL: a column called not null must not yield NULL, one called nullable must yield one
 * (unless the case says that the data cannot show it), and the text with its stars written out must
 * give the same columns.
 */
import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { parseStatements } from '../../src/compiler/parse.js';
import { analysisOf } from '../../src/compiler/analysis/index.js';
import { analyzeResult, type ResultAnalysis, type ResultInput } from '../../src/compiler/types/result.js';
import { isFailure } from '../../src/database/describe.js';
import { applyEdits } from '../../src/sql/edits.js';
import { type Ground, useGround } from '../support/ground.js';
import { SCHEMA } from './schema.js';

/**
 * The SQL, and a word for each result column: its name (anything for a name with a space, as `*`),
 * then `?` if it is nullable, `~` if it is but no row here shows it. Before that, for an array:
 * `[]` if its elements cannot be NULL, `[?]` if they can, `[_]` for stored elements.
 */
export type Case = readonly [sql: string, columns: string, options?: CaseOptions];

export interface CaseOptions {
  readonly values?: readonly unknown[];
  readonly nullableParameters?: readonly number[];
  readonly result?: Partial<Pick<ResultInput, 'override'>>;
  /** Parameters whose arrays may hold NULL. */
  readonly nullableElements?: readonly number[];
  /** SQL to run before, in the same transaction. */
  readonly before?: string;
}

/** A database with the shared schema, and more. */
export const useDatabase = (extra = ''): (() => Ground) => useGround(SCHEMA + extra);

export async function analyzeSql({ catalog, describer }: Ground, sql: string, options: CaseOptions = {}): Promise<ResultAnalysis> {
  const [statement] = parseStatements(sql);
  if (statement === undefined) throw new Error(`no statement in ${sql}`);
  const description = await describer.describe(sql);
  if (isFailure(description)) throw new Error(`${description.message} in ${sql}`);
  return analyzeResult({
    statement,
    analysis: description.trees && analysisOf(description.trees, sql),
    catalog,
    parameter: (number) => ({
      nullable: options.nullableParameters?.includes(number) === true,
      elementsNullable: options.nullableElements?.includes(number) === true,
      dimensions: 0,
    }),
    ...options.result,
  });
}

export function describeCases(topic: string, cases: readonly Case[], extra = ''): void {
  describe(topic, () => {
    const ground = useDatabase(extra);
    it.each(cases.map(([sql, columns, options]) => ({ sql, columns, options: options ?? {} })))(
      '$sql',
      async ({ sql, columns, options }) => {
        await check(ground(), sql, columns.split(/\s+/).filter(Boolean), options);
      },
    );
  });
}

async function check(ground: Ground, sql: string, expected: readonly string[], options: CaseOptions): Promise<void> {
  const result = await analyzeSql(ground, sql, options);
  const expanded = applyEdits(sql, result.stars).text;
  const original = await run(ground.client, sql, options);
  const rewritten = await run(ground.client, expanded, options);
  expect(rewritten.names, `columns of ${expanded}`).toEqual(original.names);
  expect(result.columns.map(({ name }) => name)).toEqual(original.names);

  const nullsSeen = original.names.map((_name, index) => [...original.rows, ...rewritten.rows].some((row) => row[index] === null));
  const words = result.columns.map((column, index) => {
    const word = expected[index] ?? '';
    const name = word.startsWith('*') ? '*' : column.name;
    const array =
      column.dimensions === 0 ? '' : column.elementsNullable ? '[?]' : word.includes('[_]') ? '[_]' : '[]'.repeat(column.dimensions);
    return `${name}${array}${!column.nullable ? '' : nullsSeen[index] === true ? '?' : '~'}`;
  });
  expect(words.join(' ')).toBe(expected.join(' '));
  result.columns.forEach((column, index) => {
    expect(!column.nullable && nullsSeen[index], `${column.name} is called not null and yields NULL`).toBe(false);
    if (expected[index]?.includes('[]') === true) {
      const holdsNull = rewritten.rows.some((row) => /(^|[{,])NULL([,}]|$)/.test(row[index] ?? ''));
      expect(holdsNull, `the elements of ${column.name} are called not null`).toBe(false);
    }
  });
}

interface Rows {
  readonly names: readonly string[];
  /** Texts as PostgreSQL prints them, so that a JSON null is not taken for NULL. */
  readonly rows: readonly (readonly (string | null)[])[];
}

async function run(client: pg.Client, text: string, options: CaseOptions): Promise<Rows> {
  await client.query('BEGIN');
  try {
    if (options.before !== undefined) await client.query(options.before);
    const result = await client.query<(string | null)[]>({
      text,
      values: [...(options.values ?? [])],
      rowMode: 'array',
      types: { getTypeParser: () => (value: string) => value },
    });
    return { names: result.fields.map(({ name }) => name), rows: result.rows };
  } finally {
    await client.query('ROLLBACK');
  }
}
