import { afterEach, describe, expect, inject, it } from 'vitest';
import { withClient } from '../support/database.js';
import { configuration, makeProject, type DiskProject } from './project.js';

const SCHEMA = `CREATE TABLE things (
  id integer PRIMARY KEY,
  name text NOT NULL,
  owner_id integer
);
`;
const QUERIES = `-- name: GetThing :one
SELECT * FROM things WHERE id = $1;

-- name: ListThings :many
SELECT id, name FROM things
WHERE name <> ''
-- @authorize_filter
ORDER BY id;
`;

const projects: DiskProject[] = [];
afterEach(async () => {
  await Promise.all(projects.splice(0).map((project) => project.drop()));
});

async function project(files: Readonly<Record<string, string>> = {}, entry?: string): Promise<DiskProject> {
  const made = await makeProject(inject('databaseUrl'), { 'schema.sql': SCHEMA, 'queries/things.sql': QUERIES, ...files }, entry);
  projects.push(made);
  return made;
}

describe('generate', () => {
  it('says what it does, writes the files, and leaves no difference at a second run', async () => {
    const disk = await project();
    const first = await disk.run();
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/PostgreSQL \d+/);
    expect(first.stdout).toMatch(/queries\/things\.sql: 2 queries in \d+\.\d+ s/);
    expect(first.stdout).toMatch(/4 files written in \d+\.\d+ s/);
    const written = await disk.files('generated');
    expect(Object.keys(written).sort()).toEqual(['index.ts', 'models.ts', 'things.ts', 'unfiltered.ts']);
    const second = await disk.run('generate');
    expect(second.code).toBe(0);
    expect(second.stdout).toContain('Nothing changed');
    expect(await disk.files('generated')).toEqual(written);
  });

  it('removes what an earlier run wrote for a file that is gone, and nothing that it did not write', async () => {
    const disk = await project({ 'queries/more.sql': '-- name: CountThings :one\nSELECT count(*) FROM things;\n' });
    expect((await disk.run()).code).toBe(0);
    await disk.put('generated/own.ts', 'export {};\n');
    await disk.remove('queries/more.sql');
    expect((await disk.run()).code).toBe(0);
    expect(Object.keys(await disk.files('generated')).sort()).toEqual(['index.ts', 'models.ts', 'own.ts', 'things.ts', 'unfiltered.ts']);
  });

  it('does not overwrite a file that it did not write, and writes nothing then', async () => {
    const disk = await project({ 'generated/things.ts': 'export const mine = 1;\n' });
    const refused = await disk.run();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('things.ts is there already');
    expect(await disk.files('generated')).toEqual({ 'things.ts': 'export const mine = 1;\n' });
    await disk.put('generated/things.ts', '');
    expect((await disk.run()).code).toBe(0);
    const { 'things.ts': written = '' } = await disk.files('generated');
    await disk.put('generated/things.ts', `// Copyright.\n${written}`);
    expect((await disk.run()).code).toBe(0);
    expect((await disk.files('generated'))['things.ts']).toBe(written);
  });

  it('drops its scratch database, whether it wrote or failed', async () => {
    const scratch = async (): Promise<readonly string[]> =>
      withClient(inject('databaseUrl'), async (client) => {
        const { rows } = await client.query<{ datname: string }>("SELECT datname FROM pg_database WHERE datname LIKE 'sqlward\\_scratch%'");
        return rows.map(({ datname }) => datname);
      });
    const nameIn = (output: string): string => /sqlward_scratch_\w+/.exec(output)?.[0] ?? expect.fail(`no scratch database in: ${output}`);
    const good = await project();
    const { stdout } = await good.run();
    expect(await scratch()).not.toContain(nameIn(stdout));
    const bad = await project({ 'queries/things.sql': '-- name: GetThing :one\nSELECT nothing FROM things;\n' });
    const failed = await bad.run();
    expect(failed.code).toBe(1);
    expect(await scratch()).not.toContain(nameIn(failed.stdout));
  });
});

