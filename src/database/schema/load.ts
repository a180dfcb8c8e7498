/**
 * Schema files → a database that has them, or every problem at its place in its file.
 *
 * Invariant: statements run in the order of the files, and what one does stands, whatever becomes of
 * the others. One that names what is not there yet waits for the statements after it, because files
 * come in the order of their names, not of their references.
 */
import pg from 'pg';
import { CompileError, formatDiagnostic, type Diagnostic } from '../../diagnostic.js';
import { codePointOffset, positionAt, type SourceFile } from '../../sql/index.js';
import { connectionLost, messageOf } from '../connect.js';
import type { SchemaPlan, SchemaStep } from './plan.js';
import { canWait, extensionOf, isTemporary } from './significance.js';
import type { SchemaStatement } from './statements.js';
import { missingAlias, missingExtension } from './well-known.js';

export type { SchemaPlan } from './plan.js';

/** SQLSTATEs of a reference to what is not there: schema, table, column, function, type or role, unique key. */
const UNDEFINED = new Set(['3F000', '42P01', '42703', '42883', '42704', '42830']);
/** Objects that are there already. */
const DUPLICATE = new Set(['42P06', '42P07', '42710', '42701', '42723', '42712']);

const STATEMENT_WITHIN_MS = 60_000;
/** So many that a round trip is nothing, and so few that one that fails costs little. */
const BATCH = 50;

/**
 * Runs the plan, and returns the search path that the sessions which describe the queries need, or
 * undefined where it is the server's own. Throws a `CompileError` with every statement that
 * PostgreSQL refuses.
 */
export async function loadSchema(client: pg.Client, plan: SchemaPlan, report: (line: string) => void): Promise<string | undefined> {
  // Bodies of functions may name what comes later; and a lost table of a scratch database is no loss.
  await client.query(`SET check_function_bodies = off; SET synchronous_commit = off; SET statement_timeout = ${STATEMENT_WITHIN_MS}`);
  const paths = searchPaths(client);
  const run = stepRunner(client, plan, report);
  const failures: Failure[] = [];
  let waiting: SchemaStep[] = [];
  let file: SourceFile | undefined;
  for (const batch of batches(plan.steps.filter(({ heldBack }) => heldBack !== true))) {
    const [first] = batch;
    if (file !== undefined && first.statement.file !== file) await paths.leaveFile();
    file = first.statement.file;
    if (first.searchPath !== undefined) {
      const error = await paths.enter(first.searchPath);
      if (error) failures.push({ step: first, error });
      continue;
    }
    // Most schemas are right: together the statements cost one round trip and one commit.
    if (batch.length > 1 && !(await attempt(client, batch.map(({ text }) => text).join(';\n')))) continue;
    for (const step of batch) {
      const error = await run(step);
      if (!error) continue;
      if (isUndefined(error) && canWait(step.statement)) waiting.push(step);
      else failures.push({ step, error });
    }
  }
  await paths.leaveFile();

  for (let before = Infinity; waiting.length > 0 && waiting.length < before; ) {
    before = waiting.length;
    const still: SchemaStep[] = [];
    for (const step of waiting) if (await run(step)) still.push(step);
    waiting = still;
  }
  for (const step of waiting) {
    const error = await run(step);
    if (error) failures.push({ step, error });
  }
  refuse(failures, report);
  return paths.kept();
}

/** Consecutive statements of one file; a change of the search path is a batch of its own. */
function batches(steps: readonly SchemaStep[]): readonly (readonly [SchemaStep, ...SchemaStep[]])[] {
  const found: [SchemaStep, ...SchemaStep[]][] = [];
  for (const step of steps) {
    const last = found.at(-1);
    const joins =
      last !== undefined &&
      last.length < BATCH &&
      step.searchPath === undefined &&
      last[0].searchPath === undefined &&
      last[0].statement.file === step.statement.file;
    if (joins) last.push(step);
    else found.push([step]);
  }
  return found;
}

interface Failure {
  readonly step: SchemaStep;
  readonly error: pg.DatabaseError;
}

