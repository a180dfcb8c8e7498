/** `sqlward init` in projects as they are found: what it writes generates, type-checks and runs. */
import { afterEach, describe, expect, it } from 'vitest';
import { makeDisk } from '../support/disk.js';
import { typeErrorsOf } from '../support/typescript.js';
import { runIn, type Run } from './project.js';

interface Project {
  readonly run: (...args: string[]) => Promise<Run>;
  readonly read: (path: string) => Promise<string | undefined>;
  readonly files: (folder: string) => Promise<Readonly<Record<string, string>>>;
}

const drops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(drops.splice(0).map((drop) => drop()));
});

async function project(files: Readonly<Record<string, string>>): Promise<Project> {
  const disk = await makeDisk(files);
  drops.push(() => disk.drop());
  return { ...disk, run: (...args) => runIn(disk.folder, args) };
}

const MANIFEST =
  '{\n    "name": "app",\n    "type": "module",\n    "scripts": { "codegen": "mine" },\n    "dependencies": { "pg": "^8.0.0" }\n}\n';

describe('init', () => {
  it('begins a project from nothing, and its first query compiles', async () => {
    const app = await project({});
    const first = await app.run('init');
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('npm install sqlward pg');
    expect(first.stdout).toContain("import { listDocuments } from './db/generated/index.js';");
    expect((await app.run('generate')).code).toBe(0);
    const generated = await app.files('db/generated');
    const files = Object.fromEntries(Object.entries(generated).map(([name, text]) => [`db/generated/${name}`, text]));
    const call = first.stdout.slice(first.stdout.indexOf('  import {'));
    expect(typeErrorsOf({ 'main.ts': call, ...files })).toEqual([]);
  });

  it('takes the migrations that are there, and a query of their first table', async () => {
    const app = await project({
      'migrations/2_more.sql': 'CREATE TABLE late (id int);',
      'migrations/1_init.sql': 'CREATE TABLE "Order Lines" (id int PRIMARY KEY, total numeric);',
      'src/index.ts': '',
      'tsconfig.json': '{ "compilerOptions": { "moduleResolution": "bundler" } }',
    });
    const { stdout } = await app.run('init');
    expect(await app.read('sqlc.yaml')).toContain('schema: migrations\n');
    expect(await app.read('db/queries/example.sql')).toBe(
      '-- name: ListOrderLines :many\nSELECT *\nFROM "Order Lines"\nLIMIT @row_limit;\n',
    );
    expect(stdout).toContain("import { listOrderLines } from './db';");
    expect((await app.run()).code).toBe(0);
    expect(Object.keys(await app.files('src/db'))).toContain('example.ts');
  });

  it('leaves a configuration that is there as it is, and adds scripts beside those that are there', async () => {
    const config = 'version: "2"\nsql: [{engine: postgresql, schema: s.sql, queries: q.sql, gen: {go: {package: db, out: db}}}]\n';
    const app = await project({ 'sqlc.yaml': config, 'package.json': MANIFEST });
    const { stdout } = await app.run('init');
    expect(await app.read('sqlc.yaml')).toBe(config);
    expect(await app.read('package.json')).toBe(
      `${JSON.stringify(
        {
          name: 'app',
          type: 'module',
          scripts: { codegen: 'mine', 'codegen:check': 'sqlward check --out db/generated' },
          dependencies: { pg: '^8.0.0' },
        },
        undefined,
        4,
      )}\n`,
    );
    expect(stdout).toContain('sqlc.yaml is used as it stands');
    expect(stdout).not.toContain('npm install sqlward pg');
  });

  it('overwrites nothing when it runs again', async () => {
    const app = await project({ 'db/schema.sql': 'CREATE TABLE mine (id int);\n' });
    await app.run('init');
    const before = await app.read('sqlc.yaml');
    const again = await app.run('init');
    expect(again.code).toBe(0);
    expect(await app.read('sqlc.yaml')).toBe(before);
    expect(await app.read('db/schema.sql')).toBe('CREATE TABLE mine (id int);\n');
  });
});
