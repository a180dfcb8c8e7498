import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { CompileError } from '../../src/diagnostic.js';
import { readSchema } from '../../src/database/schema/files.js';
import { withClient } from '../support/database.js';
import { databaseOpener, SERVERS } from './servers.js';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const openOn = databaseOpener(afterEach);
const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sqlward-schema-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const pathsOf = async (files: readonly string[], patterns: readonly string[]): Promise<readonly string[]> => {
  const folder = await folderWith(Object.fromEntries(files.map((path) => [path, 'SELECT 1;'])));
  return (await readSchema(folder, patterns)).map(({ path }) => path);
};

describe('the order of schema files', () => {
  test.each([
    [
      'numbers without padding',
      ['1_a.up.sql', '2_b.up.sql', '10_c.up.sql', '9_d.up.sql'],
      ['1_a.up.sql', '2_b.up.sql', '9_d.up.sql', '10_c.up.sql'],
    ],
    ['time stamps', ['20240110000000_b.sql', '20230110000000_z.sql'], ['20230110000000_z.sql', '20240110000000_b.sql']],
    [
      'numbers beyond what a double holds',
      ['90071992547409931.sql', '90071992547409930.sql'],
      ['90071992547409930.sql', '90071992547409931.sql'],
    ],
    ['dotted versions', ['1.10_b.sql', '1.9_a.sql', '1.9.1_c.sql'], ['1.9_a.sql', '1.9.1_c.sql', '1.10_b.sql']],
    ['versions behind a V', ['V10__b.sql', 'V2__a.sql'], ['V2__a.sql', 'V10__b.sql']],
    ['names', ['users.sql', 'Accounts.sql', 'b.sql'], ['Accounts.sql', 'b.sql', 'users.sql']],
    ['names among numbers', ['types.sql', '10_b.sql', '9_a.sql'], ['9_a.sql', '10_b.sql', 'types.sql']],
    ['the same number twice', ['1_b.sql', '1_a.sql', '01_c.sql'], ['01_c.sql', '1_a.sql', '1_b.sql']],
  ])('by %s', async (_what, files, expected) => {
    expect(
      await pathsOf(
        files.map((name) => `db/${name}`),
        ['db'],
      ),
    ).toEqual(expected.map((name) => `db/${name}`));
    expect(
      await pathsOf(
        files.map((name) => `db/${name}`),
        ['db/*.sql'],
      ),
    ).toEqual(expected.map((name) => `db/${name}`));
  });

  test('a list keeps its own order, and names each file once', async () => {
    const files = ['b/2.sql', 'b/10.sql', 'a.sql', 'z.sql'];
    expect(await pathsOf(files, ['z.sql', 'b', 'a.sql', 'b/10.sql'])).toEqual(['z.sql', 'b/2.sql', 'b/10.sql', 'a.sql']);
    expect(await pathsOf(files, ['b/10.sql', 'b'])).toEqual(['b/10.sql', 'b/2.sql']);
  });

  test('what is no part of the schema is left out', async () => {
    const files = ['db/1.up.sql', 'db/1.down.sql', 'db/.hidden.sql', 'db/notes.txt', 'db/atlas.sum', 'db/below/2.sql'];
    expect(await pathsOf(files, ['db'])).toEqual(['db/1.up.sql']);
  });

  test('names with the characters of patterns', async () => {
    expect(await pathsOf(['db/[a].sql', 'db/b?.sql', 'db/c*.sql'], ['db'])).toEqual(['db/[a].sql', 'db/b?.sql', 'db/c*.sql']);
  });

  test('every path that is missing or cannot be read is one error', async () => {
    const folder = await folderWith({ 'ok.sql': '', 'empty/readme.txt': '' });
    const diagnosticsOf = async (patterns: readonly string[]): Promise<readonly string[]> => {
      const error: unknown = await readSchema(folder, patterns).catch((reason: unknown) => reason);
      if (!(error instanceof CompileError)) throw new Error(`no CompileError but ${String(error)}`);
      expect(error.diagnostics.every(({ remedy }) => remedy !== undefined)).toBe(true);
      return error.diagnostics.map(({ message }) => message);
    };
    expect(await diagnosticsOf(['missing.sql', 'ok.sql', 'nowhere'])).toEqual(['"missing.sql" does not exist', '"nowhere" does not exist']);
    expect(await diagnosticsOf(['empty'])).toEqual(['"empty": no .sql file is in it']);
    // Root reads everything.
    if (process.platform !== 'win32' && process.getuid?.() !== 0) {
      await chmod(join(folder, 'ok.sql'), 0);
      expect(await diagnosticsOf(['ok.sql'])).toEqual([expect.stringMatching(/permission denied/)]);
    }
  });
});

