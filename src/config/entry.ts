/**
 * The shapes of sqlc's own file, in version 2 and version 1, read into one list of entries. What
 * only means something to sqlc's other generators is accepted here and left unread.
 */
import { z } from 'zod';
import type { LocatedDocument, Path } from './document.js';
import { nearest } from './nearest.js';
import { flag, pluginOptions, type PluginOptions } from './options.js';
import { keyRemedy, pathText, validate, type Report } from './problems.js';

const text = z.string().min(1);
const paths = z
  .union([text, z.array(text).min(1)], { error: 'a path or a list of paths' })
  .transform((value) => (typeof value === 'string' ? [value] : value));
const anything = z.unknown();
const rename = z.record(z.string(), text);

const database = z.strictObject({ uri: text.optional(), managed: flag.optional(), testcontainers_image: anything.optional() });
const analyzer = z.strictObject({
  database: z.union([flag, z.literal('only')], { error: 'true, false or "only"' }).optional(),
});

const common = {
  name: z.string().optional(),
  /** Without one the queries ask what is there anyway: a database of the entry's own, or PostgreSQL's catalog. */
  schema: paths.default([]),
  queries: paths,
  database: database.optional(),
  analyzer: analyzer.optional(),
  strict_function_checks: anything.optional(),
  strict_order_by: anything.optional(),
  rules: anything.optional(),
};

const ENGINES = ['postgresql', 'mysql', 'sqlite', 'clickhouse', 'duckdb', 'googlesql', 'mssql'];

/** @param declared the file's own engines, by name */
const version2Entry = (declared: readonly string[]) =>
  z.strictObject({
    ...common,
    engine: z.enum([...ENGINES, ...declared]),
    gen: z.looseObject({ go: z.looseObject({}).optional() }).optional(),
    codegen: z.array(z.strictObject({ plugin: text, out: text, options: anything.optional() })).optional(),
  });

const version1Entry = z.looseObject({ ...common, engine: z.enum(ENGINES).optional(), path: text.optional() });

/** The keys of `gen.go` that sqlward reads. */
const goOptions = z.looseObject({
  out: text.optional(),
  package: z.union([z.string(), z.number()]).optional(),
  rename: rename.optional(),
  emit_exact_table_names: flag.optional(),
  omit_unused_structs: flag.optional(),
  inflection_exclude_table_names: z.array(text).optional(),
});

const HONOURED = ['rename', 'emit_exact_table_names', 'omit_unused_structs', 'inflection_exclude_table_names'];
const READ = new Set([...HONOURED, 'out']);
const GO_ONLY = (
  'package path overrides sql_package sql_driver build_tags emit_interface emit_json_tags json_tags_case_style ' +
  'json_tags_id_uppercase emit_db_tags emit_prepared_queries emit_empty_slices emit_exported_queries ' +
  'emit_result_struct_pointers emit_params_struct_pointers emit_methods_with_db_argument emit_pointers_for_null_types ' +
  'emit_pointers_for_null_enum_types emit_enum_valid_method emit_all_enum_values emit_sql_as_comment emit_query_batch ' +
  'omit_sqlc_version query_parameter_limit initialisms wrap_errors output_batch_file_name ' +
  'output_db_file_name output_models_file_name output_models_path output_models_package output_models_import ' +
  'output_models_emit output_querier_file_name output_copyfrom_file_name output_query_batch_file_name output_files_suffix'
).split(' ');

const globalGo = z.looseObject({ go: z.looseObject({ rename: rename.optional() }).optional() });

const server = z.strictObject({ name: z.string().optional(), engine: z.string().optional(), uri: text.optional() });

const version2File = z.strictObject({
  version: anything,
  sql: z.array(anything).min(1),
  plugins: z.array(z.looseObject({ name: text })).optional(),
  engines: z.array(z.looseObject({ name: text })).optional(),
  servers: z.array(server).optional(),
  /** A list, as version 1 has it, is about Go's types alone. */
  overrides: z.union([globalGo, z.array(anything).transform(() => undefined)], { error: 'a map of keys to values' }).optional(),
  gen: globalGo.optional(),
  rules: anything.optional(),
  cloud: anything.optional(),
  project: anything.optional(),
  options: anything.optional(),
});

const version1File = z.strictObject({
  version: anything,
  packages: z.array(anything).min(1),
  rename: rename.optional(),
  servers: z.array(server).optional(),
  overrides: anything.optional(),
  rules: anything.optional(),
  cloud: anything.optional(),
  project: anything.optional(),
  plugins: anything.optional(),
  options: anything.optional(),
});

/** The name that a `codegen` entry gives for this generator. */
export const PLUGIN = 'sqlward';

export interface PluginEntry {
  readonly path: Path;
  readonly plugin: string;
  readonly out: string;
  /** Undefined for another generator's entry, and for options that have been reported. */
  readonly options: PluginOptions | undefined;
}

export interface Entry {
  readonly path: Path;
  readonly name: string | undefined;
  readonly engine: string;
  readonly schema: readonly string[];
  readonly queries: readonly string[];
  readonly database: z.output<typeof database> | undefined;
  /** False where sqlc is told not to ask the database. */
  readonly asksDatabase: boolean;
  readonly go: GoOptions | undefined;
  readonly codegen: readonly PluginEntry[];
}

