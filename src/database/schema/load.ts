/**
 * Schema files → a database that has as much of them as PostgreSQL takes.
 *
 * Invariant: statements run in the order of the files, and what one does stands, whatever becomes of
 * the others. One that misses what is not there yet waits for the statements after it, because files
 * come in the order of their names, not of their references; and one that still fails is taken
 * apart, so that it costs no more than the part that is wrong.
 */
import pg from 'pg';
import { connectionLost, messageOf } from '../connect.js';
import type { SourceFile } from '../../sql/index.js';
import type { SchemaEvent } from './failures.js';
import { makeForQueries, type Attempt } from './makers.js';
import type { SchemaPlan, SchemaStep } from './plan.js';
import { type Pending, SchemaRunner } from './runner.js';
import { searchPaths } from './search-paths.js';

export type { SchemaPlan } from './plan.js';

export interface LoadedSchema {
  /** What the sessions that describe the queries need; undefined where it is the server's own. */
  readonly searchPath: string | undefined;
  readonly events: readonly SchemaEvent[];
  /** What was made that the schema does not say, a line each. */
  readonly notes: readonly string[];
}

const STATEMENT_WITHIN_MS = 60_000;
/** Large enough to make the round trip negligible, small enough that retrying a failed batch one by one is cheap. */
const BATCH = 50;

export async function loadSchema(client: pg.Client, plan: SchemaPlan): Promise<LoadedSchema> {
  // Bodies of functions may name what comes later; and a lost table of a scratch database is no loss.
  await client.query(`SET check_function_bodies = off; SET synchronous_commit = off; SET statement_timeout = ${STATEMENT_WITHIN_MS}`);
  const attempt = attemptOn(client);
  const paths = searchPaths(client, attempt);
  const runner = new SchemaRunner(plan, attempt);
  let file: SourceFile | undefined;
  for (const batch of batches(plan.steps)) {
    const [{ index, step: first }] = batch;
    if (file !== undefined && first.statement.file !== file) await paths.leaveFile();
    file = first.statement.file;
    if (first.searchPath !== undefined) {
      const error = await paths.enter(first.searchPath);
      if (error) runner.fail({ index, step: first, error });
      continue;
    }
    // Most schemas are right: together the statements cost one round trip and one commit.
    if (batch.length > 1 && !(await attempt(batch.map(({ step }) => step.text).join(';\n')))) continue;
    for (const pending of batch) await runner.run(pending);
  }
  await paths.leaveFile();
  await runner.settle();
  const notes = [...runner.notes, ...(await makeForQueries(client, plan, attempt))];
  return { searchPath: paths.kept(), events: runner.events, notes };
}

/** Consecutive statements of one file; a change of the search path is a batch of its own. */
function batches(steps: readonly SchemaStep[]): readonly (readonly [Pending, ...Pending[]])[] {
  const found: [Pending, ...Pending[]][] = [];
  steps.forEach((step, index) => {
    const last = found.at(-1);
    const joins =
      last !== undefined &&
      last.length < BATCH &&
      step.searchPath === undefined &&
      last[0].step.searchPath === undefined &&
      last[0].step.statement.file === step.statement.file;
    if (joins) last.push({ index, step });
    else found.push([{ index, step }]);
  });
  return found;
}

function attemptOn(client: pg.Client): Attempt {
  return async (text) => {
    try {
      await client.query(text);
      return undefined;
    } catch (error) {
      // 57P is an operator's intervention: the session is over, and nothing else can be said of the schema.
      if (error instanceof pg.DatabaseError && !error.code?.startsWith('57P')) return error;
      throw connectionLost(`${client.host}:${client.port}`, messageOf(error));
    }
  };
}
