/**
 * Schema → an embedded PostgreSQL that has it. The first run of a schema makes a cluster and loads
 * it; later ones start from the image that the first one kept.
 *
 * Invariant: a first run describes its queries on the image too, so it cannot differ from a later
 * one; and an image that does not start is made again.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { connectClient } from '../connect.js';
import { loadSchema, type SchemaPlan } from '../schema/load.js';
import { openCache } from './cache.js';
import { loadExtensions, requiredExtensions } from './extensions.js';
import { startEmbedded, type EmbeddedServer } from './server.js';

export interface EmbeddedDatabase {
  readonly server: EmbeddedServer;
  readonly cached: boolean;
}

export interface EmbeddedOptions {
  readonly cacheDirectory: string;
  readonly report: (line: string) => void;
}

/** To be raised when an image made before would no longer fit. */
const FORMAT = 2;

/** Throws a `CompileError` with every statement of the schema that PostgreSQL refuses. */
export async function openEmbedded(plan: SchemaPlan, { cacheDirectory, report }: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const names = requiredExtensions(plan);
  const extensions = await loadExtensions(names);
  const cache = openCache(cacheDirectory);
  const base = `pglite-${pgliteVersion()}-${FORMAT}`;
  const key = `${base}-${hashOf(plan, names)}`;

  const startKept = async (kept: string, withExtensions: typeof extensions): Promise<EmbeddedServer | undefined> => {
    const image = await cache.read(kept);
    if (!image) return undefined;
    try {
      return await startEmbedded(image, withExtensions);
    } catch {
      // Made by another program, or damaged.
      await cache.remove(kept);
      return undefined;
    }
  };

  const kept = await startKept(key, extensions);
  if (kept) return { server: kept, cached: true };

  report('making the embedded database for this schema; later runs reuse it');
  let empty = await startKept(base, extensions);
  if (!empty) {
    const image = await (await startEmbedded(undefined, {})).closeIntoImage();
    await cache.write(base, image);
    empty = await startEmbedded(image, extensions);
  }
  let searchPath: string | undefined;
  try {
    const client = await connectClient(empty.url);
    try {
      searchPath = await loadSchema(client, plan, report);
    } finally {
      await client.end();
    }
  } catch (error) {
    await empty.close();
    throw error;
  }
  const image = await empty.closeIntoImage(searchPath);
  await cache.write(key, image);
  return { server: await startEmbedded(image, extensions), cached: false };
}

/** Of what runs, so that a comment or a row of seed data makes no new image. */
function hashOf(plan: SchemaPlan, extensions: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(extensions));
  for (const { statement, text } of plan.steps) hash.update(JSON.stringify([statement.file.path, text]));
  return hash.digest('hex').slice(0, 32);
}

function pgliteVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const manifest: unknown = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
}
