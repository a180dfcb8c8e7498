/**
 * What `zod` found wrong, as diagnostics at the line in the YAML: which key, what it must be, and
 * the nearest name to write instead.
 */
import { z } from 'zod';
import type { Diagnostic } from '../diagnostic.js';
import type { LocatedDocument, Path, Span } from './document.js';
import { nearest } from './nearest.js';

export type Report = (range: Span, message: string, remedy?: string) => void;

/** Collects diagnostics about one file. */
export function reporter(document: LocatedDocument, into: Diagnostic[]): Report {
  return (range, message, remedy) => {
    into.push({
      severity: 'error',
      message,
      file: document.file,
      start: range.start,
      end: range.end,
      remedy,
    });
  };
}

/**
 * The part of the document at `path`, validated; undefined where it is not valid, and then every
 * problem has been reported.
 */
export function validate<T extends z.ZodType>(
  schema: T,
  value: unknown,
  path: Path,
  document: LocatedDocument,
  report: Report,
): z.output<T> | undefined {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const steps = issue.path.flatMap((step) => (typeof step === 'symbol' ? [] : [step]));
    const at = [...path, ...steps];
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, steps);
      for (const key of issue.keys) {
        report(document.keyRange([...at, key]), `unknown key "${key}" in ${pathText(at)}`, keyRemedy(key, known));
      }
      continue;
    }
    const given = valueAt(value, steps);
    if (given === undefined) {
      const key = String(at.at(-1) ?? '');
      report(document.keyRange(at), `${pathText(at.slice(0, -1))} has no key "${key}"`, example(key));
      continue;
    }
    report(document.valueRange(at), wrongValue(issue, pathText(at), given), valueRemedy(issue, given, at));
  }
  return undefined;
}

/** `sql[0].gen.go`, or `the file` for the top. */
export function pathText(path: Path): string {
  if (path.length === 0) return 'the file';
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

export function keyRemedy(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return near === undefined ? `Remove it; the keys known here are ${known.join(', ')}.` : `Write "${near}" instead.`;
}

function wrongValue(issue: z.core.$ZodIssue, where: string, given: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${where} must be ${EXPECTED[issue.expected] ?? issue.expected}, not ${described(given)}`;
    case 'invalid_value':
      return `${where} must be ${oneOf(issue.values)}, not ${described(given)}`;
    case 'too_small':
      return `${where} is empty`;
    case 'invalid_union':
      return `${where} must be ${issue.message}, not ${described(given)}`;
    default:
      return `${where}: ${issue.message}`;
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys to values',
  record: 'a map of keys to values',
};

function oneOf(values: readonly unknown[]): string {
  const quoted = values.map((value) => JSON.stringify(value));
  return quoted.length === 1 ? (quoted[0] ?? '') : `one of ${quoted.join(', ')}`;
}

function described(given: unknown): string {
  if (Array.isArray(given)) return 'a list';
  if (given === null) return 'nothing';
  if (typeof given === 'object') return 'a map';
  return typeof given === 'string' ? JSON.stringify(given) : `${typeof given} ${JSON.stringify(given)}`;
}

function valueRemedy(issue: z.core.$ZodIssue, given: unknown, at: Path): string | undefined {
  if (issue.code === 'custom' && typeof issue.params?.['remedy'] === 'string') return issue.params['remedy'];
  if (issue.code === 'invalid_value' && typeof given === 'string') {
    const near = nearest(
      given,
      issue.values.filter((value) => typeof value === 'string'),
    );
    if (near !== undefined) return `Write "${near}" instead.`;
  }
  const key = at.findLast((step) => typeof step === 'string');
  if (issue.code === 'invalid_value' && key !== undefined && !(key in EXAMPLES)) return `Write it as: ${key}: ${String(issue.values[0])}`;
  return example(at.findLast((step) => typeof step === 'string' && step in EXAMPLES));
}

/** What to write for a key that is missing or has a value of the wrong kind. */
function example(key: string | number | undefined): string | undefined {
  const written = EXAMPLES[key ?? ''];
  return written === undefined ? undefined : `Write it as: ${written}`;
}

/** For keys whose values are no list of words; such a key shows its first. */
const EXAMPLES: Readonly<Record<string, string>> = {
  version: 'version: "2"',
  sql: 'sql: [{engine: postgresql, schema: schema.sql, queries: queries}]',
  packages: 'packages: [{path: db, schema: schema.sql, queries: queries}]',
  engine: 'engine: postgresql',
  schema: 'schema: db/schema',
  queries: 'queries: db/queries',
  plugin: 'plugin: sqlward',
  plugins: 'plugins: [{name: other, process: {cmd: other-plugin}}]',
  out: 'out: generated',
  uri: 'uri: ${DATABASE_URL}',
  managed: 'managed: true',
  servers: 'servers: [{engine: postgresql, uri: "${SERVER_URL}"}]',
  database: 'database: {uri: "${DATABASE_URL}"}',
  codegen: 'codegen: [{plugin: sqlward, out: generated}]',
  rename: 'rename: {spotify_url: SpotifyURL}',
  inflection_exclude_table_names: 'inflection_exclude_table_names: [campus]',
  emit_exact_table_names: 'emit_exact_table_names: true',
  omit_unused_structs: 'omit_unused_structs: true',
  runtime: 'runtime: sqlward/runtime',
  overrides: 'overrides: [{column: users.settings, ts_type: Settings, import: ../settings.js}]',
  column: 'column: users.settings',
  db_type: 'db_type: jsonb',
  ts_type: 'ts_type: Settings',
  import: 'import: ../settings.js',
  nullable: 'nullable: false',
  nullable_elements: 'nullable_elements: true',
  guard: 'guard: {require: [documents], exempt: {CountDocuments: "a number, no rows"}}',
  require: 'require: [documents]',
  exempt: 'exempt: {CountDocuments: "a number, no rows"}',
};

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.entries(at).find(([key]) => key === String(step))?.[1];
  }
  return at;
}

/** The keys that the schema knows at a path. */
function keysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  let at = unwrap(schema);
  for (const step of path) {
    if (at instanceof z.ZodArray) at = unwrap(at.element);
    else if (at instanceof z.ZodObject) at = unwrap(shapeOf(at)[String(step)]);
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function shapeOf(schema: z.ZodObject): Readonly<Record<string, z.core.$ZodType>> {
  return schema.shape;
}

function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  let at = schema;
  while (at instanceof z.ZodOptional || at instanceof z.ZodDefault || at instanceof z.ZodPrefault) at = at.unwrap();
  return at;
}
