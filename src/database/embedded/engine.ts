/**
 * Which PGlite a schema runs on: this package's own, or, where the schema needs PostGIS and its build
 * is installed, the PGlite that the build belongs to.
 *
 * Invariant: an extension is only ever loaded into the PGlite that it was built for; another one
 * does not start with it, or runs it wrongly.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MemoryFS, PGlite, type Extension } from '@electric-sql/pglite';
import { loadExtensions, namedByPlan, requiredExtensions } from './extensions.js';
import type { SchemaPlan } from '../schema/plan.js';

/** What the compiler needs of the package, in any version. */
export interface PgliteModule {
  readonly PGlite: typeof PGlite;
  readonly MemoryFS: typeof MemoryFS;
}

export interface Engine {
  readonly module: PgliteModule;
  readonly version: string;
  /** The builds that are loaded, by the names that `CREATE EXTENSION` knows. */
  readonly extensions: Readonly<Record<string, Extension>>;
}

const PGLITE = '@electric-sql/pglite';
export const POSTGIS_BUILD = '@electric-sql/pglite-postgis';
/** What the build holds. */
const POSTGIS = new Set(['postgis', 'postgis_topology', 'postgis_tiger_geocoder']);
/** What the build holds besides, and what ends its database without a word. */
const RASTER_CONTROL = '/pglite/share/postgresql/extension/postgis_raster.control';
/** Builds that are packages of their own, beside those that come with PGlite. */
const PACKAGES: Readonly<Record<string, string>> = {
  age: '@electric-sql/pglite-age',
  pg_hashids: '@electric-sql/pglite-pg_hashids',
  pg_ivm: '@electric-sql/pglite-pg_ivm',
  pg_textsearch: '@electric-sql/pglite-pg_textsearch',
  pg_uuidv7: '@electric-sql/pglite-pg_uuidv7',
  pgtap: '@electric-sql/pglite-pgtap',
  vector: '@electric-sql/pglite-pgvector',
};

/** `directory` is below the author's project, where the build of PostGIS may be installed. */
export async function engineFor(plan: SchemaPlan, directory: string): Promise<Engine> {
  const named = namedByPlan(plan);
  const postgis = named.some((name) => POSTGIS.has(name)) ? await postgisEngine(named, directory) : undefined;
  return postgis ?? { ...ownEngine(), extensions: await loadExtensions(requiredExtensions(plan)) };
}

export function ownEngine(): Engine {
  const entry = createRequire(import.meta.url).resolve(PGLITE);
  return { module: { PGlite, MemoryFS }, version: readManifest(packageFolder(entry)).version, extensions: {} };
}

/** Undefined where the build, or the PGlite that it was built for, is not installed. */
async function postgisEngine(named: readonly string[], directory: string): Promise<Engine | undefined> {
  const build = [join(directory, 'any.js'), import.meta.url]
    .map((from) => locate(POSTGIS_BUILD, from))
    .find((folder) => folder !== undefined);
  const pglite = build === undefined ? undefined : locate(PGLITE, join(build, 'any.js'));
  if (build === undefined || pglite === undefined) return undefined;
  const { version } = readManifest(pglite);
  if (readManifest(build).pglite !== version) return undefined;
  const module: unknown = await importFrom(join(pglite, 'dist', 'index.js'));
  if (!isPglite(module)) return undefined;
  const extensions: Record<string, Extension> = {};
  const add = async (name: string, file: string, key: string): Promise<void> => {
    const extension = existsSync(file) ? (await importFrom(file))[key] : undefined;
    if (isExtension(extension)) extensions[name] = extension;
  };
  await add('postgis', join(build, 'dist', 'index.js'), 'postgis');
  if (extensions.postgis) extensions.postgis = withoutRaster(extensions.postgis);
  for (const name of named) {
    const key = name.replaceAll('-', '_');
    const other = PACKAGES[name] === undefined ? undefined : locate(PACKAGES[name], join(build, 'any.js'));
    if (other === undefined) await add(name, join(pglite, 'dist', 'contrib', `${key}.js`), key);
    else if (readManifest(other).pglite === version) await add(name, join(other, 'dist', 'index.js'), key);
  }
  return { module, version, extensions };
}

/** PostgreSQL then says of the raster extension that it is not available, as of any other. */
function withoutRaster({ name, setup }: Extension): Extension {
  return {
    name,
    async setup(database, options, clientOnly) {
      const result = await setup(database, options, clientOnly);
      return {
        ...result,
        async init() {
          await result.init?.();
          if ('Module' in database && hasFiles(database.Module)) database.Module.FS.unlink(RASTER_CONTROL);
        },
      };
    },
  };
}

function hasFiles(module: unknown): module is { readonly FS: { unlink(path: string): void } } {
  return typeof module === 'object' && module !== null && 'FS' in module;
}

/** The folder of an installed package, as a file would import it. */
function locate(name: string, from: string): string | undefined {
  try {
    return packageFolder(createRequire(from).resolve(name));
  } catch {
    return undefined;
  }
}

function packageFolder(entry: string): string {
  return join(dirname(entry), '..');
}

/** A package's version, and the one of PGlite that it was built for. */
function readManifest(folder: string): { readonly version: string; readonly pglite: string | undefined } {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null) return { version: 'unknown', pglite: undefined };
  const peers = 'peerDependencies' in manifest && typeof manifest.peerDependencies === 'object' ? manifest.peerDependencies : null;
  return {
    version: 'version' in manifest ? String(manifest.version) : 'unknown',
    pglite: peers !== null && PGLITE in peers && typeof peers[PGLITE] === 'string' ? peers[PGLITE] : undefined,
  };
}

async function importFrom(file: string): Promise<Record<string, unknown>> {
  const module: unknown = await import(pathToFileURL(file).href);
  return typeof module === 'object' && module !== null ? { ...module } : {};
}

function isPglite(module: unknown): module is PgliteModule {
  return (
    typeof module === 'object' &&
    module !== null &&
    'PGlite' in module &&
    typeof module.PGlite === 'function' &&
    'MemoryFS' in module &&
    typeof module.MemoryFS === 'function'
  );
}

function isExtension(value: unknown): value is Extension {
  return typeof value === 'object' && value !== null && 'name' in value && 'setup' in value && typeof value.setup === 'function';
}
