/**
 * What failed in a schema, and what it costs.
 *
 * Invariant: a failure stops nobody. It is a warning at its line; and a query that misses what the
 * statement would have made has an error, which names that line as its cause.
 */
import type { Diagnostic } from '../../diagnostic.js';
import { codePointOffset } from '../../sql/index.js';
import { actionsOf } from './parts.js';
import type { SchemaPlan, SchemaStep } from './plan.js';
import { extensionOf } from './significance.js';
import type { SchemaStatement } from './statements.js';
import { isNameable, subjectsOf, type Subjects } from './subjects.js';
import { extensionOfType, missingExtension } from './well-known.js';

/** What became of one step, as plain data, so that it can be kept with the database. */
export interface SchemaEvent {
  /** Its place among the plan's steps. */
  readonly step: number;
  readonly message: string;
  readonly sqlstate?: string | undefined;
  readonly hint?: string | undefined;
  /** Where in the step's text the server points, as an offset. */
  readonly at?: number | undefined;
  /** Which part of the statement it was, as `SchemaStep.part` has it. */
  readonly part?: number | undefined;
  /** The clauses that were left out, where the rest of the statement ran. */
  readonly left?: readonly string[];
}

export interface SchemaFailure {
  readonly statement: SchemaStatement;
  readonly event: SchemaEvent;
  readonly subjects: Subjects;
  /** The last part of the name that was missed. */
  readonly misses: string | undefined;
  /** The warning at the statement's line. */
  readonly diagnostic: Diagnostic;
}

/** SQLSTATEs of a reference to what is not there: schema, table, column, function, type or role, unique key. */
const UNDEFINED = new Set(['3F000', '42P01', '42703', '42883', '42704', '42830']);
/** Objects that are there already. */
const DUPLICATE = new Set(['42P06', '42P07', '42710', '42701', '42723', '42712', '42P16']);

export function isUndefined(code: string | undefined): boolean {
  return UNDEFINED.has(code ?? '');
}

export function isDuplicate(code: string | undefined): boolean {
  return DUPLICATE.has(code ?? '');
}

export interface Refusal {
  readonly code?: string | undefined;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly position?: string | undefined;
}

export function eventOf(step: number, { text, part }: SchemaStep, error: Refusal, left?: readonly string[]): SchemaEvent {
  return {
    step,
    message: error.detail === undefined ? error.message : `${error.message} (${error.detail})`,
    sqlstate: error.code,
    hint: error.hint,
    at: error.position === undefined ? part : codePointOffset(text, Number(error.position)),
    part,
    ...(left === undefined ? {} : { left }),
  };
}

export function failuresOf(plan: SchemaPlan, events: readonly SchemaEvent[]): readonly SchemaFailure[] {
  return events
    .flatMap((event): SchemaFailure[] => {
      const whole = plan.steps[event.step];
      const statement = (whole && event.part !== undefined ? actionsOf(whole)?.find(({ part }) => part === event.part) : whole)?.statement;
      if (statement === undefined) return [];
      const subjects = subjectsOf(statement);
      return [{ statement, event, subjects, misses: missingName(event), diagnostic: toDiagnostic(statement, event, subjects) }];
    })
    .sort((a, b) => a.event.step - b.event.step || (a.event.at ?? 0) - (b.event.at ?? 0));
}

/** The failures that are told: those that only follow from others are told with the queries that miss them. */
export function causes(failures: readonly SchemaFailure[]): readonly SchemaFailure[] {
  return failures.filter((failure) => failure.event.left !== undefined || causeOf(failure, failures) === undefined);
}

/** The failure that another one follows from. */
export function causeOf(failure: SchemaFailure, failures: readonly SchemaFailure[]): SchemaFailure | undefined {
  const { misses, event } = failure;
  const others = failures.filter((other) => other !== failure);
  // A constraint that was left out of its table, and what only an extension knows to set.
  const [, constraint, table] = /^constraint "(.+)" of relation "(.+)" does not exist/.exec(event.message) ?? [];
  const space = /^unrecognized parameter namespace "(.+)"/.exec(event.message)?.[1];
  const source = others.find(
    ({ statement, subjects, event: { left } }) =>
      (table !== undefined && left?.some((clause) => mayName(clause, constraint, table)) === true && subjects.makes.includes(table)) ||
      (space !== undefined && extensionOf(statement) === space),
  );
  if (source !== undefined) return source;
  const maker = misses === undefined ? undefined : others.find((other) => makes(other, misses, event.message));
  if (maker !== undefined) return maker.misses === misses ? undefined : maker;
  return extensionFailure({ code: event.sqlstate, message: event.message }, others);
}

/** Whether a clause makes a constraint of the name: its own, or the one that PostgreSQL gives, as in `table_column_fkey`. */
function mayName(clause: string, constraint = '', table: string): boolean {
  const own = /^constraint\s+"?(\w+)/i.exec(clause)?.[1];
  if (own !== undefined) return own === constraint;
  return /\b(?:references|foreign|check|unique|primary|exclude)\b/i.test(clause) && constraint.startsWith(`${table}_`);
}

