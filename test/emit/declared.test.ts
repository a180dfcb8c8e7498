/** Which models and enums are declared, and that line ends decide nothing. */
import { expect, it } from 'vitest';
import { splitQueries } from '../../src/compiler/dialect/split.js';
import { generate, type Generated } from './generated.js';

const SCHEMA = `
CREATE EXTENSION pg_stat_statements;
CREATE TYPE mood AS ENUM ('ok');
CREATE TYPE colour AS ENUM ('red');
CREATE TABLE events (id int NOT NULL, at date NOT NULL, mood mood) PARTITION BY RANGE (at);
CREATE TABLE events_named PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
DO $$ BEGIN
  EXECUTE 'CREATE TABLE events_' || 2021 || ' PARTITION OF events FOR VALUES FROM (''2021-01-01'') TO (''2022-01-01'')';
  EXECUTE 'CREATE TABLE events_' || 2022 || ' PARTITION OF events FOR VALUES FROM (''2022-01-01'') TO (''2023-01-01'')';
END $$;
CREATE TABLE paints (id int PRIMARY KEY, colour colour NOT NULL);`;
const QUERIES = { 'q.sql': '-- name: Events :many\nSELECT * FROM events;\n-- name: Count :one\nSELECT count(*) FROM events_2022;\n' };

const declared = (made: Generated): readonly string[] =>
  [...made.file('models.ts').matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name ?? '');

it("partitions and an extension's relations have models where a statement names or a query reads them", async () => {
  const made = await generate(SCHEMA, QUERIES);
  expect(declared(made)).toEqual(['Colour', 'Mood', 'Event', 'Events2022', 'EventsNamed', 'Paint']);
  expect(made.typeErrors()).toEqual([]);
});

it('omit_unused_structs leaves what the queries do not use', async () => {
  const made = await generate(SCHEMA, QUERIES, '{omit_unused_structs: true}');
  expect(declared(made)).toEqual(['Mood', 'Event']);
  expect(made.typeErrors()).toEqual([]);
});

it('files with either line end give the same bytes', async () => {
  const schema = `CREATE TABLE t (\n  id int,\n  note text\n);\nCOMMENT ON TABLE t IS 'one\ntwo';`;
  const query = `-- name: Get :many\n-- What it does,\n-- in two lines.\nSELECT id, 'a\nb' AS text\nFROM t /* a\n comment */\nWHERE id = @id;\n`;
  const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
  const [unix, windows] = [await generate(schema, { 'q.sql': query }), await generate(crlf(schema), { 'q.sql': crlf(query) })];
  expect(windows.compilation.files).toEqual(unix.compilation.files);
  expect(JSON.stringify(windows.compilation.files)).not.toContain('\\r');
});

it('a name without a command behind the last statement keeps nothing from being written, as in sqlc, and is told', () => {
  const split = (text: string): readonly string[] =>
    splitQueries({ path: 'q.sql', text }).diagnostics.map(({ severity, message }) => `${severity}: ${message}`);
  expect(split('-- name: Now :one\nSELECT 1;\n\n-- name: Later\n')).toEqual(['warning: query "Later" has no command']);
  expect(split('-- name: Later\nSELECT 1;\n')).toEqual(['error: query "Later" has no command']);
});