describe('generate --keep-going', () => {
  it('leaves out the queries that have an error, writes the rest, and fails all the same', async () => {
    const disk = await project({
      'queries/half.sql': '-- name: Half :many\nSELECT nothing FROM things;\n\n-- name: Whole :many\nSELECT id FROM things;\n',
      'queries/stray.sql':
        '-- name: Stray :many\nSELECT id FROM things;\n-- @authorize_filter\n\n-- name: Beside :many\nSELECT id FROM things;\n',
    });
    const { code, stderr } = await disk.run('generate', '--keep-going');
    expect(code).toBe(1);
    expect(stderr).toMatch(/queries\/half\.sql:2:8: error \[42703\]/);
    expect(stderr).toMatch(/queries\/stray\.sql:3:1: error/);
    expect(stderr).toContain('2 errors; the queries they stand in are left out.');
    const { 'index.ts': index = '' } = await disk.files('generated');
    expect(index).toContain('{ whole }');
    expect(index).toContain('{ getThing, listAuthorizedThings }');
    expect(index).not.toMatch(/getHalf|half }|stray|beside/i);
  });
});

describe('check', () => {
  it('exits with 0 where the files are up to date, and with 1 and a diff where not', async () => {
    const disk = await project();
    const missing = await disk.run('check');
    expect(missing.code).toBe(1);
    expect(missing.stdout).toContain('+++ generated/things.ts');
    expect(await disk.files('generated')).toEqual({});
    await disk.run();
    expect((await disk.run('check')).code).toBe(0);
    const { 'things.ts': text = '' } = await disk.files('generated');
    await disk.put('generated/things.ts', text.replace('ORDER BY id', 'ORDER BY name'));
    const stale = await disk.run('check');
    expect(stale.code).toBe(1);
    expect(stale.stdout).toMatch(/^-ORDER BY name/m);
    expect(stale.stdout).toMatch(/^\+ORDER BY id/m);
  });
});

describe('inspect', () => {
  it('prints one document on stdout, and nothing else there', async () => {
    const disk = await project();
    const { code, stdout } = await disk.run('inspect', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      queries: [
        {
          name: 'GetThing',
          command: 'one',
          file: 'queries/things.sql',
          line: 1,
          sql: '-- name: GetThing :one\nSELECT id, name, owner_id FROM things WHERE id = $1',
          functions: ['getThing'],
          guard: null,
          cardinality: 'zeroOrOne',
          parameters: [
            {
              number: 1,
              name: 'id',
              property: 'id',
              pgType: 'int4',
              array: false,
              nullable: false,
              optional: false,
              default: null,
              tsType: 'number',
            },
          ],
          columns: [
            { name: 'id', property: 'id', pgType: 'int4', array: false, nullable: false, tsType: 'number', embed: null, table: 'things' },
            {
              name: 'name',
              property: 'name',
              pgType: 'text',
              array: false,
              nullable: false,
              tsType: 'string',
              embed: null,
              table: 'things',
            },
            {
              name: 'owner_id',
              property: 'ownerId',
              pgType: 'int4',
              array: false,
              nullable: true,
              tsType: 'number',
              embed: null,
              table: 'things',
            },
          ],
          row: 'Thing',
        },
        expect.objectContaining({
          name: 'ListThings',
          sql: "-- name: ListAuthorizedThings :many\nSELECT id, name FROM things\nWHERE name <> ''\nAND (true)\nORDER BY id",
          functions: ['listAuthorizedThings'],
          guard: { line: 7, column: 1 },
          cardinality: 'many',
          row: 'ListThingsRow',
        }),
      ],
      models: [expect.objectContaining({ name: 'Thing', schema: 'public', table: 'things' })],
      enums: [],
    });
  });
});

