/** What a project has already, for `init` to build on: read, never changed. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CONFIG_NAMES } from '../../config/index.js';

export interface Surroundings {
  /** The name of the sqlc configuration, where there is one. */
  readonly config: { readonly name: string; readonly text: string } | undefined;
  /** The text of `package.json`, where there is one. */
  readonly manifest: string | undefined;
  /** The packages that `package.json` lists. */
  readonly packages: ReadonlySet<string>;
  /** Where the schema is, relative to the folder: a file, or a folder of migrations. */
  readonly schema: string | undefined;
  /** Whether code lies in `src`. */
  readonly hasSource: boolean;
}

/** Where schemas usually are, the likeliest first. */
const SCHEMAS = [
  'schema.sql',
  'db/schema.sql',
  'sql/schema.sql',
  'database/schema.sql',
  'db/schema',
  'sql/schema',
  'migrations',
  'db/migrations',
  'sql/migrations',
  'database/migrations',
  'supabase/migrations',
  'drizzle',
];

export async function lookAround(folder: string): Promise<Surroundings> {
  const manifest = await readIfThere(join(folder, 'package.json'));
  return {
    config: await findConfig(folder),
    manifest,
    packages: new Set(manifest === undefined ? [] : packagesOf(manifest)),
    schema: await findSchema(folder),
    hasSource: await isFolder(join(folder, 'src')),
  };
}

async function findConfig(folder: string): Promise<Surroundings['config']> {
  for (const name of CONFIG_NAMES) {
    const text = await readIfThere(join(folder, name));
    if (text !== undefined) return { name, text };
  }
  return undefined;
}

async function findSchema(folder: string): Promise<string | undefined> {
  for (const path of SCHEMAS) {
    const entries = path.endsWith('.sql') ? [path] : await readdir(join(folder, path)).catch(() => []);
    const exists = path.endsWith('.sql')
      ? (await readIfThere(join(folder, path))) !== undefined
      : entries.some((name) => name.endsWith('.sql'));
    if (exists) return path;
  }
  return undefined;
}

function packagesOf(manifest: string): readonly string[] {
  const parsed = parse(manifest);
  return ['dependencies', 'devDependencies', 'peerDependencies'].flatMap((key) => {
    const list = parsed?.[key];
    return typeof list === 'object' && list !== null ? Object.keys(list) : [];
  });
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? Object.fromEntries(Object.entries(parsed)) : undefined;
  } catch {
    return undefined;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