/** Runs a step, or what stands for it on a database that lacks something; resolves to the refusal where it comes to that. */
function stepRunner(client: pg.Client, plan: SchemaPlan, report: (line: string) => void): (step: SchemaStep) => Promise<pg.DatabaseError | undefined> {
  const note = ({ file, start }: SchemaStatement, text: string): void => report(`${file.path}:${positionAt(file.text, start).line}: ${text}`);
  const unsaid = [unsaidExtensions(client, plan, note), unsaidAliases(client, plan, note)];
  return async (step) => {
    const { statement, fallback } = step;
    let text: string | undefined = step.text;
    let isFallback = false;
    while (text !== undefined) {
      const error = await attempt(client, text);
      if (!error) break;
      if (await anyOf(unsaid, step, error)) continue;
      if (fallback !== undefined && !isFallback && isUndefined(error)) {
        text = fallback.text;
        isFallback = true;
        continue;
      }
      const instead = alternative(statement, text, error);
      if (instead === undefined || (await attempt(client, instead))) return error;
      break;
    }
    if (isFallback && fallback !== undefined) note(statement, `the schema does not make ${fallback.tables.join(', ')}; what leads there was left out`);
    return undefined;
  };
}

/** Makes what a refusal misses; resolves to whether it did. */
type Maker = (step: SchemaStep, error: pg.DatabaseError) => Promise<boolean>;
type Note = (statement: SchemaStatement, text: string) => void;

async function anyOf(makers: readonly Maker[], step: SchemaStep, error: pg.DatabaseError): Promise<boolean> {
  for (const make of makers) if (await make(step, error)) return true;
  return false;
}

/** Makes a type that only sqlc knows where it is looked for, unless the schema makes one of its name. */
function unsaidAliases(client: pg.Client, plan: SchemaPlan, note: Note): Maker {
  const made = (name: string): boolean =>
    plan.steps.some(({ statement: { words } }) => words[0] === 'create' && (words[1] === 'domain' || words[1] === 'type') && words.slice(2, 5).some((word) => word.replaceAll('"', '') === name));
  return async ({ statement }, error) => {
    const missing = missingAlias(error);
    if (missing === undefined || made(missing.name) || (await attempt(client, `CREATE DOMAIN "${missing.name}" AS ${missing.type}`))) return false;
    note(statement, `"${missing.name}" is no type of PostgreSQL's; as in sqlc, it was read as ${missing.type}`);
    return true;
  };
}

/** Makes each extension once; those that the schema itself creates come when they come. */
function unsaidExtensions(client: pg.Client, plan: SchemaPlan, note: Note): Maker {
  const tried = new Set(plan.steps.flatMap(({ statement, heldBack }) => (heldBack === true ? [] : extensionOf(statement))));
  return async ({ statement }, error) => {
    const missing = missingExtension(error);
    if (missing === undefined || tried.has(missing.name)) return false;
    tried.add(missing.name);
    const into = missing.schema === undefined ? '' : ` SCHEMA ${missing.schema}`;
    if (await attempt(client, `CREATE EXTENSION IF NOT EXISTS "${missing.name}"${into}`)) return false;
    note(statement, `the schema uses the extension "${missing.name}" and does not create it; it was created`);
    return true;
  };
}

