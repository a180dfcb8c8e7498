/** What begins with the image of an empty cluster, which takes seconds and is made once in a test run: folders of images, and databases in memory. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite, PGliteOptions } from '@electric-sql/pglite';
import { inject } from 'vitest';
import { baseName, makeBase } from '../../src/database/embedded/base.js';
import { openCache } from '../../src/database/embedded/cache.js';
import { ownEngine } from '../../src/database/embedded/engine.js';
import { readImage } from '../../src/database/embedded/image.js';
import { imageFileSystem } from '../../src/database/embedded/server.js';
import { aloneInRun } from './database.js';

let emptyCluster: Promise<Buffer> | undefined;

function emptyClusterImage(): Promise<Buffer> {
  const engine = ownEngine();
  const name = baseName(engine);
  emptyCluster ??= aloneInRun(name, async () => {
    const cache = openCache(inject('imageFolder'));
    const kept = await cache.read(name);
    if (kept) return kept;
    const image = await makeBase(engine);
    await cache.write(name, image);
    return image;
  });
  return emptyCluster;
}

/** The caller deletes it. */
export async function makeImageFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sqlward-cache-'));
  await keepEmptyCluster(folder);
  return folder;
}

/** Puts the image where a project keeps its own. */
export async function keepEmptyCluster(folder: string): Promise<void> {
  await openCache(folder).write(baseName(ownEngine()), await emptyClusterImage());
}

/** A PGlite of its own, empty; the caller closes it. */
export async function createPglite(options: PGliteOptions = {}): Promise<PGlite> {
  const { module } = ownEngine();
  const bytes = await emptyClusterImage();
  const image = readImage(bytes);
  if (image === undefined) throw new Error('the image of the empty cluster is not whole');
  return module.PGlite.create({ ...options, fs: imageFileSystem(module, bytes, image) });
}