describe('inspect of what is not right yet', () => {
  it('prints the queries that are right, and the problems of the others on stderr', async () => {
    const disk = await project();
    await disk.put(
      'queries/more.sql',
      '-- name: Broken :many\nSELECT nothing FROM things;\n\n-- name: CountThings :one\nSELECT count(*) FROM things;\n\n-- name: Odd :two\nSELECT 1;\n',
    );
    const { code, stdout, stderr } = await disk.run('inspect', '--json');
    expect(code).toBe(1);
    const { queries } = JSON.parse(stdout) as { queries: { name: string }[] };
    expect(queries.map(({ name }) => name)).toEqual(['CountThings', 'GetThing', 'ListThings']);
    expect(stderr).toMatch(/^queries\/more\.sql:2:8: error \[42703\]: column "nothing" does not exist/m);
    expect(stderr).toMatch(/^queries\/more\.sql:7:\d+: error: .*two/m);
  });

  it('leaves out a query whose name is taken', async () => {
    const disk = await project();
    await disk.put('queries/more.sql', '-- name: GetThing :many\nSELECT id FROM things;\n');
    const { code, stdout } = await disk.run('inspect');
    expect(code).toBe(1);
    const { queries } = JSON.parse(stdout) as { queries: { name: string; file: string }[] };
    expect(queries.filter(({ name }) => name === 'GetThing')).toHaveLength(1);
  });

  it('prints nothing where the configuration is at fault, and what is left where the schema is', async () => {
    const disk = await project();
    await disk.put('schema.sql', 'CREATE TABLE things (id nothing);\n');
    await disk.put('queries/now.sql', '-- name: Now :one\nSELECT now() AS now;\n');
    const { code, stdout, stderr } = await disk.run('inspect');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ queries: [{ name: 'Now' }] });
    expect(stderr).toMatch(/^schema\.sql:1:25: warning \[42704\]: type "nothing" does not exist: no query can use the table things/m);
    expect(stderr).toMatch(/^ {2}cause: schema\.sql:1:25: type "nothing" does not exist/m);
    await disk.put('sqlc.yaml', 'version: "3"\n');
    expect(await disk.run('inspect')).toMatchObject({ code: 1, stdout: '' });
  });

  it('needs no folder for generated files', async () => {
    const disk = await project();
    const [withoutCodegen = ''] = configuration(inject('databaseUrl')).split(/^ +codegen:/m);
    await disk.put('sqlc.yaml', withoutCodegen);
    const { code, stdout } = await disk.run('inspect');
    expect(code).toBe(0);
    expect(stdout).toContain('"GetThing"');
    expect((await disk.run('generate')).stderr).toContain('does not say where the TypeScript goes');
  });
});

describe('the command line', () => {
  it('asks the database of --database as it is', async () => {
    const disk = await project();
    await withClient(inject('databaseUrl'), async (client) => {
      const name = `${inject('databasePrefix')}asked`;
      await client.query(`CREATE DATABASE ${name}`);
      const url = new URL(inject('databaseUrl'));
      url.pathname = `/${name}`;
      await withClient(url.href, (own) => own.query('CREATE TABLE things (id bigint PRIMARY KEY, name text NOT NULL, owner_id uuid)'));
      const { code } = await disk.run('--database', url.href);
      expect(code).toBe(0);
      expect((await disk.files('generated'))['models.ts']).toContain('id: string;');
    });
  });

  it('writes to the folder of --out where the file names none', async () => {
    const disk = await project();
    await disk.put('sqlc.yaml', configuration(inject('databaseUrl')).replace(/ {4}codegen:[^]*/, ''));
    expect((await disk.run()).code).toBe(1);
    expect((await disk.run('--out', 'typed')).code).toBe(0);
    expect(Object.keys(await disk.files('typed'))).toContain('things.ts');
  });

  it('refuses a table that is read unguarded where the file requires a guard', async () => {
    const guard = '        options:\n          guard:\n            require: [things]\n';
    const refused = await (await project({}, guard)).run();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/queries\/things\.sql:1:1: error: .*GetThing/);
    const exempt = await (
      await project({}, `${guard}            exempt:\n              GetThing: looked up by id after a check of its own\n`)
    ).run();
    expect(exempt.stderr).toBe('');
    expect(exempt.code).toBe(0);
  });

  it('lists every query for a reviewer', async () => {
    const disk = await project();
    const table = await disk.run('audit');
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/GetThing .*things/);
    const { stdout } = await disk.run('audit', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      queries: [
        { name: 'GetThing', guarded: false },
        { name: 'ListThings', guarded: true },
      ],
    });
  });
});
