/**
 * Images on disk, by a key.
 *
 * Invariant: an entry appears whole or not at all (it is written aside and renamed), is never
 * changed, and may be deleted at any moment: whoever opened it has already read all of it. Where
 * the folder cannot be written, nothing is kept, and nothing fails.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const SUFFIX = '.image';
/** About 10 MB each. */
const KEPT_ENTRIES = 8;
const UNFINISHED_AFTER_MS = 10 * 60 * 1000;

export interface ImageCache {
  read(key: string): Promise<Buffer | undefined>;
  write(key: string, image: Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
}

export function openCache(directory: string): ImageCache {
  const pathOf = (key: string): string => join(directory, key + SUFFIX);
  return {
    async read(key) {
      const image = await readFile(pathOf(key)).catch(() => undefined);
      const now = new Date();
      // The time of the last use decides what is pruned.
      if (image) await utimes(pathOf(key), now, now).catch(() => {});
      return image;
    },
    async write(key, image) {
      const unfinished = join(directory, `${key}.${randomUUID()}.unfinished`);
      try {
        await mkdir(directory, { recursive: true });
        await writeFile(unfinished, image);
        await rename(unfinished, pathOf(key));
        await prune(directory);
      } catch {
        await rm(unfinished, { force: true }).catch(() => {});
      }
    },
    async remove(key) {
      await rm(pathOf(key), { force: true }).catch(() => {});
    },
  };
}

/** Deletes the entries that were not used for longest, and what a killed run left. */
async function prune(directory: string): Promise<void> {
  const entries: { readonly path: string; readonly usedAt: number }[] = [];
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const usedAt = (await stat(path).catch(() => undefined))?.mtimeMs;
    if (usedAt === undefined) continue;
    if (name.endsWith('.unfinished') && usedAt < Date.now() - UNFINISHED_AFTER_MS) await rm(path, { force: true });
    else if (name.endsWith(SUFFIX)) entries.push({ path, usedAt });
  }
  entries.sort((a, b) => b.usedAt - a.usedAt);
  for (const { path } of entries.slice(KEPT_ENTRIES)) await rm(path, { force: true });
}