describe.each(SERVERS)('migrations on a %s', (kind) => {
  test.each(['golang-migrate', 'goose', 'dbmate', 'sql-migrate', 'tern', 'atlas'])('of %s are run up, in order', async (tool) => {
    const database = await openOn(kind, await readSchema(fixtures, [tool]));
    const { rows } = await withClient(database.url, (client) =>
      client.query<{ table_name: string; columns: string }>(
        `SELECT table_name, string_agg(column_name || ':' || data_type, ' ' ORDER BY ordinal_position) AS columns
         FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1`,
      ),
    );
    expect(rows).toEqual([{ table_name: 'accounts', columns: 'id:bigint name:text credit:numeric' }]);
  });

  test('goose keeps what stands in the up part around a function, and no row', async () => {
    const database = await openOn(kind, await readSchema(fixtures, ['goose']));
    const { rows } = await withClient(database.url, (client) =>
      client.query(`SELECT (SELECT count(*)::int FROM accounts) AS rows, (SELECT prosrc FROM pg_proc WHERE proname = 'touch') AS body,
                           (SELECT count(*)::int FROM pg_indexes WHERE indexname = 'accounts_balance') AS indexes`),
    );
    expect(rows).toEqual([{ rows: 0, body: expect.stringContaining("'a;b'"), indexes: 1 }]);
  });

  test('a dump of pg_dump', async () => {
    const database = await openOn(kind, await readSchema(fixtures, ['pg_dump.sql']));
    await withClient(database.url, async (client) => {
      const { rows } = await client.query<{ name: string; kind: string }>(
        `SELECT n.nspname || '.' || relname AS name, relkind AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
         WHERE nspname IN ('public', 'billing') AND relkind IN ('r', 'p', 'v', 'm') ORDER BY 1`,
      );
      expect(rows.map(({ name, kind: relkind }) => `${name} ${relkind}`)).toEqual([
        'billing.events p',
        'billing.events_2024 r',
        'billing.invoices r',
        'billing.open_invoices v',
        'billing.totals m',
        'public.customers r',
      ]);
      // The path of the database itself, not the empty one that a dump works with.
      expect((await client.query('SHOW search_path')).rows).toEqual([{ search_path: 'public, billing' }]);
      expect((await client.query('SELECT count(*)::int AS n FROM customers, invoices')).rows).toEqual([{ n: 0 }]);
      expect(
        (await client.query(`SELECT col_description('customers'::regclass, 2) AS c, obj_description('customers'::regclass) AS t`)).rows,
      ).toEqual([{ c: `a;b'c`, t: 'People; who "buy" -- things' }]);
      expect((await client.query('SELECT billing.add(1)')).rows).toEqual([{ add: 2 }]);
      // Whole even behind the data blocks, which hold semicolons and backslashes.
      expect((await client.query(`SELECT conname FROM pg_constraint WHERE contype IN ('p', 'f') AND conrelid > 16383`)).rows).toHaveLength(
        3,
      );
      expect((await client.query(`SELECT tgname FROM pg_trigger WHERE NOT tgisinternal`)).rows).toEqual([{ tgname: 'touch' }]);
    });
  });
});
