/** A table with a column of every kind of type, its rows as generated functions return them, and values to compare with. */
import pg from 'pg';
import { filterText, filterValues, type AuthorizeFilter } from '../../src/runtime/authorize/index.js';
import type { MappedColumn } from '../../src/adapters/columns.js';
import { array, bigint, boolean, number, text, timestamp, timestamptz } from '../../src/runtime/index.js';
import { createDatabase, type TestDatabase } from '../support/database.js';

type Decode = (value: string) => unknown;

const list =
  (element: Decode): Decode =>
  (value) =>
    array(value, element);

interface Spec {
  readonly ddl: string;
  readonly map: Omit<MappedColumn, 'column'>;
  readonly decode: Decode;
  /** What the rows hold, as PostgreSQL reads it. */
  readonly stored: readonly string[];
}

const NUMBERS = ['0', '1', '-1', '5', '-5', '10', '9'];
const FRACTIONS = [...NUMBERS, '0.1', '-0.5', '1.5', 'NaN', 'Infinity', '-Infinity'];
const TIMES = [
  '2024-01-01 00:00:00Z',
  '2024-01-01 00:00:00.123456Z',
  '2024-01-01 00:00:00.123Z',
  '1969-12-31 23:59:59.9996Z',
  '1970-01-01 00:00:00Z',
  '1969-07-20 20:17:40Z',
  '12000-01-01 00:00:00Z',
  '0044-03-15 00:00:00Z BC',
];
const WORDS = [
  'a',
  'A',
  'b',
  'ab',
  'ab ',
  '',
  '1',
  '01',
  '10',
  '9',
  'true',
  't',
  'élan',
  'Zoe',
  'ﬀ',
  '💥',
  '-5',
  '11111111-1111-4111-8111-11111111111a',
  'NaN',
];

