/** Queries of a size that nobody writes by hand end in an answer, not in a stack trace. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileQuery, type Ground as ProjectGround } from '../../src/compiler/compile-query.js';
import { splitQueries } from '../../src/compiler/dialect/index.js';
import { loadParser } from '../../src/compiler/parse.js';
import { connectClient, type Describer, openDescriber, readCatalog } from '../../src/database/index.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { SCHEMA } from './schema.js';

let database: TestDatabase;
let describer: Describer;
let ground: ProjectGround;

beforeAll(async () => {
  await loadParser();
  database = await createDatabase(SCHEMA);
  const client = await connectClient(database.url);
  const catalog = await readCatalog(client);
  await client.end();
  describer = await openDescriber(database.url);
  ground = {
    catalog,
    describer,
    managed: false,
    inferCasts: false,
    listed: new Set(),
    override: () => undefined,
  };
});

afterAll(async () => {
  await describer?.close();
  await database?.drop();
});

async function compiled(sql: string): Promise<readonly (readonly [start: number | undefined, message: string])[]> {
  const [query] = splitQueries({
    path: 'queries/deep.sql',
    text: `-- name: First :many\nSELECT 1 AS one;\n-- name: Deep :many\n${sql};\n`,
  }).queries.slice(1);
  if (query === undefined) throw new Error('no query');
  const { diagnostics } = await compileQuery(query, ground);
  return diagnostics.map(({ start, message }) => [start === undefined ? undefined : start - query.annotationStart, message]);
}

const HOOKED = 'FROM logs l WHERE true -- @authorize_filter\n';
const TOO_DEEP = 'this query is nested too deeply';

test.each([
  ['a sum', `SELECT ${'1 + '.repeat(10_000)}1 AS n ${HOOKED}`],
  ['a sum in a query without a hook', `SELECT ${'1 + '.repeat(10_000)}1 AS n`],
  ['negations', `SELECT id FROM logs l WHERE ${'NOT '.repeat(10_000)}true -- @authorize_filter\n`],
  ['cases', `SELECT ${'CASE WHEN true THEN '.repeat(10_000)}1${' END'.repeat(10_000)} AS n ${HOOKED}`],
  ['derived tables', `${'SELECT id FROM ('.repeat(2_000)}SELECT id ${HOOKED}${') t'.repeat(2_000)}`],
])('%s nested ten thousand deep is an error at its annotation', async (_, sql) => {
  expect(await compiled(sql)).toEqual([[0, TOO_DEEP]]);
  expect(await compiled(`SELECT id ${HOOKED}`)).toEqual([]);
});

test('two hundred nested derived tables compile, in less than a second of this process', async () => {
  const sql = `${'SELECT id FROM ('.repeat(200)}SELECT id ${HOOKED}${') t'.repeat(200)}`;
  const before = process.cpuUsage();
  expect(await compiled(sql)).toEqual([]);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000_000).toBeLessThan(1);
});
