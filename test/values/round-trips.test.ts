/**
 * Every built-in type, read and written again by generated functions, under every setting of a session
 * that values depend on: in the database the copy is the original, as text, or an error says why not.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import { tsImport } from 'tsx/esm/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate } from '../emit/generated.js';
import { connect, createDatabase, type TestDatabase } from '../support/database.js';
import { TYPES } from './types.js';

const names = Object.keys(TYPES);
const table = (index: number): string => `t${index}`;

const SCHEMA = `${names.map((type, index) => `CREATE TABLE ${table(index)} (id int PRIMARY KEY, v ${type} NOT NULL, copy ${type});`).join('\n')}
CREATE TABLE events (id int PRIMARY KEY, at timestamptz NOT NULL, wall timestamp NOT NULL);`;

const QUERIES = `${names
  .map(
    (_, index) => `-- name: Read${index} :one
SELECT v FROM ${table(index)} WHERE id = @id;
-- name: Write${index} :execrows
UPDATE ${table(index)} SET copy = @copy WHERE id = @id;
`,
  )
  .join('')}
-- name: FirstEvents :many
SELECT id, at, wall FROM events ORDER BY at, wall LIMIT 7;
-- name: EventsBehind :many
SELECT id, at, wall FROM events WHERE (at, wall) > (@at, @wall) ORDER BY at, wall LIMIT 7;
-- name: EventAt :many
SELECT id FROM events WHERE at = @at AND wall = @wall;
-- name: Then :one
SELECT 1 AS one;
`;

const OPTIONS = {
  dates: '{timestamp: date, date: date, int8: bigint}',
  text: '{timestamp: string, date: string, time: string, interval: string, json_numbers: exact}',
  temporal: '{timestamp: temporal, date: temporal, time: temporal, interval: temporal, numeric: number, int8: number, json_numbers: exact}',
};

const SESSIONS = [
  'TimeZone = UTC',
  "TimeZone = 'America/St_Johns'",
  "TimeZone = 'Africa/Monrovia'",
  "DateStyle = 'ISO, DMY'",
  "DateStyle = 'SQL, DMY'",
  "DateStyle = 'Postgres, MDY'",
  'DateStyle = German',
  'IntervalStyle = sql_standard',
  'IntervalStyle = iso_8601',
  'IntervalStyle = postgres_verbose',
  'extra_float_digits = 0',
  'extra_float_digits = -15',
  'extra_float_digits = 3',
  'bytea_output = escape',
  "client_encoding = 'LATIN1'",
  "client_encoding = 'SJIS'",
  'standard_conforming_strings = off',
  'xmlbinary = hex',
];

type Call = (db: pg.Client, params?: object) => Promise<unknown>;
type Functions = Readonly<Record<string, Call>>;

let database: TestDatabase;
let client: pg.Client;
const folders: string[] = [];
const loaded = new Map<string, Functions>();

beforeAll(async () => {
  database = await createDatabase(SCHEMA);
  client = await connect(database.url);
  for (const [index, type] of names.entries()) {
    for (const [id, literal] of (TYPES[type] ?? []).entries()) {
      await client.query(`INSERT INTO ${table(index)} VALUES ($1, $2::text::${type})`, [id, literal]);
    }
  }
  await client.query(`INSERT INTO events SELECT i, timestamptz '2026-01-01 00:00:00+00' + i / 2 * interval '1 microsecond',
    timestamp '2026-01-01 00:00:00' + i % 2 * interval '1 microsecond' FROM generate_series(0, 99) i`);
  const runtime = join(import.meta.dirname, '../../src/runtime/index.js');
  for (const [name, options] of Object.entries(OPTIONS)) {
    const { compilation } = await generate(SCHEMA, { 'q.sql': QUERIES }, options.replace('{', `{runtime: ${JSON.stringify(runtime)}, `));
    const folder = await mkdtemp(join(tmpdir(), 'sqlward-values-'));
    folders.push(folder);
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    for (const { path, text } of compilation.files) await writeFile(join(folder, path), text);
    const module: unknown = await tsImport(pathToFileURL(join(folder, 'index.ts')).href, import.meta.url);
    loaded.set(name, module as Functions);
  }
});

afterAll(async () => {
  await client.end();
  await database.drop();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

function call(options: string, name: string): Call {
  const found = loaded.get(options)?.[name];
  if (found === undefined) throw new Error(`no function ${name} in ${options}`);
  return found;
}

/** Reads every value and writes it again; what was refused, by type. */
async function copyAll(options: string, session: pg.Client): Promise<ReadonlySet<string>> {
  const refused = new Set<string>();
  for (const [index, type] of names.entries()) {
    for (const id of (TYPES[type] ?? []).keys()) {
      try {
        const row = await call(options, `read${index}`)(session, { id });
        const copy: unknown = Reflect.get(row as object, 'v');
        await call(options, `write${index}`)(session, { id, copy });
      } catch (error) {
        // A TypeError within is a fault of the run time, and no answer.
        if (!(error instanceof Error) || !/^(?:Decode|Bind)Error$/.test(error.name) || error.cause instanceof TypeError) throw error;
        refused.add(`${type} ${TYPES[type]?.[id] ?? ''}`);
      }
    }
  }
  return refused;
}