/** The failure that a refusal of PostgreSQL's follows from, traced to its root. */
export function rootOf(refusal: Refusal, failures: readonly SchemaFailure[]): SchemaFailure | undefined {
  const misses = missingName({ sqlstate: refusal.code, message: refusal.message });
  if (misses === undefined) return undefined;
  let found = failures.find((failure) => makes(failure, misses, refusal.message)) ?? extensionFailure(refusal, failures);
  for (let steps = failures.length; found !== undefined && steps > 0; steps--) {
    const next = causeOf(found, failures);
    if (next === undefined) break;
    found = next;
  }
  return found;
}

/** The CREATE EXTENSION whose failure explains that something is missing: by what is missed, or by the types it is missed with. */
function extensionFailure(refusal: Refusal, failures: readonly SchemaFailure[]): SchemaFailure | undefined {
  if (!isUndefined(refusal.code)) return undefined;
  const wanted = [missingExtension(refusal)?.name, ...(refusal.message.match(/[\w.]+/g) ?? []).map(extensionOfType)];
  return failures.find(({ statement }) => {
    const name = extensionOf(statement);
    return name !== undefined && wanted.includes(name);
  });
}

function makes({ subjects, event }: SchemaFailure, name: string, message: string): boolean {
  // The table stands where only a clause of it was left out.
  if (event.left !== undefined) return false;
  if (!/^column\b/.test(message)) return subjects.makes.includes(name);
  return (
    subjects.makes.some((made) => made.includes('.') && made.split('.').at(-1) === name) &&
    !subjects.makes.some((made) => !made.includes('.'))
  );
}

/** The last part of the name that is not there. */
export function missingName({
  sqlstate,
  message,
}: {
  readonly sqlstate?: string | undefined;
  readonly message: string;
}): string | undefined {
  if (!isUndefined(sqlstate)) return undefined;
  const name =
    /"([^"]+)"/.exec(message)?.[1] ??
    /^(?:function|procedure|aggregate) ([^(]+)\(/.exec(message)?.[1] ??
    /^column (\S+) does not exist/.exec(message)?.[1];
  return name
    ?.split('.')
    .at(-1)
    ?.replace(/(?:\[\])+$/, '');
}

function toDiagnostic(statement: SchemaStatement, event: SchemaEvent, subjects: Subjects): Diagnostic {
  const { at } = event;
  const token = at === undefined ? undefined : statement.tokens.find(({ start }) => start === statement.start + at);
  return {
    severity: 'warning',
    message: `${event.message}: ${costOf(statement, event, subjects)}`,
    file: statement.file,
    start: statement.start + (at ?? 0),
    ...(token ? { end: token.end } : {}),
    ...(event.sqlstate === undefined ? {} : { sqlstate: event.sqlstate }),
    ...(event.hint === undefined ? {} : { hint: event.hint }),
    remedy: remedyFor(statement, event),
  };
}

/** What the schema lacks without the statement. */
function costOf(statement: SchemaStatement, event: SchemaEvent, { kind, makes, about }: Subjects): string {
  const [verb] = statement.words;
  const name = makes[0] ?? about;
  if (event.left !== undefined)
    return `${event.left.map((text) => `"${shortened(text)}"`).join(' and ')} was left out of ${name ?? 'it'}, and no type depends on it`;
  if (isDuplicate(event.sqlstate)) return 'what is there already stands';
  if (verb === 'drop') return 'there was nothing to drop';
  if (kind === 'extension') return 'what the extension brings is not there';
  if (verb === 'do') return 'what the block would have made is not there';
  const column = makes.find((made) => made.includes('.'));
  if (verb === 'alter' && column !== undefined) return `there is no column ${column}`;
  if (verb === 'alter') return `${name ?? kind} stays as it was`;
  if (verb === 'comment') return 'the comment is not there';
  if (isNameable(kind) && name !== undefined) return `no query can use the ${kind} ${name}`;
  return about === undefined ? 'it was passed over' : `the ${kind} of ${about} is not there, and no type depends on it`;
}

/** Of a clause, in a message. */
const SHOWN = 60;

function shortened(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
}

function remedyFor(statement: SchemaStatement, { sqlstate, message }: SchemaEvent): string {
  const code = sqlstate ?? '';
  const extension = extensionOf(statement) ?? missingExtension({ code, message })?.name;
  // The embedded build has no rasters.
  if (extension?.startsWith('postgis') === true && extension !== 'postgis_raster') {
    return 'Install the embedded build with "npm install -D @electric-sql/pglite-postgis@0.2.8", or use a server that has it: "database: {managed: true}" in the entry and "servers: [{uri: postgres://…}]" in sqlc.yaml.';
  }
  if (extension !== undefined) {
    return `Set DATABASE_URL to a database that has the extension "${extension}", or database.managed: true with servers[].uri to a server that has it.`;
  }
  if (code === '42601') return 'Correct the statement: PostgreSQL cannot parse it.';
  if (code === '42501') return 'Give the user of the URL the rights for it, or name a superuser.';
  if (isDuplicate(code)) return 'Name every file once under schema: a dump or the migrations, not both.';
  if (isUndefined(code)) return 'Add the file that creates it to schema, or correct the name.';
  return 'Correct the statement, or take it out of the schema.';
}
