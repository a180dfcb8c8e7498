/**
 * Schema → an embedded PostgreSQL that has it. The first run of a schema makes a cluster and loads
 * it; later ones start from the image that the first one kept.
 *
 * Invariant: a first run describes its queries on the image too, so it cannot differ from a later
 * one; and an image that does not start is made again.
 */
import { createHash } from 'node:crypto';
import { connectClient } from '../connect.js';
import { loadSchema, type LoadedSchema, type SchemaPlan } from '../schema/load.js';
import { baseName, makeBase, readShippedBase } from './base.js';
import { openCache } from './cache.js';
import { engineFor } from './engine.js';
import { startEmbedded, type EmbeddedServer } from './server.js';

export interface EmbeddedDatabase {
  readonly server: EmbeddedServer;
  readonly cached: boolean;
}

export interface EmbeddedOptions {
  readonly cacheDirectory: string;
  readonly report: (line: string) => void;
}

export async function openEmbedded(plan: SchemaPlan, { cacheDirectory, report }: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const engine = await engineFor(plan, cacheDirectory);
  const cache = openCache(cacheDirectory);
  const base = baseName(engine);
  const key = `${base}-${hashOf(plan, Object.keys(engine.extensions))}`;

  // An image that does not start was made by another program, or is damaged.
  const start = async (image: Buffer | undefined): Promise<EmbeddedServer | undefined> =>
    image && startEmbedded(image, engine).catch(() => undefined);
  const startKept = async (name: string): Promise<EmbeddedServer | undefined> => {
    const image = await cache.read(name);
    const server = await start(image);
    if (image && !server) await cache.remove(name);
    return server;
  };

  const kept = await startKept(key);
  if (kept) return { server: kept, cached: true };

  report('making the embedded database for this schema; later runs reuse it');
  let empty = (await start(await readShippedBase(engine))) ?? (await startKept(base));
  if (!empty) {
    const image = await makeBase(engine);
    await cache.write(base, image);
    empty = await startEmbedded(image, engine);
  }
  let loaded: LoadedSchema;
  try {
    const client = await connectClient(empty.url);
    try {
      loaded = await loadSchema(client, plan);
    } finally {
      await client.end();
    }
  } catch (error) {
    await empty.close();
    throw error;
  }
  for (const note of loaded.notes) report(note);
  const image = await empty.closeIntoImage(loaded.searchPath, loaded.events);
  await cache.write(key, image);
  return { server: await startEmbedded(image, engine), cached: false };
}

/** Of what runs, so that a comment or a row of seed data makes no new image. */
function hashOf(plan: SchemaPlan, extensions: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify([extensions, plan.usedByQueries, plan.aliasesOfQueries]));
  for (const { statement, text } of plan.steps) hash.update(JSON.stringify([statement.file.path, text]));
  return hash.digest('hex').slice(0, 32);
}
