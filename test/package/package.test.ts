/**
 * The packages as a stranger gets them: packed, installed with `pg` in an empty project that has a
 * schema and queries of its own, compiled and run there.
 */
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { installProject, packAll, PACKAGES, readManifest, root, type InstalledProject, type PackedPackages } from './pack.js';

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent: readonly string[];
}

const source = join(import.meta.dirname, 'project');
const NAMES = { sqlward: 'sqlward', cli: '@sqlward/cli', 'connection-logs': '@sqlward/connection-logs' } as const;
let archives = '';
let packed: PackedPackages;
let project: InstalledProject;
let database: TestDatabase;
let generated = '';

beforeAll(async () => {
  archives = await mkdtemp(join(tmpdir(), 'sqlward-archives-'));
  packed = await packAll(archives);
  const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> };
  const tools = ['pg', '@types/pg', '@types/node', 'typescript', '@opentelemetry/api'].map(
    (name) => `${name}@${devDependencies[name] ?? ''}`,
  );
  project = await installProject([...PACKAGES.map((folder) => packed[folder].archive), ...tools]);
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

describe.each(PACKAGES)('each package: %s', (folder) => {
  const name = NAMES[folder];

  it('says whose it is and where it comes from', async () => {
    const manifest = await readManifest(installed(name, 'package.json'));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(manifest).toMatchObject({ name, version });
    expect(manifest.license).toBe(folder === 'connection-logs' ? 'MIT AND AGPL-3.0-only' : 'MIT');
    expect(manifest.homepage).toBe('https://github.com/sqlward/sqlward#readme');
    expect(manifest.bugs).toBe('https://github.com/sqlward/sqlward/issues');
    expect(manifest.repository.url).toBe('git+https://github.com/sqlward/sqlward.git');
  });

  it('carries its licences, and no other', async () => {
    const found = packed[folder].files.filter((path) => /licen[cs]e|notice/i.test(path)).sort();
    expect(found).toEqual(folder === 'connection-logs' ? ['LICENSE', 'LICENSE-AGPL-3.0', 'NOTICE'] : ['LICENSE']);
    for (const path of found) expect(await project.read(name, path)).toBe(await readFile(join(root, path), 'utf8'));
  });

  it('has a README whose links lead somewhere from anywhere', async () => {
    const readme = await project.read(name, 'README.md');
    const targets = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
    expect(targets.length).toBeGreaterThan(3);
    expect(targets.filter((target) => !/^(?:https:\/\/|#)/.test(target))).toEqual([]);
    for (const [, path] of readme.matchAll(
      /https:\/\/(?:github\.com\/sqlward\/sqlward\/blob|raw\.githubusercontent\.com\/sqlward\/sqlward)\/main\/([^)#]+)/g,
    )) {
      await expect(readFile(join(root, path ?? '')), path).resolves.toBeTruthy();
    }
  });
});

describe('sqlward', () => {
  it('is under 200 kB unpacked', () => {
    expect(packed.sqlward.unpackedSize).toBeLessThan(200_000);
  });

  it('depends on nothing, and asks for a peer only where an entry imports it', async () => {
    const manifest = await readManifest(installed('sqlward', 'package.json'));
    expect(manifest.dependencies).toBeUndefined();
    const texts = await Promise.all(
      packed.sqlward.files.filter((path) => /\.(?:js|d\.ts)$/.test(path)).map((path) => project.read('sqlward', path)),
    );
    for (const peer of Object.keys(manifest.peerDependencies ?? {})) {
      expect(manifest.peerDependenciesMeta?.[peer], peer).toEqual({ optional: true });
      expect(
        texts.some((text) => text.includes(`'${peer}'`) || text.includes(`"${peer}"`)),
        peer,
      ).toBe(true);
    }
  });

  it("carries nobody's queries, and nothing of the compiler", async () => {
    const inputs = (
      await Promise.all(
        ['queries', 'queries/schema', 'generated'].map(async (folder) =>
          (await readdir(join(root, folder))).map((name) => `${folder}/${name}`),
        ),
      )
    )
      .flat()
      .filter((path) => /\.(?:sql|ts)$/.test(path));
    expect(inputs).toEqual(
      expect.arrayContaining(['queries/connectionlogs.sql', 'queries/schema/connectionlogs.sql', 'generated/models.ts']),
    );
    const lines = (await Promise.all(inputs.map((path) => readFile(join(root, path), 'utf8')))).join('\n').split('\n');
    // Short lines, such as a brace or the hook, are nobody's.
    const telling = new Set(lines.map((line) => line.trim()).filter((line) => line.length > 24 && !line.startsWith('import ')));
    expect(telling.size).toBeGreaterThan(100);
    for (const path of packed.sqlward.files) {
      const text = await project.read('sqlward', path);
      expect(
        text.split('\n').filter((line) => telling.has(line.trim())),
        path,
      ).toEqual([]);
      if (path !== 'README.md') expect(text, path).not.toMatch(/connection_?logs|UserStatus|LoginType/i);
    }
  });

  it('loads nothing but itself and the parts of Node, from any entry but an adapter', async () => {
    const loaded = (await project.run('node', ['loaded.mjs', 'sqlward', 'sqlward/runtime'])).trim().split('\n');
    const own = `${pathToFileURL(await realpath(installed('sqlward'))).href}/`;
    expect(loaded.length).toBeGreaterThan(3);
    expect(loaded.filter((url) => !url.startsWith(own) && !url.startsWith('node:'))).toEqual([]);
  });

  it('is one run time for those who import it and those who require it', async () => {
    const entries = await doorsOf('sqlward');
    expect(entries).toEqual(
      expect.arrayContaining(['sqlward', 'sqlward/runtime', 'sqlward/opa', 'sqlward/casl', 'sqlward/cerbos', 'sqlward/eslint']),
    );
    await project.write(
      'both.mjs',
      `import { createRequire } from 'node:module';
       const require = createRequire(import.meta.url);
       const differing = [];
       for (const entry of ${JSON.stringify(entries)}) {
         const imported = await import(entry);
         const required = require(entry);
         const names = new Set([...Object.keys(imported), ...Object.keys(required)]);
         for (const name of names) if (name === 'default' ? !Object.values(required).includes(imported.default) : imported[name] !== required[name]) differing.push(entry + ' ' + name);
         if (names.size === 0) differing.push(entry + ' is empty');
       }
       console.log(JSON.stringify(differing));`,
    );
    expect(JSON.parse(await project.run('node', ['both.mjs']))).toEqual([]);
  });

  it('keeps the names of its classes, which loggers write as the type of an error', async () => {
    const text = `const s = require('sqlward');
      const differing = Object.entries(s).filter(([name, value]) => /^[A-Z]/.test(name) && value.name !== name).map(([name]) => name);
      console.log(JSON.stringify([Object.keys(s).includes('QueryError'), differing, s.authorize.none().constructor.name]));`;
    expect(JSON.parse(await project.run('node', ['-e', text]))).toEqual([true, [], expect.stringMatching(/AuthorizeFilter$/)]);
  });

  it('shows callers what they use, and none of what generated code is built from', async () => {
    const names = JSON.parse(await project.run('node', ['-p', "JSON.stringify(Object.keys(require('sqlward')))"])) as string[];
    expect(names).toEqual(expect.arrayContaining(['authorize', 'AuthorizeFilterError', 'QueryError', 'prepared', 'jsonNull']));
    expect(names.filter((name) => /^(?:many|one|exec|unfiltered|authorized|text|number|array|bind[A-Z])/.test(name))).toEqual([]);
  });
});

describe('@sqlward/connection-logs', () => {
  it('depends on sqlward, and carries no copy of it', async () => {
    const manifest = await readManifest(installed('@sqlward', 'connection-logs', 'package.json'));
    expect(manifest.dependencies).toEqual({ sqlward: `^${manifest.version}` });
    expect(manifest.peerDependencies).toBeUndefined();
    const maps = packed['connection-logs'].files.filter((path) => path.endsWith('.map'));
    expect(maps.length).toBeGreaterThan(0);
    for (const path of maps) {
      const { sources, sourcesContent } = JSON.parse(await project.read('@sqlward/connection-logs', path)) as SourceMap;
      expect(
        sources.filter((from) => !from.includes('/generated/')),
        path,
      ).toEqual([]);
      expect(sourcesContent).toHaveLength(sources.length);
    }
  });

  it('has the query without its guard behind a door of its own only', async () => {
    const keys = async (entry: string): Promise<string[]> =>
      JSON.parse(await project.run('node', ['-p', `JSON.stringify(Object.keys(require('${entry}')))`])) as string[];
    const declared = [...(await readFile(join(root, 'generated', 'unfiltered.ts'), 'utf8')).matchAll(/^export const (\w+)/gm)].map(
      (match) => match[1] ?? '',
    );
    expect(declared).toContain('getConnectionLogsOffset');
    expect((await keys('@sqlward/connection-logs/unfiltered')).sort()).toEqual(declared.sort());
    const main = await keys('@sqlward/connection-logs');
    expect(main).toEqual(expect.arrayContaining(['getAuthorizedConnectionLogsOffset', 'upsertConnectionLog']));
    expect(main.filter((name) => declared.includes(name))).toEqual([]);
    expect(main.filter((name) => name.endsWith('Definition'))).toEqual([]);
  });
});

/** Every entry of an installed package, as it is imported. */
async function doorsOf(name: string): Promise<string[]> {
  const { exports } = JSON.parse(await project.read(name, 'package.json')) as { exports: Record<string, unknown> };
  return Object.keys(exports)
    .filter((door) => door !== './package.json')
    .map((door) => (door === '.' ? name : `${name}${door.slice(1)}`));
}

describe('@sqlward/cli', () => {
  it('depends on what the compiler imports, in the ranges of the repository', async () => {
    const manifest = await readManifest(installed('@sqlward', 'cli', 'package.json'));
    const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> };
    expect(Object.keys(manifest.dependencies ?? {})).toEqual([
      '@electric-sql/pglite',
      '@electric-sql/pglite-age',
      '@electric-sql/pglite-pg_hashids',
      '@electric-sql/pglite-pg_ivm',
      '@electric-sql/pglite-pg_textsearch',
      '@electric-sql/pglite-pg_uuidv7',
      '@electric-sql/pglite-pgtap',
      '@electric-sql/pglite-pgvector',
      '@pgtyped/query',
      '@pgtyped/wire',
      'chokidar',
      'commander',
      'diff',
      'get-tsconfig',
      'libpg-query',
      'pg',
      'yaml',
      'zod',
    ]);
    for (const [name, range] of Object.entries(manifest.dependencies ?? {})) expect(range, name).toBe(own.devDependencies[name]);
  });

  it('has declarations and source maps', () => {
    expect(packed.cli.files).toEqual(
      expect.arrayContaining([
        'index.d.ts',
        'sqlward.js',
        'sqlward.js.map',
        expect.stringMatching(/^images\/pglite-[\d.]+-\d+\.image\.br$/),
      ]),
    );
  });

  it('knows its version', async () => {
    const { version } = await readManifest(join(root, 'package.json'));
    expect((await project.run('npx', ['sqlward', '--version'])).trim()).toBe(version);
  });
});

describe('a project of its own', () => {
  it('is generated on the embedded database', async () => {
    expect(generated).toMatch(/\b4 files written/);
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
