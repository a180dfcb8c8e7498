/**
 * How a column's values compare, as an engine compares what JavaScript has of them.
 *
 * Engines compare strictly: '1' is not 1, 'A…' is not the uuid 'a…', '1.0' is not the numeric '1',
 * and strings are ordered by their characters. PostgreSQL would cast. So each type says which values
 * of JavaScript it takes, and how its column is equal to one of them and ordered by one, exactly.
 *
 * Invariant: a comparison is NULL where the column is NULL, and otherwise true or false as the
 * engine's is, so that it may stand under NOT.
 */

import { catalogName } from '../sql/index.js';

/** What JavaScript has for a column: what generated functions return, unless the map says otherwise. */
export type ValueKind = 'string' | 'number' | 'bigint' | 'boolean' | 'Date';

/** A value that equals or orders: no NULL, no list, no object. */
export type Scalar = string | number | bigint | boolean | Date;

export interface ColumnType {
  readonly kind: ValueKind;
  /** The column as it is compared with `= $1::cast`; the column itself where an index can help. */
  readonly equal: (sql: string) => string;
  /** The column as it is ordered. */
  readonly ordered: (sql: string) => string;
  /** The type of values of that kind: to be equal to, and to be ordered by. */
  readonly cast: (values: readonly Scalar[], orders: boolean) => string;
  /** Whether the column can be equal to a value at all. */
  readonly occurs: (value: Scalar) => boolean;
  /** The element's type, where an array of them compares as it stands, so that an index can help. */
  readonly element?: string;
  /** The type of an instant, which JavaScript has to the millisecond. */
  readonly instant?: string;
  /** What must hold beside `equal`, where that alone would take one value for another. */
  readonly confirm?: (sql: string) => string;
  /** The column may be NaN, which JavaScript orders nowhere. */
  readonly hasNaN?: boolean;
  /** The column as text, where it is a string. */
  readonly text?: (sql: string) => string;
  /** Nothing is said of the order of its values. */
  readonly isUnordered?: boolean;
  /** Rows from this time on are ordered before all others, as their ISO text is. */
  readonly wraps?: string;
}

/** PostgreSQL's own text of a value, to the last blank: a cast would cut those of char(n). */
const output = (sql: string): string => `CASE WHEN ${sql} IS NOT NULL THEN concat(${sql}) END COLLATE "C"`;
const itself = (sql: string): string => sql;
const byCharacters = (sql: string): string => `${sql} COLLATE "C"`;
const always = (): boolean => true;

const TEXT: ColumnType = { kind: 'string', equal: itself, ordered: byCharacters, cast: () => 'text', occurs: always, text: itself };

/** A type that JavaScript has in PostgreSQL's text form. */
const OUTPUT: ColumnType = {
  kind: 'string',
  equal: (sql) => `(${output(sql)})`,
  ordered: (sql) => `(${output(sql)})`,
  cast: () => 'text',
  occurs: always,
  text: (sql) => `(${output(sql)})`,
};

/** As `output`; PostgreSQL refuses the statement where the column is not of a type of texts. */
const ifText = (sql: string): string => `(CASE WHEN starts_with(${sql}, '') THEN concat(${sql}) END)`;

/** Without a type a column is text. Others fail in PostgreSQL, but for char(n), whose blanks are looked at. */
export const UNDECLARED: ColumnType = {
  ...TEXT,
  element: 'text',
  confirm: (sql) => `concat(${sql})`,
  ordered: (sql) => `${ifText(sql)} COLLATE "C"`,
  text: ifText,
};

function isInteger(value: Scalar, bits: bigint): boolean {
  if (typeof value !== 'bigint' && (typeof value !== 'number' || !Number.isInteger(value))) return false;
  const integer = BigInt(value);
  return integer >= -(1n << (bits - 1n)) && integer < 1n << (bits - 1n);
}

/** Other numbers are compared as numerics, because the integer's type would not read them. */
const integerCast =
  (name: string, bits: bigint) =>
  (values: readonly Scalar[]): string =>
    values.every((value) => isInteger(value, bits)) ? name : 'numeric';

const INT4: ColumnType = {
  kind: 'number',
  equal: itself,
  ordered: itself,
  cast: integerCast('int4', 32n),
  occurs: always,
  element: 'int4',
};
const INT2: ColumnType = { ...INT4, cast: integerCast('int2', 16n), element: 'int2' };
const OID: ColumnType = { ...INT4, equal: (sql) => `${sql}::int8`, ordered: (sql) => `${sql}::int8`, cast: integerCast('int8', 64n) };

function float(left: (sql: string) => string): ColumnType {
  return { kind: 'number', equal: left, ordered: left, cast: () => 'float8', occurs: always, hasNaN: true };
}

/** By its text, because the number that JavaScript reads from that is not the nearest to the column's. */
const FLOAT4 = float((sql) => `${sql}::text::float8`);
const FLOAT8: ColumnType = { ...float(itself), element: 'float8' };
const NUMERIC_AS_NUMBER = float((sql) => `${sql}::float8`);

