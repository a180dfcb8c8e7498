/** Folders for the images of embedded databases, each with the image of an empty cluster, which takes seconds and is made once in a test run. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { baseName, makeBase } from '../../src/database/embedded/base.js';
import { openCache } from '../../src/database/embedded/cache.js';
import { ownEngine } from '../../src/database/embedded/engine.js';
import { aloneInRun } from './database.js';

let emptyCluster: Promise<Buffer> | undefined;

/** The caller deletes it. */
export async function makeImageFolder(): Promise<string> {
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
  const folder = await mkdtemp(join(tmpdir(), 'sqlward-cache-'));
  await openCache(folder).write(name, await emptyCluster);
  return folder;
}
