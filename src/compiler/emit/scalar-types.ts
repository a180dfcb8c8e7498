/**
 * PostgreSQL's own scalar types: what their values are in TypeScript, and the run time's functions for them.
 *
 * Invariant: a type without a row is text. Every expression made here calls the run time as `$`, and names what other
 * modules declare as `nameFrom` has it.
 */
import type { PgType } from '../../catalog/index.js';
import type { Options } from '../../config/index.js';
import { lowerFirst } from '../names/index.js';
import { nameFrom } from './imports.js';

/** How values of one PostgreSQL type travel. Expressions are TypeScript source. */
export interface TypeMapping {
  /** What a column yields, NULL aside. */
  readonly tsType: string;
  /** What a parameter takes, NULL aside. */
  readonly inputType: string;
  /** From an expression of type `string | null | undefined` to the value; NULL throws. */
  readonly decode: (value: string) => string;
  /** A function from the text of an array's or range's element to the value. */
  readonly element: string;
  /** From an expression of `inputType | null | undefined` to what is bound; undefined passes it as it is. */
  readonly bind: ((value: string) => string) | undefined;
  /** A function from an element of `inputType` to its text, or undefined where `String` serves. */
  readonly bindElement: string | undefined;
  /** True where a timestamp's microseconds are cut. */
  readonly cuts: boolean;
  /** True where it holds floats, at any depth, whose text has as many digits as the session says. */
  readonly floats: boolean;
}

/** The expression of a field's value. */
export function decoded({ mapping, nullable }: { readonly mapping: TypeMapping; readonly nullable: boolean }, value: string): string {
  const { decode, element } = mapping;
  if (!nullable) return decode(value);
  return element === '$.text' ? `${value} ?? null` : `${value} == null ? null : ${decode(value)}`;
}

/**
 * A function of the run time's; with what it takes behind the value, which is left out at the end where it is undefined,
 * it has to be written as a lambda where it is a value itself.
 */
type Callee = string | readonly [name: string, ...behind: readonly (string | undefined)[]];

function call(callee: Callee, value: string): string {
  const [name, ...behind] = typeof callee === 'string' ? [callee] : callee;
  const last = behind.findLastIndex((argument) => argument !== undefined);
  return `${name}(${[value, ...behind.slice(0, last + 1)].map(String).join(', ')})`;
}

export function asFunction(callee: Callee): string {
  return typeof callee === 'string' ? callee : `(v) => ${call(callee, 'v')}`;
}

/** A mapping by its functions; without a binder, values are bound as they are. */
export function mapping(tsType: string, inputType: string, decoder: Callee, binder?: Callee, rest: Partial<TypeMapping> = {}): TypeMapping {
  return {
    tsType,
    inputType,
    decode: (value) => call(decoder, value),
    element: asFunction(decoder),
    bind: binder === undefined ? undefined : (value) => call(binder, value),
    bindElement: binder && asFunction(binder),
    cuts: false,
    floats: false,
    ...rest,
  };
}

export const TEXT = mapping('string', 'string', '$.text');
const INTEGER = mapping('number', 'number', '$.safeInteger');
const FLOAT = { ...mapping('number', 'number', '$.number'), floats: true };
const FLOATS = { ...TEXT, floats: true };

export function jsonMapping({ jsonNumbers }: Options): TypeMapping {
  const [value, decoder] = jsonNumbers === 'exact' ? ['$.ExactJsonValue', '$.exactJson'] : ['$.JsonValue', '$.json'];
  return mapping(value, '$.JsonInput', decoder, '$.bindJson');
}

/** A timestamp or date: a name of the run time's functions, and the class of Temporal. */
function dated(choice: Options['timestamp'], name: string, temporalName: string): TypeMapping {
  if (choice === 'temporal') return temporal(temporalName);
  const binder = `$.bind${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  if (choice === 'date') return { ...mapping('Date', 'Date | string', `$.${name}`, binder), cuts: name !== 'date' };
  return name === 'date' ? mapping('string', 'string', '$.isoText') : mapping('string', 'string | Date', '$.isoText', binder);
}

function temporal(name: string): TypeMapping {
  return mapping(`$.Temporal<'${name}'>`, `$.TemporalLike<'${name}'> | string`, `$.${lowerFirst(name)}`, `$.bind${name}`);
}

/** The mappings of PostgreSQL's own scalar types; the rest of them are text. */
const BUILTIN: Readonly<Record<string, (options: Options) => TypeMapping>> = {
  // Also of an integer that has become a bigint since, nothing is rounded.
  int2: () => INTEGER,
  int4: () => INTEGER,
  oid: () => INTEGER,
  int8: ({ int8 }) => {
    if (int8 === 'bigint') return mapping('bigint', 'bigint | number', '$.bigint');
    return int8 === 'number' ? mapping('number', 'number | bigint', '$.safeInteger') : { ...TEXT, inputType: '$.Int8Input' };
  },
  float4: () => FLOAT,
  float8: () => FLOAT,
  ...Object.fromEntries(['point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle'].map((name) => [name, () => FLOATS])),
  numeric: ({ numeric }) =>
    numeric === 'number' ? mapping('number', 'number | string', '$.decimal') : { ...TEXT, inputType: 'string | number' },
  money: () => mapping('string', 'string | number', '$.money', '$.bindMoney'),
  bool: () => mapping('boolean', 'boolean', '$.boolean'),
  timestamptz: ({ timestamp }) => dated(timestamp, 'timestamptz', 'Instant'),
  timestamp: ({ timestamp }) => dated(timestamp, 'timestamp', 'PlainDateTime'),
  date: ({ date }) => dated(date, 'date', 'PlainDate'),
  time: ({ time }) => (time === 'temporal' ? temporal('PlainTime') : TEXT),
  interval: ({ interval }) => (interval === 'temporal' ? temporal('Duration') : mapping('string', 'string', '$.intervalText')),
  json: jsonMapping,
  jsonb: jsonMapping,
  // The driver sends bytes as they are; only inside an array or composite must they be text.
  bytea: () => ({
    ...mapping(nameFrom('types:node', 'Buffer'), 'Uint8Array', '$.bytea'),
    bindElement: '$.bindBytea',
  }),
};

/** The mapping of a base type; what is no type of PostgreSQL's own, or has no row, is text. */
export function scalarMapping(type: PgType, options: Options): TypeMapping {
  return (type.schema === 'pg_catalog' ? BUILTIN[type.name]?.(options) : undefined) ?? TEXT;
}

/** A mapping whose values have another type; the decoder of json and jsonb takes it as its own. */
export function retyped(plain: TypeMapping, tsType: string): TypeMapping {
  const isJson = plain.element === '$.json' || plain.element === '$.exactJson';
  return {
    ...plain,
    tsType,
    inputType: tsType,
    decode: (value) => (isJson ? `${plain.element}<${tsType}>(${value})` : `(${plain.decode(value)} as ${tsType})`),
    element: isJson ? `${plain.element}<${tsType}>` : `(v) => ${plain.decode('v')} as ${tsType}`,
  };
}
