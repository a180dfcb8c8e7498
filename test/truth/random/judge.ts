/**
 * Random queries against what the compiler says of them: a column called not null that yields NULL,
 * elements that do, and more or fewer rows than proven, are lies.
 */
import { analysisOf } from '../../../src/compiler/analysis/index.js';
import { parseStatements } from '../../../src/compiler/parse.js';
import { analyzeResult, type ResultAnalysis } from '../../../src/compiler/types/index.js';
import { isFailure } from '../../../src/database/describe.js';
import type { Ground } from '../../support/ground.js';
import { randomQuery } from './generate.js';

export interface RandomTally {
  readonly queries: number;
  readonly executed: number;
  /** Why PostgreSQL refused the others, and how often. */
  readonly refused: ReadonlyMap<string, number>;
  /** Columns of queries that were executed: all, those called not null, and those that yielded a NULL. */
  readonly columns: number;
  readonly proven: number;
  readonly nulls: number;
  readonly rows: number;
  /** How many executed queries gave no row, so that nothing was seen of their columns. */
  readonly empty: number;
  readonly lies: readonly string[];
}

export interface RandomRun {
  readonly first: number;
  readonly count: number;
  /** Told after each thousand. */
  readonly report?: (tally: RandomTally) => void;
}

/** Executes each query in a transaction that is rolled back. */
export async function judgeRandom(ground: Ground, { first, count, report }: RandomRun): Promise<RandomTally> {
  await ground.client.query("SET statement_timeout = '2s'");
  const refused = new Map<string, number>();
  let tally: RandomTally = { queries: 0, executed: 0, refused, columns: 0, proven: 0, nulls: 0, rows: 0, empty: 0, lies: [] };
  for (let seed = first; seed < first + count; seed++) {
    const sql = randomQuery(seed);
    const outcome = await execute(ground, sql);
    tally = { ...tally, queries: tally.queries + 1 };
    if (typeof outcome === 'string') {
      refused.set(outcome, (refused.get(outcome) ?? 0) + 1);
    } else {
      const result = await analyzeSql(ground, sql);
      const yields = result.columns.map((_, index) => outcome.some((row) => row[index] === null));
      tally = {
        ...tally,
        executed: tally.executed + 1,
        columns: tally.columns + result.columns.length,
        proven: tally.proven + result.columns.filter(({ nullable }) => !nullable).length,
        nulls: tally.nulls + yields.filter(Boolean).length,
        rows: tally.rows + outcome.length,
        empty: tally.empty + (outcome.length === 0 ? 1 : 0),
        lies: [...tally.lies, ...liesOf(result, outcome).map((lie) => `seed ${seed}, ${lie}: ${sql}`)],
      };
    }
    if (tally.queries % 1000 === 0) report?.(tally);
  }
  return tally;
}

type Rows = readonly (readonly (string | null)[])[];

/** The rows as texts, so that a JSON null is not taken for NULL; or the refusal. */
async function execute({ client }: Ground, text: string): Promise<Rows | string> {
  await client.query('BEGIN');
  try {
    const types = { getTypeParser: () => (value: string) => value };
    const { rows } = await client.query<(string | null)[]>({ text, rowMode: 'array', types });
    return rows;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.query('ROLLBACK');
  }
}

async function analyzeSql({ catalog, describer }: Ground, sql: string): Promise<ResultAnalysis> {
  const [statement] = parseStatements(sql);
  const description = await describer.describe(sql);
  if (statement === undefined || isFailure(description)) throw new Error(`described otherwise than executed: ${sql}`);
  const parameter = { nullable: false, elementsNullable: false, dimensions: 0 };
  const analysis = description.trees && analysisOf(description.trees, sql);
  return analyzeResult({ statement, analysis, catalog, parameter: () => parameter });
}

function liesOf({ columns, cardinality }: ResultAnalysis, rows: Rows): readonly string[] {
  const lies = columns.flatMap((column, index) => {
    const values = rows.map((row) => row[index] ?? null);
    const holdsNull = column.dimensions > 0 && !column.elementsNullable && values.some((value) => /(^|[{,])NULL([,}]|$)/.test(value ?? ''));
    return [
      ...(!column.nullable && values.includes(null) ? [`${column.name} is NULL`] : []),
      ...(holdsNull ? [`an element of ${column.name} is NULL`] : []),
    ];
  });
  const tooMany = cardinality !== 'many' && rows.length > 1;
  const tooFew = cardinality === 'one' && rows.length === 0;
  return tooMany || tooFew ? [...lies, `"${cardinality}" and ${rows.length} rows`] : lies;
}

export function formatTally({ queries, executed, columns, proven, nulls, rows, empty, lies }: RandomTally): string {
  return `${queries} queries, ${executed} executed (${empty} without a row), ${rows} rows; ${columns} columns, ${proven} proven not null, ${nulls} with a NULL; ${lies.length} lies`;
}
