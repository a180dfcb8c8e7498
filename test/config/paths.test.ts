import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompileError } from '../../src/diagnostic.js';
import { expandPaths, readQueryFiles, readSchemaFiles } from '../../src/config/paths.js';

let directory = '';

function write(path: string, content: string | Uint8Array = 'select 1;'): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), content);
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'paths-'));
  for (const name of [
    'b.sql',
    'a.sql',
    'B.sql',
    '.hidden.sql',
    'note.md',
    '10_x.sql',
    '2_x.sql',
    '1_x.up.sql',
    '1_x.down.sql',
    'deep/c.sql',
  ]) {
    write(`queries/${name}`);
  }
  for (const name of ['users/query.sql', 'users/schema.sql', 'users/deep/query.sql', 'teams/query.sql', 'teams/1.txt'])
    write(`domains/${name}`);
  write('empty/.gitkeep');
  write('odd/[x].sql');
  write('schema.ddl');
  write('bad/latin1.sql', Uint8Array.from([0x2d, 0x2d, 0x20, 0xe9, 0x0a]));
  write('bad/mark.sql', '\uFEFF-- name: É :exec\nselect 1;\r\n');
  write('utf16/le.sql', Buffer.from('\uFEFF-- É\nselect 1;', 'utf16le'));
  write('utf16/be.sql', Buffer.from('\uFEFF-- É\nselect 1;', 'utf16le').swap16());
  symlinkSync('loop.sql', join(directory, 'loop.sql'));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function problems(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof CompileError) return error.message.replaceAll(directory, '<directory>');
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('expandPaths', () => {
  it.each([
    [
      'a folder, in the order of its names',
      ['queries'],
      ['queries/10_x.sql', 'queries/1_x.up.sql', 'queries/2_x.sql', 'queries/B.sql', 'queries/a.sql', 'queries/b.sql'],
    ],
    ['a folder with a slash', ['./domains/teams/'], ['domains/teams/query.sql']],
    [
      'a file, each once, in the order of the list',
      ['queries/b.sql', 'queries/a.sql', './queries/b.sql'],
      ['queries/b.sql', 'queries/a.sql'],
    ],
    ['a file of another kind, by its name', ['schema.ddl'], ['schema.ddl']],
    ['a star', ['queries/*_x.sql'], ['queries/10_x.sql', 'queries/2_x.sql']],
    ['a star for folders', ['domains/*/query.sql'], ['domains/teams/query.sql', 'domains/users/query.sql']],
    ['a star that finds folders', ['domains/*'], ['domains/teams/query.sql', 'domains/users/query.sql', 'domains/users/schema.sql']],
    [
      'two stars as any number of folders',
      ['domains/**/query.sql'],
      ['domains/teams/query.sql', 'domains/users/query.sql', 'domains/users/deep/query.sql'],
    ],
    [
      'backslashes, as on Windows',
      ['domains\\teams\\*.sql', '.\\domains\\users\\query.sql'],
      ['domains/teams/query.sql', 'domains/users/query.sql'],
    ],
    ['a question mark and a class', ['queries/[ab].sql', 'queries/?.sql'], ['queries/a.sql', 'queries/b.sql', 'queries/B.sql']],
    ['a negated class', ['queries/[^a].sql'], ['queries/B.sql', 'queries/b.sql']],
    ['an escaped bracket', ['odd/\\[x].sql'], ['odd/[x].sql']],
    ['an empty folder beside a full one', ['empty', 'domains/teams'], ['domains/teams/query.sql']],
  ])('%s', async (_, patterns, expected) => {
    expect(await expandPaths(directory, patterns)).toEqual(expected);
  });

  it('takes absolute paths', async () => {
    expect(await expandPaths('/', [join(directory, 'queries/[a].sql')])).toEqual([join(directory, 'queries/a.sql')]);
  });

  it('reports every path that leads nowhere, at its line', async () => {
    const text = `version: "2"
sql:
  - engine: postgresql
    name: missing.sql
    schema: missing.sql
    queries:
      - queries
      - "nowhere/"
      - loop.sql
      - queries/a.sql/b.sql
`;
    const patterns = ['missing.sql', 'queries', 'nowhere/', 'loop.sql', 'queries/a.sql/b.sql'];
    expect(await problems(expandPaths(directory, patterns, { path: 'sqlc.yaml', text }))).toMatchInlineSnapshot(`
      "sqlc.yaml:5:13: error: "missing.sql" does not exist
        |
      5 |     schema: missing.sql
        |             ^^^^^^^^^^^
        help: Paths are relative to the configuration file.

      sqlc.yaml:8:9: error: "nowhere/" does not exist
        |
      8 |       - "nowhere/"
        |         ^^^^^^^^^^
        help: Paths are relative to the configuration file.

      sqlc.yaml:9:9: error: "loop.sql" cannot be read: ELOOP: too many symbolic links encountered, stat '<directory>/loop.sql'
        |
      9 |       - loop.sql
        |         ^^^^^^^^
        help: Check its permissions.

      sqlc.yaml:10:9: error: "queries/a.sql/b.sql" does not exist
         |
      10 |       - queries/a.sql/b.sql
         |         ^^^^^^^^^^^^^^^^^^^
        help: Paths are relative to the configuration file."
    `);
  });

  it('points at a path that is spelled like its key', async () => {
    const text = 'version: "2"\nsql:\n  - schema: a.sql\n    queries: schema\n';
    expect(await problems(expandPaths(directory, ['schema'], { path: 'sqlc.yaml', text }))).toContain('sqlc.yaml:4:14: error');
  });

  it('reports a list that finds nothing at all', async () => {
    expect(await problems(expandPaths(directory, ['empty', 'queries/*.psql', 'queries/1_x.down.sql']))).toMatchInlineSnapshot(`
      "error: "empty": no .sql file is in it
        help: Name a .sql file, a folder of them, or a pattern such as queries/*.sql.

      error: "queries/*.psql": no .sql file matches
        help: Name a .sql file, a folder of them, or a pattern such as queries/*.sql.

      error: "queries/1_x.down.sql": no .sql file is in it
        help: Name a .sql file, a folder of them, or a pattern such as queries/*.sql."
    `);
  });
});

describe('readQueryFiles', () => {
  it('gives paths as messages show them, and text without its byte order mark', async () => {
    expect(await readQueryFiles(directory, ['./bad/mark.sql'])).toEqual([
      { path: 'bad/mark.sql', text: '-- name: É :exec\nselect 1;\r\n' },
    ]);
  });

  it('refuses a file that is not UTF-8', async () => {
    expect(await problems(readQueryFiles(directory, ['bad']))).toMatchInlineSnapshot(`
      "bad/latin1.sql: error: the file cannot be read: it is not UTF-8
        help: Save it as UTF-8."
    `);
  });

  it('reads UTF-16 that begins with a byte order mark', async () => {
    const text = '-- É\nselect 1;';
    expect(await readQueryFiles(directory, ['utf16'])).toEqual([
      { path: 'utf16/be.sql', text },
      { path: 'utf16/le.sql', text },
    ]);
  });
});

describe('readSchemaFiles', () => {
  it('reads what is not UTF-8 as Windows-1252, and says so', async () => {
    expect(await readSchemaFiles(directory, ['bad'])).toEqual([
      { path: 'bad/latin1.sql', text: '-- é\n', encoding: 'windows-1252' },
      { path: 'bad/mark.sql', text: '-- name: É :exec\nselect 1;\r\n' },
    ]);
  });
});
