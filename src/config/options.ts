/** sqlward's own options: what stands under `codegen[].options` of its plugin entry. */
import { z } from 'zod';
import type { LocatedDocument, Path } from './document.js';
import type { Options, Override } from './config.js';

const DEFAULT_RUNTIME = 'sqlward/runtime';

/** Go's YAML reader takes `yes` and `on` where a boolean is wanted, so a shared file may have them. */
export const flag = z.preprocess((value) => {
  if (typeof value !== 'string') return value;
  if (/^(?:y|yes|on)$/i.test(value)) return true;
  return /^(?:n|no|off)$/i.test(value) ? false : value;
}, z.boolean());

const text = z.string().min(1);
const names = z.array(text);

/** A name, and what may follow it: `Settings`, `Settings[]`, `Settings['theme']`. */
const IMPORTABLE = /^[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\[[^[\]]*\])*$/u;

const override = z
  .strictObject({
    column: text.optional(),
    db_type: text.optional(),
    ts_type: text.optional(),
    import: text.optional(),
    nullable: flag.optional(),
    nullable_elements: flag.optional(),
  })
  .superRefine((value, context) => {
    const refuse = (message: string, remedy: string, path: string[] = []): void => {
      context.addIssue({ code: 'custom', message, path, params: { remedy } });
    };
    if ((value.column === undefined) === (value.db_type === undefined)) {
      refuse('an override is for a column or for a type', 'Write either "column: table.column" or "db_type: jsonb".');
    }
    if (value.column !== undefined && !/^(?:[^.]+\.){1,2}[^.]+$/.test(value.column)) {
      refuse(`"${value.column}" does not name a column`, 'Write table.column or schema.table.column; * stands for any name.', ['column']);
    }
    if (value.db_type !== undefined && !/^(?:[^.]+\.)?[^.]+$/.test(value.db_type)) {
      refuse(`"${value.db_type}" does not name a type`, 'Write the name of a type, such as jsonb, or schema.name.', ['db_type']);
    }
    if (value.ts_type === undefined && value.nullable === undefined && value.nullable_elements === undefined) {
      refuse('the override changes nothing', 'Give it a ts_type, nullable or nullable_elements.');
    }
    if (value.import !== undefined && value.ts_type === undefined) {
      refuse('there is an import without a ts_type to take from it', 'Add "ts_type: NameOfTheType".', ['import']);
    }
    if (value.import !== undefined && value.ts_type !== undefined && !IMPORTABLE.test(value.ts_type)) {
      refuse(`"${value.ts_type}" does not say which name to import`, 'Export one named type from the module and name it here.', [
        'ts_type',
      ]);
    }
    if (value.ts_type !== undefined && /[;\r\n]|\/[/*]/.test(value.ts_type)) {
      refuse('a ts_type is one TypeScript type', 'Write a type such as Settings, string[] or Record<string, number>.', ['ts_type']);
    }
  });

const overrides = z.array(override).superRefine((list, context) => {
  const seen = new Set<string>();
  for (const [index, { column, db_type }] of list.entries()) {
    const target = column === undefined ? `type ${db_type ?? ''}` : `column ${column}`;
    if (seen.has(target)) {
      const params = { remedy: 'Put all that it changes into one override.' };
      context.addIssue({ code: 'custom', message: `a second override for ${target}`, path: [index], params });
    }
    seen.add(target);
  }
});

const tableName = text.refine((name) => /^(?:[^.]+\.)?[^.]+$/.test(name), {
  error: 'a table is named as table or schema.table',
});

/** What each option may be, and its default; where the default is not a value of its own, `readOptions` has it. */
export const pluginOptions = z.strictObject({
  case: z.enum(['camel', 'snake']).default('camel'),
  int8: z.enum(['string', 'bigint', 'number']).default('string'),
  numeric: z.enum(['string', 'number']).default('string'),
  timestamp: z.enum(['date', 'string', 'temporal']).default('date'),
  date: z.enum(['string', 'date', 'temporal']).default('string'),
  time: z.enum(['string', 'temporal']).default('string'),
  interval: z.enum(['string', 'temporal']).default('string'),
  json_numbers: z.enum(['number', 'exact']).default('number'),
  parameters: z.enum(['strict', 'infer']).default('strict'),
  brand: z.enum(['primary_keys']).optional(),
  unknown_labels: z.enum(['throw', 'pass']).default('throw'),
  runtime: text.default(DEFAULT_RUNTIME),
  import_extension: z.enum(['js', 'ts', 'none']).optional(),
  overrides: overrides.default([]),
  guard: z
    .strictObject({
      require: z.array(tableName).default([]),
      exempt: z.record(z.string(), text).default({}),
    })
    .prefault({}),
  rename: z.record(z.string(), text).optional(),
  emit_exact_table_names: flag.optional(),
  omit_unused_structs: flag.optional(),
  inflection_exclude_table_names: names.optional(),
});

export type PluginOptions = z.output<typeof pluginOptions>;

type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Name;

/** Does not compile where `Options` lacks an option that the file may have. */
type EveryOption<Known extends Record<Camel<keyof PluginOptions>, unknown> = Required<Options>> = Known extends unknown ? Options : never;

/** Of an entry that says nothing. */
export const DEFAULTS: PluginOptions = pluginOptions.parse({});

/** What `gen.go` and the global `overrides.go` say that has a meaning here too. */
export interface Naming {
  readonly rename: Readonly<Record<string, string>>;
  readonly emitExactTableNames: boolean;
  readonly omitUnusedStructs: boolean;
  readonly inflectionExcludeTableNames: readonly string[];
}

/** The options with every default filled in; what the plugin entry says wins over `gen.go`. */
export function readOptions(given: PluginOptions, path: Path, naming: Naming, document: LocatedDocument): EveryOption {
  return {
    case: given.case,
    int8: given.int8,
    numeric: given.numeric,
    timestamp: given.timestamp,
    date: given.date,
    time: given.time,
    interval: given.interval,
    jsonNumbers: given.json_numbers,
    parameters: given.parameters,
    brand: given.brand,
    unknownLabels: given.unknown_labels,
    runtime: given.runtime,
    importExtension: given.import_extension,
    overrides: given.overrides.flatMap((value, index) => {
      const start = document.valueRange([...path, 'overrides', index]).start;
      const target =
        value.column !== undefined ? { column: value.column } : value.db_type !== undefined ? { type: value.db_type } : undefined;
      if (target === undefined) return [];
      const read: Override = {
        target,
        tsType: value.ts_type,
        import: value.import,
        nullable: value.nullable,
        nullableElements: value.nullable_elements,
        start,
      };
      return [read];
    }),
    guard: given.guard,
    rename: { ...naming.rename, ...given.rename },
    emitExactTableNames: given.emit_exact_table_names ?? naming.emitExactTableNames,
    omitUnusedStructs: given.omit_unused_structs ?? naming.omitUnusedStructs,
    inflectionExcludeTableNames: given.inflection_exclude_table_names ?? naming.inflectionExcludeTableNames,
  };
}
