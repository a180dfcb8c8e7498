/**
 * The statements of a schema, each run, kept waiting, or taken apart.
 *
 * Invariant: what does not run is an event, unless a later statement undoes it or it does not matter.
 */
import type pg from 'pg';
import { codePointOffset, positionAt } from '../../sql/index.js';
import { eventOf, isDuplicate, isUndefined, missingName, type SchemaEvent } from './failures.js';
import { makesName, madeLater, undoneLater } from './later.js';
import { createMakers, type Attempt } from './makers.js';
import { unquoted } from './names.js';
import { actionsOf, clausesOf, withoutClause, type SchemaClause } from './parts.js';
import type { SchemaPlan, SchemaStep } from './plan.js';
import { canWait, extensionOf, isTemporary } from './significance.js';
import type { SchemaStatement } from './statements.js';
import { subjectsOf } from './subjects.js';

/** A statement, or a part of one, with the place of its statement in the plan. */
export interface Pending {
  readonly index: number;
  readonly step: SchemaStep;
}

interface Failed extends Pending {
  readonly error: pg.DatabaseError;
}

export class SchemaRunner {
  readonly events: SchemaEvent[] = [];
  readonly notes: string[] = [];
  private readonly makers;
  private readonly undone;
  private readonly comesLater;
  private waiting: readonly Failed[] = [];

  constructor(
    plan: SchemaPlan,
    private readonly attempt: Attempt,
  ) {
    this.makers = createMakers(plan, attempt);
    this.undone = undoneLater(plan);
    this.comesLater = madeLater(plan);
  }

  /** Runs a step; one that fails waits, is taken apart, or has failed. */
  async run(pending: Pending): Promise<void> {
    const error = await this.execute(pending);
    if (!error) return;
    const { index, step } = pending;
    const failed = { ...pending, error };
    const actions = actionsOf(step);
    if (actions !== undefined) for (const action of actions) await this.run({ index, step: action });
    else if (this.shouldWait(failed)) this.waiting = [...this.waiting, failed];
    else if (!(await this.reduce(failed))) this.fail(failed);
  }

  fail({ index, step, error }: Failed): void {
    this.makers.refused(step);
    if (!isOfNoMatter(step, error) && !this.undone(index)) this.events.push(eventOf(index, step, error));
  }

  /** Tries what waits until nothing more of it runs, and takes apart what is left. */
  async settle(): Promise<void> {
    await this.retry();
    // A table that comes to stand without a clause may be what others wait for.
    while (await this.reduceOne()) await this.retry();
    for (const one of this.waiting) this.fail(one);
  }

  private execute({ step }: Pending): Promise<pg.DatabaseError | undefined> {
    const { file, start } = step.statement;
    return runStep(step, this.attempt, async (error) => {
      const note = await this.makers.make(error);
      if (note !== undefined) this.notes.push(`${file.path}:${positionAt(file.text, start).line}: ${note}`);
      return note !== undefined;
    });
  }

  /** What a statement ahead may make, or what one that waits itself would have made: then also a DROP can wait. */
  private shouldWait({ index, step, error }: Failed): boolean {
    if (!isUndefined(error.code)) return false;
    const name = missingName({ sqlstate: error.code, message: error.message });
    const isAwaited = this.waiting.some((one) => makesName(subjectsOf(one.step.statement), name));
    return isAwaited || (canWait(step.statement, error.code) && this.comesLater(index, name));
  }

  /** Leaves out clauses until the statement runs; resolves to whether it came to that. */
  private async reduce(failed: Failed): Promise<boolean> {
    const left = await withoutFailingClauses(failed, (pending) => this.execute(pending));
    if (left !== undefined) this.events.push(eventOf(failed.index, failed.step, failed.error, left));
    return left !== undefined;
  }

  private async reduceOne(): Promise<boolean> {
    for (const one of this.waiting) {
      if (!(await this.reduce(one))) continue;
      this.waiting = this.waiting.filter((other) => other !== one);
      return true;
    }
    return false;
  }

  private async retry(): Promise<void> {
    for (let before = Infinity; this.waiting.length > 0 && this.waiting.length < before;) {
      before = this.waiting.length;
      const still: Failed[] = [];
      for (const one of this.waiting) {
        // What a later statement made anew, or took away again, is not to be brought back.
        const error = this.undone(one.index) ? undefined : await this.execute(one);
        if (error && !isDuplicate(error.code)) still.push({ ...one, error });
      }
      this.waiting = still;
    }
  }
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
function blamedClause(step: SchemaStep, error: pg.DatabaseError): SchemaClause | undefined {
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
