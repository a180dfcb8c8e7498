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
import { codePointOffset, positionAt } from '../../sql/index.js';
import { eventOf, isDuplicate, isUndefined, missingName, type SchemaEvent } from './failures.js';
import { createMakers, makeForQueries, type Attempt } from './makers.js';
import { unquoted } from './names.js';
import { actionsOf, clausesOf, withoutClause, type Clause } from './parts.js';
import type { SchemaPlan, SchemaStep } from './plan.js';
import { searchPaths } from './search-paths.js';
import { canWait, extensionOf, isTemporary } from './significance.js';
import type { SchemaStatement } from './statements.js';
import { makesName, madeLater, undoneLater } from './later.js';
import { subjectsOf } from './subjects.js';

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

/** A statement, or a part of one, with the place of its statement in the plan. */
interface Pending {
  readonly index: number;
  readonly step: SchemaStep;
}

interface Failed extends Pending {
  readonly error: pg.DatabaseError;
}

export async function loadSchema(client: pg.Client, plan: SchemaPlan): Promise<LoadedSchema> {
  // Bodies of functions may name what comes later; and a lost table of a scratch database is no loss.
  await client.query(`SET check_function_bodies = off; SET synchronous_commit = off; SET statement_timeout = ${STATEMENT_WITHIN_MS}`);
  const attempt = attemptOn(client);
  const paths = searchPaths(client, attempt);
  const runner = createRunner(plan, attempt);
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

interface Runner {
  readonly events: readonly SchemaEvent[];
  readonly notes: readonly string[];
  /** Runs a step; one that fails waits, is taken apart, or has failed. */
  run(pending: Pending): Promise<void>;
  fail(failed: Failed): void;
  /** Tries what waits until nothing more of it runs, and takes apart what is left. */
  settle(): Promise<void>;
}

function createRunner(plan: SchemaPlan, attempt: Attempt): Runner {
  const events: SchemaEvent[] = [];
  const notes: string[] = [];
  const makers = createMakers(plan, attempt);
  const undone = undoneLater(plan);
  const comesLater = madeLater(plan);
  let waiting: Failed[] = [];

  const fail = ({ index, step, error }: Failed): void => {
    makers.refused(step);
    if (isOfNoMatter(step, error) || undone(index)) return;
    events.push(eventOf(index, step, error));
  };
  const execute = async ({ step }: Pending): Promise<pg.DatabaseError | undefined> => {
    const { file, start } = step.statement;
    return runStep(step, attempt, async (error) => {
      const note = await makers.make(error);
      if (note !== undefined) notes.push(`${file.path}:${positionAt(file.text, start).line}: ${note}`);
      return note !== undefined;
    });
  };
  const run = async (pending: Pending): Promise<void> => {
    const error = await execute(pending);
    if (!error) return;
    const { index, step } = pending;
    const actions = actionsOf(step);
    if (actions !== undefined) for (const action of actions) await run({ index, step: action });
    else if (shouldWait(pending, error)) waiting.push({ ...pending, error });
    else await reduce({ ...pending, error });
  };
  /** What a statement ahead may make, or what one that waits itself would have made: then also a DROP can wait. */
  const shouldWait = ({ index, step }: Pending, error: pg.DatabaseError): boolean => {
    if (!isUndefined(error.code)) return false;
    const name = missingName({ sqlstate: error.code, message: error.message });
    const isAwaited = waiting.some((one) => makesName(subjectsOf(one.step.statement), name));
    return isAwaited || (canWait(step.statement, error.code) && comesLater(index, name));
  };
  /** Leaves out clauses until the statement runs; resolves to whether it came to that. */
  const reduce = async (failed: Failed): Promise<boolean> => {
    const reduced = await withoutFailingClauses(failed, execute);
    if (reduced === undefined) fail(failed);
    else events.push(eventOf(failed.index, failed.step, failed.error, reduced));
    return reduced !== undefined;
  };

  return {
    events,
    notes,
    run,
    fail,
    async settle() {
      const retry = async (): Promise<void> => {
        for (let before = Infinity; waiting.length > 0 && waiting.length < before;) {
          before = waiting.length;
          const still: Failed[] = [];
          for (const one of waiting) {
            // What a later statement made anew, or took away again, is not to be brought back.
            const error = undone(one.index) ? undefined : await execute(one);
            if (error && !isDuplicate(error.code)) still.push({ ...one, error });
          }
          waiting = still;
        }
      };
      await retry();
      // A table that comes to stand without a clause may be what others wait for.
      for (let at = 0; at < waiting.length;) {
        const one = waiting[at];
        if (one === undefined) break;
        const reduced = await withoutFailingClauses(one, execute);
        if (reduced === undefined) at++;
        else {
          events.push(eventOf(one.index, one.step, one.error, reduced));
          waiting = waiting.filter((other) => other !== one);
          await retry();
          at = 0;
        }
      }
      for (const one of waiting) fail(one);
    },
  };
}

/** Runs a step, or what stands for it on a database that lacks something; resolves to the refusal where it comes to that. */
async function runStep(
  step: SchemaStep,
  attempt: Attempt,
  make: (error: pg.DatabaseError) => Promise<boolean>,
): Promise<pg.DatabaseError | undefined> {
  for (;;) {
    const error = await attempt(step.text);
    if (!error) return undefined;
    if (await make(error)) continue;
    const instead = alternative(step.statement, step.text, error);
    return instead === undefined || (await attempt(instead)) ? error : undefined;
  }
}

/** The clauses without which a statement runs; undefined where it does not run without any. */
async function withoutFailingClauses(
  failed: Failed,
  execute: (pending: Pending) => Promise<pg.DatabaseError | undefined>,
): Promise<readonly string[] | undefined> {
  const left: string[] = [];
  let { step, error } = failed;
  for (;;) {
    const blamed = blamedClause(step, error);
    let next: { readonly step: SchemaStep; readonly error: pg.DatabaseError } | undefined;
    for (const clause of blamed === undefined ? clausesOf(step) : [blamed]) {
      const without = withoutClause(step, clause);
      if (without === undefined) continue;
      const refusal = await execute({ index: failed.index, step: without.step });
      if (!refusal) return [...left, without.left];
      // Nobody knows which clause is to blame: one without which the error is another one is.
      if (blamed === undefined && refusal.message === error.message && refusal.position === error.position) continue;
      left.push(without.left);
      next = { step: without.step, error: refusal };
      break;
    }
    if (next === undefined) return undefined;
    ({ step, error } = next);
  }
}

/** The clause that the server points at, or the first one that has the name which is missing. */
function blamedClause(step: SchemaStep, error: pg.DatabaseError): Clause | undefined {
  const { tokens, start, words } = step.statement;
  const clauses = clausesOf(step);
  if (error.position !== undefined) {
    const at = start + codePointOffset(step.text, Number(error.position));
    return clauses.find(({ from, to }) => at >= (tokens[from]?.start ?? Infinity) && at < (tokens[to - 1]?.end ?? 0));
  }
  const name = missingName({ sqlstate: error.code, message: error.message });
  return name === undefined ? undefined : clauses.find(({ from, to }) => words.slice(from, to).some((word) => unquoted(word) === name));
}

/** What to run where the database lacks something that the types do not depend on. */
function alternative(statement: SchemaStatement, text: string, error: pg.DatabaseError): string | undefined {
  // A temporary table hides another one of its name, if only from its session.
  if (error.code === '42P07' && isTemporary(statement)) return statement.text;
  // An extension's own schema, which some platforms make beforehand.
  if (error.code === '3F000' && extensionOf(statement) !== undefined) {
    const schema = statement.tokens[statement.words.indexOf('schema') + 1];
    return schema && `CREATE SCHEMA ${statement.file.text.slice(schema.start, schema.end)}; ${text}`;
  }
  // A function in a language that is not installed: its signature is what counts, and its body is not checked.
  const language = statement.words.lastIndexOf('language');
  if (error.code === '42704' && /^language /.test(error.message) && language > 0 && language + 1 < statement.tokens.length) {
    const name = statement.tokens[language + 1];
    return name && `${text.slice(0, name.start - statement.start)}plpgsql${text.slice(name.end - statement.start)}`;
  }
  return undefined;
}

/** What is there already and what may not matter: a schema made twice, an extension, a query that could not be built. */
function isOfNoMatter({ statement }: SchemaStep, { code }: pg.DatabaseError): boolean {
  const { words, annotated } = statement;
  if (annotated) return true;
  return isDuplicate(code) && words[0] === 'create' && (words[1] === 'schema' || words[1] === 'extension');
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