const BOOLEAN: ColumnType = { kind: 'boolean', equal: itself, ordered: itself, cast: () => 'boolean', occurs: always, element: 'boolean' };

const INT8: ColumnType = {
  ...OUTPUT,
  equal: itself,
  element: 'int8',
  cast: (_values, orders) => (orders ? 'text' : 'int8'),
  occurs: (value) => typeof value === 'string' && /^(?:0|-?[1-9]\d{0,18})$/.test(value) && isInteger(BigInt(value), 64n),
};
const INT8_AS_NUMBER: ColumnType = { ...INT4, cast: integerCast('int8', 64n), element: 'int8' };
const INT8_AS_BIGINT: ColumnType = { ...INT8_AS_NUMBER, kind: 'bigint' };

export const UUID_TEXT = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UUID: ColumnType = {
  ...OUTPUT,
  equal: itself,
  element: 'uuid',
  cast: (_values, orders) => (orders ? 'text' : 'uuid'),
  occurs: (value) => typeof value === 'string' && UUID_TEXT.test(value),
};

/** JavaScript has milliseconds: the microseconds beyond them are cut off, also before 1970. */
function timestamp(name: string): ColumnType {
  const left = (sql: string): string => `date_trunc('milliseconds', ${sql})`;
  return { kind: 'Date', equal: left, ordered: left, cast: () => name, occurs: always, instant: name };
}

/** As the text of `toISOString`, which spells the years from 10000 on with a plus before all others. */
function timestampText(name: string): ColumnType {
  return { ...timestamp(name), kind: 'string', occurs: isIsoText, wraps: `'10000-01-01 00:00:00Z'::${name}` };
}

export function isIsoText(value: Scalar): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return false;
  const date = new Date(value);
  return !Number.isNaN(date.getTime()) && date.toISOString() === value && date.getUTCFullYear() > 0;
}

/** The types by what the map may say that JavaScript has; the first is what it has unless it says so. */
const TYPES: Readonly<Record<string, readonly ColumnType[]>> = {
  text: [{ ...TEXT, element: 'text' }],
  varchar: [{ ...TEXT, element: 'varchar' }],
  name: [TEXT],
  uuid: [UUID],
  int2: [INT2, OUTPUT],
  int4: [INT4, OUTPUT],
  oid: [OID, OUTPUT],
  int8: [INT8, INT8_AS_NUMBER, INT8_AS_BIGINT],
  float4: [FLOAT4, OUTPUT],
  float8: [FLOAT8, OUTPUT],
  numeric: [OUTPUT, NUMERIC_AS_NUMBER],
  bool: [BOOLEAN],
  timestamptz: [timestamp('timestamptz'), timestampText('timestamptz')],
  timestamp: [timestamp('timestamp'), timestampText('timestamp')],
  ...Object.fromEntries(
    [
      'bpchar',
      'money',
      'citext',
      'date',
      'time',
      'timetz',
      'interval',
      'inet',
      'cidr',
      'macaddr',
      'macaddr8',
      'xml',
      'bit',
      'varbit',
      'tsvector',
      'tsquery',
      'point',
      'line',
      'lseg',
      'box',
      'path',
      'polygon',
      'circle',
      'pg_lsn',
    ].map((name) => [name, [OUTPUT]]),
  ),
  // JavaScript has no string, number or date of these.
  ...Object.fromEntries(['json', 'jsonb', 'bytea', 'record'].map((name) => [name, []])),
};

/** What a type that is not PostgreSQL's own may be of: strings, enums, and others that JavaScript has as text. */
const CATEGORIES = "'{S,E,U,I,T,V,G,X}'";

/**
 * The type that a map names, or undefined where it has no value to compare with. `kind` is what
 * JavaScript has of it, where that is not what generated functions return.
 */
export function columnType(name: string, kind: ValueKind | undefined): ColumnType | undefined {
  const plain = name
    .toLowerCase()
    .replace(/\(.*\)/, '')
    .replace(/^pg_catalog\./, '')
    .replace(/\s+/g, ' ')
    .trim();
  const known = catalogName(plain) ?? plain;
  if (Object.hasOwn(TYPES, known)) {
    const types = TYPES[known] ?? [];
    return kind === undefined ? types[0] : types.find((type) => type.kind === kind);
  }
  if (/(?:multi)?range$/.test(plain) || (kind !== undefined && kind !== 'string')) return undefined;
  // An enum's label, or a domain over text; not a domain over a number, which JavaScript has as a number.
  const isText = `(SELECT typcategory = ANY (${CATEGORIES}::"char"[]) FROM pg_catalog.pg_type WHERE oid = '${name}'::pg_catalog.regtype)`;
  const checked = (sql: string): string => `CASE WHEN ${isText} THEN (${output(sql)}) WHEN ${sql} IS NOT NULL THEN chr(1) END COLLATE "C"`;
  return { ...OUTPUT, equal: (sql) => `(${checked(sql)})`, text: (sql) => `(${checked(sql)})`, isUnordered: true };
}