/** By the field's name. */
export const SPECS: Readonly<Record<string, Spec>> = {
  plain: { ddl: 'text', map: {}, decode: text, stored: WORDS },
  text: { ddl: 'text', map: { type: 'text' }, decode: text, stored: WORDS },
  varchar: { ddl: 'varchar(40)', map: { type: 'varchar(1)' }, decode: text, stored: WORDS },
  char5: { ddl: 'char(5)', map: { type: 'char(5)' }, decode: text, stored: ['a', 'ab', 'abcde', '', '1'] },
  plainChar: { ddl: 'char(2)', map: {}, decode: text, stored: ['a', 'ab', '', '1'] },
  name: { ddl: 'name', map: { type: 'name' }, decode: text, stored: ['a', 'A', '1', 'é'.repeat(31)] },
  uuid: {
    ddl: 'uuid',
    map: { type: 'uuid' },
    decode: text,
    stored: ['11111111-1111-4111-8111-11111111111a', 'ffffffff-0000-4000-8000-000000000000'],
  },
  plainUuid: {
    ddl: 'uuid',
    map: {},
    decode: text,
    stored: ['11111111-1111-4111-8111-11111111111a', 'ffffffff-0000-4000-8000-000000000000'],
  },
  enum: { ddl: 'mood', map: { type: 'mood' }, decode: text, stored: ['sad', 'ok', 'a'] },
  domain: { ddl: 'positive', map: { type: 'positive' }, decode: number, stored: ['1', '5', '10'] },
  int2: { ddl: 'int2', map: { type: 'int2' }, decode: number, stored: NUMBERS },
  int4: { ddl: 'int4', map: { type: 'integer' }, decode: number, stored: [...NUMBERS, '2147483647'] },
  plainInt: { ddl: 'int4', map: {}, decode: number, stored: NUMBERS },
  oid: { ddl: 'oid', map: { type: 'oid' }, decode: number, stored: ['0', '1', '4294967295'] },
  int8: { ddl: 'int8', map: { type: 'bigint' }, decode: text, stored: [...NUMBERS, '9007199254740993'] },
  int8AsNumber: { ddl: 'int8', map: { type: 'int8', as: 'number' }, decode: number, stored: NUMBERS },
  int8AsBigint: { ddl: 'int8', map: { type: 'int8', as: 'bigint' }, decode: bigint, stored: [...NUMBERS, '9007199254740993'] },
  numeric: { ddl: 'numeric', map: { type: 'numeric(10,2)' }, decode: text, stored: ['1', '1.0', '1.00', '10', '9', '-5', '0', 'NaN'] },
  numericAsNumber: {
    ddl: 'numeric',
    map: { type: 'numeric', as: 'number' },
    decode: Number,
    stored: [...FRACTIONS, '1.0000000000000000000001'],
  },
  float4: { ddl: 'float4', map: { type: 'real' }, decode: Number, stored: FRACTIONS },
  float8: { ddl: 'float8', map: { type: 'double precision' }, decode: Number, stored: [...FRACTIONS, '1e300', '-0'] },
  bool: { ddl: 'boolean', map: { type: 'boolean' }, decode: boolean, stored: ['true', 'false'] },
  plainBool: { ddl: 'boolean', map: {}, decode: boolean, stored: ['true', 'false'] },
  timestamptz: { ddl: 'timestamptz', map: { type: 'timestamptz' }, decode: timestamptz, stored: TIMES },
  timestamp: { ddl: 'timestamp', map: { type: 'timestamp' }, decode: timestamp, stored: TIMES },
  isoTime: {
    ddl: 'timestamptz',
    map: { type: 'timestamptz', as: 'string' },
    decode: (value) => timestamptz(value).toISOString(),
    stored: TIMES,
  },
  date: { ddl: 'date', map: { type: 'date' }, decode: text, stored: ['2024-01-01', '1969-12-31', '12000-01-01'] },
  interval: { ddl: 'interval', map: { type: 'interval' }, decode: text, stored: ['1 day', '24:00:00', '-5'] },
  inet: { ddl: 'inet', map: { type: 'inet' }, decode: text, stored: ['10.0.0.1', '10.0.0.1/32', '::1'] },
  texts: { ddl: 'text[]', map: { type: 'text', array: true }, decode: list(text), stored: ['{}', '{a}', '{a,b}', '{1}', '{"",a}'] },
  plainTexts: { ddl: 'text[]', map: { array: true }, decode: list(text), stored: ['{}', '{a}', '{a,b}', '{1}'] },
  varchars: { ddl: 'varchar[]', map: { type: 'varchar', array: true }, decode: list(text), stored: ['{}', '{a}', '{a,b}'] },
  chars: { ddl: 'char(2)[]', map: { type: 'char(2)', array: true }, decode: list(text), stored: ['{}', '{a}', '{ab}'] },
  ints: { ddl: 'int4[]', map: { type: 'int4', array: true }, decode: list(number), stored: ['{}', '{1}', '{5,1}', '{-5}'] },
  smalls: { ddl: 'int2[]', map: { type: 'int2', array: true }, decode: list(number), stored: ['{}', '{1}', '{5,1}'] },
  numerics: { ddl: 'numeric[]', map: { type: 'numeric', array: true }, decode: list(text), stored: ['{1.0}', '{1,10}'] },
  bools: { ddl: 'boolean[]', map: { type: 'bool', array: true }, decode: list(boolean), stored: ['{}', '{t}', '{t,f}'] },
  times: {
    ddl: 'timestamptz[]',
    map: { type: 'timestamptz', array: true },
    decode: list(timestamptz),
    stored: ['{"2024-01-01 00:00:00.123456Z"}', '{}'],
  },
  /** Its elements are arrays. */
  matrix: {
    ddl: 'int4[]',
    map: { type: 'int4', array: true },
    decode: (value) => JSON.parse(value.replaceAll('{', '[').replaceAll('}', ']')) as unknown,
    stored: ['{{1,5},{10,9}}', '{{1}}', '{1}', '{}'],
  },
};