/** What the copies are where they are not the originals, in a session of its own. */
async function differences(): Promise<string[]> {
  const found: string[] = [];
  for (const [index, type] of names.entries()) {
    // White space in JSON and the zeros at a numeric's end are no part of the value.
    const [v, copy] = /^jsonb?$/.test(type)
      ? ['v::text::jsonb', 'copy::text::jsonb']
      : /^numeric/.test(type)
        ? ['v', 'copy']
        : ['v::text', 'copy::text'];
    const { rows } = await client.query<{ v: string; copy: string }>(
      `SELECT v::text, copy::text FROM ${table(index)} WHERE copy IS NOT NULL AND ${copy} <> ${v}`,
    );
    found.push(...rows.map(({ v, copy }) => `${type}: ${v} became ${copy}`));
    await client.query(`UPDATE ${table(index)} SET copy = NULL`);
  }
  return found;
}

/** What a `Date` does to microseconds, and jsonb's and json's numbers to `JSON.parse`. */
const ROUNDS: Readonly<Record<string, RegExp>> = {
  dates: /^(?:timestamp|tsrange|tstz|json)/,
  text: /^$/,
  temporal: /^$/,
};

/** A number that JavaScript does not hold is text in exact JSON, and sent as what it is. */
const DIGITS = /^jsonb?: (\S+) became "\1"$/;

describe.each(Object.keys(OPTIONS))('%s', (options) => {
  test.each(SESSIONS)('under %s, a copy is the original or an error says why not', { timeout: 120_000 }, async (setting) => {
    const session = await connect(database.url);
    try {
      await session.query(`SET ${setting}`);
      const refused = await copyAll(options, session);
      const changed = (await differences()).filter((line) => ROUNDS[options]?.test(line) !== true && !DIGITS.test(line));
      expect(changed).toEqual([]);
      if (setting.startsWith('client_encoding')) expect(refused.size).toBeGreaterThan(names.length);
      else expect([...refused]).toMatchSnapshot();
    } finally {
      await session.end();
    }
  });

  test('a page behind a timestamp loses and repeats nothing, but with Date', async () => {
    const seen: unknown[] = [];
    let page = (await call(options, 'firstEvents')(client)) as { id: number; at: unknown; wall: unknown }[];
    for (let pages = 0; page.length > 0 && pages < 40; pages++) {
      seen.push(...page.map(({ id }) => id));
      const { at, wall } = page.at(-1) ?? {};
      page = (await call(options, 'eventsBehind')(client, { at, wall })) as typeof page;
    }
    const all = Array.from({ length: 100 }, (_, id) => id);
    if (options === 'dates') expect(seen).not.toEqual(all);
    else expect(seen).toEqual(all);
    const [row] = (await call(options, 'firstEvents')(client)) as { id: number; at: unknown; wall: unknown }[];
    expect(await call(options, 'eventAt')(client, { at: row?.at, wall: row?.wall })).toEqual([{ id: 0 }]);
  });

  test('a module with a query called Then can be imported', async () => {
    expect(await call(options, 'then_')(client)).toEqual({ one: 1 });
  });
});
