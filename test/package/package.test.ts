/**
 * The two packages as a stranger gets them: packed, installed with `pg` in an empty project that
 * has a schema and queries of its own, compiled and run there.
 */
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { installProject, pack, readManifest, root, type InstalledProject, type Manifest, type PackedPackage } from './pack.js';

const source = join(import.meta.dirname, 'project');
let archives = '';
let runTime: PackedPackage;
let cli: PackedPackage;
let project: InstalledProject;
let database: TestDatabase;
let generated = '';

beforeAll(async () => {
  archives = await mkdtemp(join(tmpdir(), 'sqlward-archives-'));
  runTime = await pack('.', archives);
  cli = await pack('dist/cli', archives);
  const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> };
  const tools = ['pg', '@types/pg', '@types/node', 'typescript'].map((name) => `${name}@${devDependencies[name] ?? ''}`);
  project = await installProject([runTime.archive, cli.archive, ...tools]);
  for (const name of await readdir(source)) await project.write(name, await readFile(join(source, name), 'utf8'));
  generated = await project.run('npx', ['sqlward', 'generate']);
  const logs = await readFile(join(root, 'queries', 'schema', 'connectionlogs.sql'), 'utf8');
  database = await createDatabase(`${logs}\n${await readFile(join(source, 'schema.sql'), 'utf8')}`);
}, 300_000);

afterAll(async () => {
  await project?.remove();
  await database?.drop();
  await rm(archives, { recursive: true, force: true });
});

function installed(...path: string[]): string {
  return join(project.folder, 'node_modules', ...path);
}

describe('sqlward', () => {
  let manifest: Manifest;
  beforeAll(async () => {
    manifest = await readManifest(installed('sqlward', 'package.json'));
  });

  it('is under 200 kB unpacked', () => {
    expect(runTime.unpackedSize).toBeLessThan(200_000);
  });

  it('depends on nothing but its peers', () => {
    expect(manifest.dependencies).toBeUndefined();
    expect(Object.keys(manifest.peerDependencies ?? {})).toEqual(['pg', 'pg-copy-streams']);
    expect(manifest.peerDependenciesMeta).toEqual({ 'pg-copy-streams': { optional: true } });
  });

  it('carries both licences, and nothing of the compiler', () => {
    expect(manifest.license).toBe('MIT AND AGPL-3.0-only');
    expect(runTime.files).toEqual(expect.arrayContaining(['LICENSE', 'NOTICE', 'README.md', 'dist/index.js', 'dist/index.js.map', 'dist/index.d.ts']));
    const foreign = runTime.files.filter((path) => /(?:^|\/)(?:compiler|database|config|scripts|test|cli|queries)\//.test(path));
    expect(foreign).toEqual([]);
  });

  it("maps its code back to the repository's files", async () => {
    const maps = runTime.files.filter((path) => path.endsWith('.map'));
    expect(maps.length).toBeGreaterThan(5);
    for (const path of maps) {
      const map = JSON.parse(await readFile(installed('sqlward', path), 'utf8')) as { sources: string[] };
      for (const from of map.sources) await expect(readFile(resolve(root, dirname(path), from), 'utf8'), `${path} → ${from}`).resolves.not.toBe('');
    }
  });

  it('loads nothing but itself and the parts of Node, from any entry but an adapter', async () => {
    const loaded = (await project.run('node', ['loaded.mjs', 'sqlward', 'sqlward/runtime', 'sqlward/unfiltered'])).trim().split('\n');
    const own = `${pathToFileURL(await realpath(installed('sqlward', 'dist'))).href}/`;
    expect(loaded.length).toBeGreaterThan(3);
    expect(loaded.filter((url) => !url.startsWith(own) && !url.startsWith('node:'))).toEqual([]);
  });
});

describe('@sqlward/cli', () => {
  it('depends on what the compiler imports, in the ranges of the repository', async () => {
    const manifest = await readManifest(installed('@sqlward', 'cli', 'package.json'));
    const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string; devDependencies: Record<string, string> };
    expect(manifest.version).toBe(own.version);
    expect(manifest.license).toBe('MIT');
    expect(Object.keys(manifest.dependencies ?? {})).toEqual([
      '@electric-sql/pglite',
      '@electric-sql/pglite-age',
      '@electric-sql/pglite-pg_hashids',
      '@electric-sql/pglite-pg_ivm',
      '@electric-sql/pglite-pg_textsearch',
      '@electric-sql/pglite-pg_uuidv7',
      '@electric-sql/pglite-pgtap',
      '@electric-sql/pglite-pgvector',
      '@electric-sql/pglite-socket',
      '@pgtyped/query',
      '@pgtyped/wire',
      'chokidar',
      'commander',
      'diff',
      'libpg-query',
      'pg',
      'yaml',
      'zod',
    ]);
    for (const [name, range] of Object.entries(manifest.dependencies ?? {})) expect(range, name).toBe(own.devDependencies[name]);
  });

  it('has declarations and source maps', () => {
    expect(cli.files).toEqual(expect.arrayContaining(['index.d.ts', 'sqlward.js', 'sqlward.js.map', 'LICENSE', 'README.md', expect.stringMatching(/^images\/pglite-[\d.]+-\d+\.image\.br$/)]));
  });

  it('knows its version', async () => {
    const { version } = await readManifest(join(root, 'package.json'));
    expect((await project.run('npx', ['sqlward', '--version'])).trim()).toBe(version);
  });
});

describe('a project of its own', () => {
  it('is generated on the embedded database', async () => {
    expect(generated).toContain('db/index.ts');
    expect(await readFile(join(project.folder, 'db', 'queries.ts'), 'utf8')).toContain("from 'sqlward/runtime'");
  });

  it('needs no initdb: the empty cluster comes with the package', async () => {
    const images = await readdir(join(project.folder, 'node_modules', '.cache', 'sqlward'));
    expect(images).toEqual([expect.stringMatching(/^pglite-[\d.]+-\d+-[0-9a-f]{32}\.image$/)]);
  });

  it('is up to date afterwards', async () => {
    await project.run('npx', ['sqlward', 'check']);
  });

  it('compiles under NodeNext, strictly, declarations included', async () => {
    await project.run('npx', ['tsc', '-p', '.']);
  });

  it('runs', async () => {
    const output = await project.run('node', ['--enable-source-maps', 'built/service.js'], { DATABASE_URL: database.url });
    expect(JSON.parse(output)).toEqual({
      first: ['one', 'team', ['a', 'b']],
      rows: ['one'],
      names: ['Ada'],
      everything: 2,
      denied: 0,
      untouched: 0,
      logs: [0, 0, 0],
      refused: 'GetAuthorizedDocuments queries.sql:9 42703',
    });
  });
});