export interface GoOptions extends z.output<typeof goOptions> {
  /** The keys that only mean something to Go, as they stand in the file. */
  readonly passedOver: readonly string[];
}

export interface SqlcFile {
  readonly entries: readonly Entry[];
  /** True where some entry could not be read, so that the others are not all there is. */
  readonly incomplete: boolean;
  readonly pluginNames: readonly string[];
  readonly servers: readonly z.output<typeof server>[];
  readonly globalRename: Readonly<Record<string, string>>;
}

/** Reads either version; undefined where nothing of the file can be read. */
export function readSqlcFile(document: LocatedDocument, report: Report): SqlcFile | undefined {
  const value = withoutNulls(document.value);
  if (!isMap(value)) {
    report(document.valueRange([]), 'the file is not a map of keys to values', 'Begin it with: version: "2"');
    return undefined;
  }
  const version = value['version'];
  switch (typeof version === 'number' ? String(version) : version) {
    case '2':
      return readVersion2(value, document, report);
    case '1':
      return readVersion1(value, document, report);
    case undefined:
    case '':
      report(document.keyRange([]), 'the file has no key "version"', 'Write it as: version: "2"');
      return undefined;
    default:
      report(document.valueRange(['version']), `version ${JSON.stringify(version)} is not known`, 'Write it as: version: "2"');
      return undefined;
  }
}

function readVersion2(value: Record<string, unknown>, document: LocatedDocument, report: Report): SqlcFile {
  const file = validate(version2File, value, [], document, report);
  const list = Array.isArray(value['sql']) ? value['sql'] : [];
  const entrySchema = version2Entry((file?.engines ?? []).map(({ name }) => name));
  const entries = list.flatMap((raw: unknown, index): Entry[] => {
    const path: Path = ['sql', index];
    const entry = validate(entrySchema, raw, path, document, report);
    const options = readPluginOptions(raw, path, document, report);
    if (entry === undefined) return [];
    const goPath = [...path, 'gen', 'go'];
    const go = entry.gen?.go && readGoOptions(entry.gen.go, goPath, document, report);
    return [
      {
        path,
        name: entry.name,
        engine: entry.engine,
        schema: entry.schema,
        queries: entry.queries,
        database: entry.database,
        asksDatabase: entry.analyzer?.database !== false,
        go,
        codegen: (entry.codegen ?? []).map(({ plugin, out }, at) => ({
          path: [...path, 'codegen', at],
          plugin,
          out,
          options: options[at],
        })),
      },
    ];
  });
  return {
    entries,
    incomplete: file === undefined || entries.length < list.length,
    pluginNames: (file?.plugins ?? []).map(({ name }) => name),
    servers: file?.servers ?? [],
    globalRename: { ...file?.gen?.go?.rename, ...file?.overrides?.go?.rename },
  };
}

function readVersion1(value: Record<string, unknown>, document: LocatedDocument, report: Report): SqlcFile {
  const file = validate(version1File, value, [], document, report);
  const list = Array.isArray(value['packages']) ? value['packages'] : [];
  const entries = list.flatMap((raw: unknown, index): Entry[] => {
    const path: Path = ['packages', index];
    const entry = validate(version1Entry, raw, path, document, report);
    if (entry === undefined) return [];
    const rest = Object.fromEntries(Object.entries(entry).filter(([key]) => !(key in version1Entry.shape)));
    const go = readGoOptions(entry.path === undefined ? rest : { ...rest, out: entry.path }, path, document, report);
    return [
      {
        path,
        name: entry.name,
        engine: entry.engine ?? 'postgresql',
        schema: entry.schema,
        queries: entry.queries,
        database: entry.database,
        asksDatabase: entry.analyzer?.database !== false,
        go,
        codegen: [],
      },
    ];
  });
  return {
    entries,
    incomplete: file === undefined || entries.length < list.length,
    pluginNames: [],
    servers: file?.servers ?? [],
    globalRename: file?.rename ?? {},
  };
}

/** The options of each `codegen` entry, also where the entry around them is not valid. */
function readPluginOptions(entry: unknown, path: Path, document: LocatedDocument, report: Report): readonly (PluginOptions | undefined)[] {
  const list: readonly unknown[] = isMap(entry) && Array.isArray(entry['codegen']) ? entry['codegen'] : [];
  return list.map((raw, index) => {
    if (!isMap(raw) || raw['plugin'] !== PLUGIN) return undefined;
    return validate(pluginOptions, raw['options'] ?? {}, [...path, 'codegen', index, 'options'], document, report);
  });
}

function readGoOptions(raw: Record<string, unknown>, path: Path, document: LocatedDocument, report: Report): GoOptions | undefined {
  const known = [...READ, ...GO_ONLY];
  for (const key of Object.keys(raw)) {
    // sqlc gains keys from time to time: an unknown key unlike any of ours is assumed to be for Go.
    if (known.includes(key) || nearest(key, HONOURED) === undefined) continue;
    report(document.keyRange([...path, key]), `unknown key "${key}" in ${pathText(path)}`, keyRemedy(key, HONOURED));
  }
  const options = validate(goOptions, raw, path, document, report);
  return options && { ...options, passedOver: Object.keys(raw).filter((key) => !READ.has(key)) };
}

/** An empty key (`gen:`) says nothing, as in sqlc; below `options` it stays, since there it is a mistake. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, key === 'options' ? item : withoutNulls(item)]),
  );
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
