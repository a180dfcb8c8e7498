/** A temporary folder with files, for what reads a project from the disk. */
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Disk {
  /** Absolute, without links. */
  readonly folder: string;
  put(path: string, content: string | Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
  /** A file's text, or undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  /** The files of a folder with their texts, or nothing where there is none. */
  files(folder: string): Promise<Readonly<Record<string, string>>>;
  drop(): Promise<void>;
}

export async function makeDisk(files: Readonly<Record<string, string>> = {}): Promise<Disk> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sqlward-test-')));
  const put = async (path: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  for (const [path, text] of Object.entries(files)) await put(path, text);
  return {
    folder,
    put,
    remove: (path) => rm(join(folder, path), { recursive: true }),
    read: (path) => readFile(join(folder, path), 'utf8').catch(() => undefined),
    async files(name) {
      const names = await readdir(join(folder, name)).catch(() => []);
      return Object.fromEntries(
        await Promise.all(names.map(async (file) => [file, await readFile(join(folder, name, file), 'utf8')] as const)),
      );
    },
    drop: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
