/** A validated configuration: what `sqlc.yaml` says, with every default filled in. */
import type { SourceFile } from '../sql/index.js';

export interface Config {
  /** The YAML file. */
  readonly file: SourceFile;
  /** Absolute; every path of the file is relative to it. */
  readonly directory: string;
  /** One for each entry under `sql`. */
  readonly projects: readonly Project[];
  /** One line for each thing passed over, such as keys that only mean something to Go. */
  readonly notes: readonly string[];
}

/** Which PostgreSQL is asked. */
export type DatabaseChoice =
  | { readonly kind: 'embedded' }
  /** Asked as it is: the schema files are not loaded into it. */
  | { readonly kind: 'url'; readonly url: string; readonly from: '--database' | 'database.uri' | 'DATABASE_URL' }
  /** A scratch database is made on the server, and dropped at the end. */
  | { readonly kind: 'managed'; readonly serverUrl: string };

export interface Project {
  readonly name: string | undefined;
  /** Files, folders and globs as written, relative to `Config.directory`. */
  readonly schema: readonly string[];
  readonly queries: readonly string[];
  /** The folder that generated files go to, relative to `Config.directory`. */
  readonly out: string;
  readonly database: DatabaseChoice;
  /** Whether the file itself gives a database: sqlc then names fewer parameters by inference. */
  readonly managed: boolean;
  readonly options: Options;
}

/** How generated modules import each other: `./models.js`, `./models.ts` or `./models`. */
export type ImportExtension = 'js' | 'ts' | 'none';

export interface Options {
  readonly case: 'camel' | 'snake';
  readonly int8: 'string' | 'bigint' | 'number';
  readonly numeric: 'string' | 'number';
  /** What timestamps become, those with a zone and those without. */
  readonly timestamp: 'date' | 'string' | 'temporal';
  readonly date: 'string' | 'date' | 'temporal';
  readonly time: 'string' | 'temporal';
  readonly interval: 'string' | 'temporal';
  /** Whether numbers within json and jsonb are rounded as by JSON.parse. */
  readonly jsonNumbers: 'number' | 'exact';
  /** Whether the compiler writes the cast that decides between two types of one parameter. */
  readonly parameters: 'strict' | 'infer';
  /** Whether the values of primary keys, and of what refers to them, have types of their own. */
  readonly brand: 'primary_keys' | undefined;
  /** What becomes of an enum's label that the generated code does not know. */
  readonly unknownLabels: 'throw' | 'pass';
  /** What generated code imports the run time from. */
  readonly runtime: string;
  /** Undefined where it is found from the project around the output folder. */
  readonly importExtension: ImportExtension | undefined;
  readonly overrides: readonly Override[];
  readonly guard: {
    /** Tables, qualified or not, that only a guarded query may read. */
    readonly require: readonly string[];
    /** A reason for each query that may read one unguarded. */
    readonly exempt: Readonly<Record<string, string>>;
  };
  /** sqlc's own: raw name (column, parameter, enum, singular table) → Go-style name. */
  readonly rename: Readonly<Record<string, string>>;
  readonly emitExactTableNames: boolean;
  /** sqlc's own: models and enums that no query uses are left out. */
  readonly omitUnusedStructs: boolean;
  readonly inflectionExcludeTableNames: readonly string[];
}

export interface Override {
  /** By column (`table.column`, `schema.table.column`, `*` for any) or by type (`jsonb`, `schema.type`). */
  readonly target: { readonly column: string } | { readonly type: string };
  readonly tsType: string | undefined;
  /** The module that `tsType` comes from, as generated code shall import it. */
  readonly import: string | undefined;
  readonly nullable: boolean | undefined;
  /** Elements of an array may be NULL. */
  readonly nullableElements: boolean | undefined;
  /** Where it stands in the YAML file, for messages. */
  readonly start: number;
}