async function attempt(client: pg.Client, text: string): Promise<pg.DatabaseError | undefined> {
  try {
    await client.query(text);
    return undefined;
  } catch (error) {
    // 57P is an operator's intervention: the session is over, and nothing else can be said of the schema.
    if (error instanceof pg.DatabaseError && !error.code?.startsWith('57P')) return error;
    throw connectionLost(`${client.host}:${client.port}`, messageOf(error));
  }
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

function isUndefined(error: pg.DatabaseError): boolean {
  return UNDEFINED.has(error.code ?? '');
}

/** Throws what has to be said of the failures; those that only follow from others are left out. */
function refuse(failures: readonly Failure[], report: (line: string) => void): void {
  const errors: Failure[] = [];
  for (const failure of failures) {
    // Neither a query that could not be built nor a block that may depend on rows decides over the schema.
    if (failure.step.statement.annotated) continue;
    if (failure.step.statement.words[0] === 'do') report(formatDiagnostic({ ...toDiagnostic(failure), severity: 'warning' }));
    else errors.push(failure);
  }
  if (errors.length === 0) return;
  const causes = errors.filter((failure) => !followsFromAnother(failure, errors));
  throw new CompileError((causes.length > 0 ? causes : errors).sort(byPlace).map(toDiagnostic));
}

/** Whether what a statement misses is named by another one that failed for another reason. */
function followsFromAnother(failure: Failure, failures: readonly Failure[]): boolean {
  const missing = missingName(failure.error);
  if (missing === undefined) return false;
  return failures.some(({ step, error }) => missingName(error) !== missing && step.statement.words.some((word) => word.replaceAll('"', '') === missing));
}

/** The last part of the name that is not there. */
function missingName(error: pg.DatabaseError): string | undefined {
  if (!isUndefined(error)) return undefined;
  const name = /"([^"]+)"/.exec(error.message)?.[1] ?? /^(?:function|procedure|aggregate) ([^(]+)\(/.exec(error.message)?.[1];
  return name?.split('.').at(-1);
}

function byPlace(a: Failure, b: Failure): number {
  return a.step.statement.file === b.step.statement.file ? a.step.statement.start - b.step.statement.start : 0;
}

function toDiagnostic({ step: { statement, text }, error }: Failure): Diagnostic {
  const position = error.position === undefined ? undefined : codePointOffset(text, Number(error.position));
  const token = position === undefined ? undefined : statement.tokens.find(({ start }) => start === statement.start + position);
  return {
    severity: 'error',
    message: error.detail === undefined ? error.message : `${error.message} (${error.detail})`,
    file: statement.file,
    start: statement.start + (position ?? 0),
    ...(token ? { end: token.end } : {}),
    ...(error.code === undefined ? {} : { sqlstate: error.code }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    remedy: remedyFor(error, statement),
  };
}

function remedyFor(error: pg.DatabaseError, statement: SchemaStatement): string {
  const code = error.code ?? '';
  const extension = extensionOf(statement);
  if (extension !== undefined) return `Install the extension ${extension} on the server, or set DATABASE_URL to a database that has it.`;
  const missing = missingExtension(error);
  if (missing !== undefined) return `It comes with the extension ${missing.name}: see that CREATE EXTENSION "${missing.name}" stands in the schema, and that the server has it.`;
  if (code === '42601') return 'Correct the statement: PostgreSQL cannot parse it.';
  if (code === '42501') return 'Give the user of the URL the rights for it, or name a superuser.';
  if (DUPLICATE.has(code)) return 'Name every file once under schema: a dump or the migrations, not both.';
  if (UNDEFINED.has(code)) return 'Add the file that creates it to schema, or correct the name.';
  return 'Correct the statement: the queries can be typed only on a schema that PostgreSQL accepts.';
}

/**
 * Where unqualified names are found: a file's `SET search_path` holds to the end of the file; what
 * was once in a path stays reachable, behind `public`, for the files and the queries that follow.
 */
function searchPaths(client: pg.Client): {
  enter(path: string): Promise<pg.DatabaseError | undefined>;
  leaveFile(): Promise<void>;
  kept(): string | undefined;
} {
  const visited = new Set<string>();
  let inFile = false;
  const everything = (first: readonly string[]): string => [...new Set([...first, ...visited, 'public'])].join(', ');
  return {
    async enter(path) {
      const refused = await attempt(client, `SET search_path = ${path}`);
      if (refused) return refused;
      inFile = true;
      const { rows } = await client.query<{ path: string }>(`SELECT current_setting('search_path') AS path`);
      // As PostgreSQL writes it: each name quoted where it must be.
      for (const name of rows[0]?.path.match(/"(?:[^"]|"")*"|[^\s,]+/g) ?? []) visited.add(name);
      return undefined;
    },
    async leaveFile() {
      if (inFile) await client.query(`SET search_path = ${everything(['public'])}`);
      inFile = false;
    },
    kept: () => (visited.size === 0 ? undefined : everything([])),
  };
}
