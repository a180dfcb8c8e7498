/**
 * A PGlite data directory as one file, and back: what makes a second run start in a fraction of
 * the time that `initdb` takes.
 *
 * Invariant: an image is read whole into memory and never written to, so any number of runs can
 * use one at once, and none of them leaves anything to clean up.
 *
 * Blocks of zeros are left out, and so are the databases that nobody connects to: a fresh
 * cluster of 40 MB becomes about 8 MB.
 */
import type { SchemaEvent } from '../schema/failures.js';

export interface ImageNotes {
  /** `server_version` of the server that made it. */
  readonly serverVersion: string;
  /** What the schema wants sessions to start with, or null for the server's own. */
  readonly searchPath: string | null;
  /** What became of the schema's statements that did not run as they stand. */
  readonly events: readonly SchemaEvent[];
}

export interface Image extends ImageNotes {
  readonly directories: readonly ImageEntry[];
  readonly files: readonly ImageFile[];
}

interface ImageEntry {
  /** Relative to the data directory; empty for itself. */
  readonly path: string;
  readonly mode: number;
}

interface ImageFile extends ImageEntry {
  readonly size: number;
  /** Stretches that are not zero, in order. */
  readonly runs: readonly Run[];
}

interface Run {
  readonly start: number;
  readonly length: number;
}

/** The part of Emscripten's file system that is needed. */
export interface WasmFileSystem {
  readdir(path: string): string[];
  stat(path: string): { readonly mode: number };
  isDir(mode: number): boolean;
  readFile(path: string): Uint8Array;
  mkdirTree(path: string): unknown;
  writeFile(path: string, data: Uint8Array, options: { readonly canOwn: boolean }): void;
  chmod(path: string, mode: number): void;
}

/** Whether an object is one; PGlite does not declare what it exposes. */
export function isWasmFileSystem(value: unknown): value is WasmFileSystem {
  return (
    typeof value === 'object' && value !== null && 'readdir' in value && 'readFile' in value && 'mkdirTree' in value && 'chmod' in value
  );
}

const MAGIC = 'sqlward image 1\n';
const BLOCK = 8192;
const PERMISSIONS = 0o777;
/** The folders of `template1` and `template0`, whose OIDs are fixed: no session opens them. */
const UNUSED = new Set(['base/1', 'base/4']);

/** Packs the data directory at `root`, but for the files that `leaveOut` names. The server should have been shut down, so that it opens without recovery. */
export function packImage(fs: WasmFileSystem, root: string, notes: ImageNotes, leaveOut: (path: string) => boolean): Buffer {
  const directories: ImageEntry[] = [];
  const files: ImageFile[] = [];
  const chunks: Uint8Array[] = [];
  const visit = (path: string): void => {
    const { mode } = fs.stat(join(root, path));
    if (fs.isDir(mode)) {
      directories.push({ path, mode: mode & PERMISSIONS });
      if (UNUSED.has(path)) return;
      for (const name of fs.readdir(join(root, path))) if (name !== '.' && name !== '..') visit(join(path, name));
      return;
    }
    if (leaveOut(path)) return;
    const content = fs.readFile(join(root, path));
    const runs = nonZeroRuns(content);
    for (const { start, length } of runs) chunks.push(content.subarray(start, start + length));
    files.push({ path, mode: mode & PERMISSIONS, size: content.length, runs });
  };
  visit('');
  const image: Image = { ...notes, directories, files };
  const header = Buffer.from(JSON.stringify(image));
  const headerLength = Buffer.alloc(4);
  headerLength.writeUInt32LE(header.length);
  return Buffer.concat([Buffer.from(MAGIC), headerLength, header, ...chunks]);
}

/** The header of an image, or undefined where the bytes are not a whole image of this format. */
export function readImage(bytes: Buffer): Image | undefined {
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const start = dataStart(bytes);
  if (start > bytes.length) return undefined;
  const image: unknown = JSON.parse(bytes.toString('utf8', MAGIC.length + 4, start));
  if (!isImage(image)) return undefined;
  const length = image.files.reduce((sum, file) => sum + file.runs.reduce((size, run) => size + run.length, 0), 0);
  return start + length === bytes.length ? image : undefined;
}

/** Writes an image's files below `root`; the bytes must not change afterwards. */
export function unpackImage(bytes: Buffer, image: Image, fs: WasmFileSystem, root: string): void {
  for (const { path, mode } of image.directories) {
    fs.mkdirTree(join(root, path));
    fs.chmod(join(root, path), mode);
  }
  let at = dataStart(bytes);
  for (const { path, mode, size, runs } of image.files) {
    const content = new Uint8Array(size);
    for (const { start, length } of runs) {
      content.set(bytes.subarray(at, at + length), start);
      at += length;
    }
    fs.writeFile(join(root, path), content, { canOwn: true });
    fs.chmod(join(root, path), mode);
  }
}

function isImage(header: unknown): header is Image {
  return (
    typeof header === 'object' &&
    header !== null &&
    'directories' in header &&
    'files' in header &&
    Array.isArray(header.files) &&
    'events' in header &&
    Array.isArray(header.events)
  );
}

function dataStart(bytes: Buffer): number {
  return MAGIC.length + 4 + bytes.readUInt32LE(MAGIC.length);
}

function nonZeroRuns(content: Uint8Array): Run[] {
  const zeros = Buffer.alloc(BLOCK);
  const runs: { start: number; length: number }[] = [];
  for (let start = 0; start < content.length; start += BLOCK) {
    const length = Math.min(BLOCK, content.length - start);
    if (zeros.compare(content, start, start + length, 0, length) === 0) continue;
    const last = runs.at(-1);
    if (last && last.start + last.length === start) last.length += length;
    else runs.push({ start, length });
  }
  return runs;
}

function join(parent: string, child: string): string {
  return parent === '' || child === '' ? parent + child : `${parent}/${child}`;
}