/** Values of every kind of JavaScript; most are of another kind than a given column's. */
export const VALUES: readonly unknown[] = [
  ...WORDS,
  '1.0',
  '0.1',
  '1.00',
  'A1111111-1111-4111-8111-11111111111A',
  '11111111-1111-4111-8111-11111111111A',
  'sad',
  'ok',
  'SAD',
  'yes',
  'f',
  'false',
  '2024-01-01',
  '2024-01-01T00:00:00.123Z',
  '1969-12-31T23:59:59.999Z',
  '2024-01-01T00:00:00Z',
  '1 day',
  '10.0.0.1',
  'a    ',
  'a ',
  ' ',
  '9007199254740993',
  '2147483648',
  '+1',
  '1e1',
  '0x1',
  ' 1',
  '{a}',
  'infinity',
  0,
  1,
  -1,
  5,
  -5,
  10,
  9,
  0.1,
  0.10000000149011612,
  -0.5,
  1.5,
  1e300,
  -0,
  2147483647,
  2147483648,
  4294967295,
  9007199254740992,
  NaN,
  Infinity,
  0n,
  1n,
  -5n,
  10n,
  9007199254740993n,
  true,
  false,
  new Date('2024-01-01T00:00:00Z'),
  new Date('2024-01-01T00:00:00.123Z'),
  new Date('1969-12-31T23:59:59.999Z'),
  new Date('1970-01-01T00:00:00Z'),
  new Date('1969-07-20T20:17:40Z'),
  new Date(NaN),
  new Date('+012000-01-01T00:00:00Z'),
  null,
  undefined,
  ['a'],
  { a: 1 },
];

export type Row = Readonly<Record<string, unknown>>;

export class EveryType {
  private constructor(
    private readonly database: TestDatabase,
    private readonly client: pg.Client,
    readonly rows: readonly Row[],
  ) {}

  static async create(): Promise<EveryType> {
    const columns = Object.entries(SPECS);
    const database = await createDatabase(
      `CREATE TYPE mood AS ENUM ('sad', 'ok', 'a'); CREATE DOMAIN positive AS int CHECK (VALUE > 0);
       CREATE TABLE things (id int PRIMARY KEY, ${columns.map(([name, { ddl }]) => `"${name}" ${ddl}`).join(', ')})`,
    );
    const client = new pg.Client(database.url);
    await client.connect();
    const count = Math.max(...columns.map(([, { stored }]) => stored.length)) + 1;
    for (let id = 0; id < count; id++) {
      // Each column goes through its values, and through NULL, at a pace of its own.
      const values = columns.map(([, { stored }]) => stored[id % (stored.length + 1)] ?? null);
      await client.query(`INSERT INTO things VALUES (${[id, ...values].map((_, index) => `$${index + 1}`).join(', ')})`, [id, ...values]);
    }
    const read = await client.query<(string | null)[]>({
      text: 'SELECT * FROM things ORDER BY id',
      rowMode: 'array',
      types: { getTypeParser: () => (value: string) => value },
    });
    const rows = read.rows.map(([id, ...values]) => {
      const fields = columns.map(([name, { decode }], index) => {
        const value = values[index] ?? null;
        return [name, value === null ? null : decode(value)] as const;
      });
      return { id: Number(id), ...Object.fromEntries(fields) };
    });
    return new EveryType(database, client, rows);
  }

  get columns(): Readonly<Record<string, MappedColumn>> {
    return Object.fromEntries(Object.entries(SPECS).map(([name, { map }]) => [name, { column: `t."${name}"`, ...map }]));
  }

  /** The ids that a filter selects; the error's code where PostgreSQL refuses it. */
  async select(filter: AuthorizeFilter): Promise<readonly number[] | string> {
    try {
      const { rows } = await this.client.query<{ id: number }>(
        `SELECT id FROM things AS t WHERE true AND (\n${filterText(filter, 0)}\n) ORDER BY id`,
        [...filterValues(filter)],
      );
      return rows.map(({ id }) => id);
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code !== undefined) return error.code;
      throw error;
    }
  }

  async drop(): Promise<void> {
    await this.client.end();
    await this.database.drop();
  }
}
