/** What PostgreSQL writes into JSON, read by its type, is the value that a column of it gives. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type pg from 'pg';
import { bigint, number, text, typedJson, type JsonParts } from '../../src/runtime/generated-code.js';
import { connect } from '../support/database.js';

let client: pg.Client;
beforeAll(async () => {
  client = await connect(inject('databaseUrl'));
});
afterAll(() => client.end());

type Decoder = (text: string) => unknown;

/** A type's values, what reads them in a column and in JSON, and the mode that JSON needs for them. */
interface Sample {
  readonly type: string;
  readonly values: readonly string[];
  readonly column: Decoder;
  readonly part: Decoder;
  readonly mode?: 1;
}

const INT8 = ['0', '-1', '9007199254740993', '9223372036854775807', '-9223372036854775808'];
const NUMERIC = ['0', '1.50', '-0.000', '100', '1e-20', '12345678901234567890.123456789', 'NaN'];
const FLOAT8 = ['0', '-0', '1.5', '1e300', '5e-324', '0.1', '123456789012345680', 'NaN', 'Infinity', '-Infinity'];

const SAMPLES: readonly Sample[] = [
  { type: 'int8', values: INT8, column: bigint, part: bigint },
  { type: 'int8', values: INT8, column: text, part: text },
  { type: 'numeric', values: NUMERIC, column: text, part: text, mode: 1 },
  { type: 'float8', values: FLOAT8, column: number, part: Number },
  { type: 'float4', values: ['0.1', '3.4e38', '1e-45', 'NaN'], column: number, part: Number },
];

test.each(SAMPLES)('$type by $part.name', async ({ type, values, column, part, mode }) => {
  const { rows } = await client.query<{ json: string; jsonb: string; texts: string[] }>({
    text: `SELECT to_json(v)::text AS json, jsonb_build_object('v', v, 's', '12.50')::text AS jsonb, v::text[] AS texts FROM (SELECT $1::text[]::${type}[]) AS x (v)`,
    values: [values],
  });
  const [row] = rows;
  const columns = row?.texts.map((value) => column(value));
  expect(typedJson<unknown>(row?.json, [part, 1], mode)).toEqual(columns);
  const parts: JsonParts = { v: [part, 1] };
  // A jsonb number has no sign at zero.
  const unsigned = columns?.map((value) => (Object.is(value, -0) ? 0 : value));
  expect(typedJson<unknown>(row?.jsonb, parts, mode)).toEqual({ v: unsigned, s: '12.50' });
});
