import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { WatchedProject } from './watched-project.js';

const SCHEMA = 'CREATE TABLE books (id bigint PRIMARY KEY, title text NOT NULL);\n';
const QUERY = '-- name: ListBooks :many\nSELECT * FROM books;\n';
const config = (options: string): string => `version: "2"
servers:
  - {engine: postgresql, uri: "\${SERVER_URL}"}
sql:
  - engine: postgresql
    schema: schema
    queries: [queries, extra.sql]
    database: {managed: true}
    codegen: [{plugin: sqlward, out: db, options: ${options}}]
`;
const FILES = {
  'sqlc.yaml': config('{}'),
  'schema/1.sql': SCHEMA,
  'queries/books.sql': QUERY,
  'extra.sql': '-- name: CountBooks :one\nSELECT count(*) FROM books;\n',
};

let project: WatchedProject;

beforeAll(async () => {
  project = await WatchedProject.start(FILES, { SERVER_URL: inject('databaseUrl') });
  await project.prints('Watching for changes.');
});
afterAll(() => project?.discard());

describe('generate --watch', () => {
  it('generates at the start', async () => {
    expect(await project.generated('books.ts')).toContain('listBooks');
    expect(await project.generated('extra.ts')).toContain('countBooks');
  });

  it('writes again when a query is saved', async () => {
    await project.save('queries/books.sql', QUERY.replace('SELECT *', 'SELECT title AS name'));
    await project.prints('queries/books.sql changed');
    await project.writes('books.ts', 'name: string');
  });

  it('reports a broken file, leaves the output as it was, and goes on', async () => {
    const before = await project.generated('books.ts');
    await project.save('queries/books.sql', QUERY.replace('books;', 'boks;'));
    await project.prints('queries/books.sql:2:15: error [42P01]');
    await project.prints('Watching for changes.');
    expect(await project.generated('books.ts')).toBe(before);
    await project.save('queries/books.sql', QUERY.replace('SELECT *', 'SELECT id AS key'));
    await project.writes('books.ts', 'key: string');
  });

  it('loads the schema again when that is saved, and survives a broken one', async () => {
    await project.save('schema/1.sql', 'CREATE TABEL books ();');
    await project.prints('schema/1.sql:1:8: warning');
    await project.prints('Watching for changes.');
    await project.save('schema/1.sql', SCHEMA.replace(');', ', pages integer);'));
    await project.save('queries/books.sql', QUERY);
    await project.writes('models.ts', 'pages: number | null');
  });

  it('sees a file that comes, and one that goes', async () => {
    await project.save('queries/more.sql', '-- name: GetBook :one\nSELECT * FROM books WHERE id = @id;\n');
    await project.writes('more.ts', 'getBook');
    await project.remove('queries/more.sql');
    await project.until(async () => (await project.generated('more.ts')) === undefined, 'more.ts is still there');
    await project.save('schema/2.sql', 'ALTER TABLE books ADD COLUMN weight integer;');
    await project.writes('models.ts', 'weight: number | null');
    await project.remove('schema/2.sql');
    await project.until(async () => (await project.generated('models.ts'))?.includes('weight') === false, 'the column is still there');
  });

  it('keeps the old configuration where the new one is broken, and takes it when it is mended', async () => {
    await project.save('sqlc.yaml', config('{int8: big}'));
    await project.prints('sqlc.yaml:9:58: error: sql[0].codegen[0].options.int8 must be one of');
    await project.save('queries/books.sql', QUERY.replace('SELECT *', 'SELECT id AS old'));
    await project.writes('books.ts', 'old: string');
    await project.save('sqlc.yaml', config('{int8: bigint}'));
    await project.writes('books.ts', 'old: bigint');
  });

  it('misses no save, however soon after another it comes', async () => {
    for (let save = 1; save <= 12; save++) {
      await project.save('queries/books.sql', QUERY.replace('SELECT *', `SELECT id AS save_${save}`));
      await sleep(save * 4);
    }
    await project.writes('books.ts', 'save12');
  });

  it('misses no save of files that are saved by turns', async () => {
    for (let turn = 1; turn <= 8; turn++) {
      // A broken configuration is told at once, so that the third save comes soon after the first.
      await project.save('sqlc.yaml', config('{int8: big}'));
      await project.prints('sqlc.yaml:9:58: error');
      await project.save('queries/books.sql', QUERY.replace('SELECT *', `SELECT id AS turn_${turn}`));
      await project.writes('books.ts', `turn${turn}:`);
      await project.save('sqlc.yaml', config(`{int8: ${turn % 2 === 0 ? 'bigint' : 'string'}}`));
      await project.writes('books.ts', `turn${turn}: ${turn % 2 === 0 ? 'bigint' : 'string'}`);
    }
  });
});
