/**
 * Which folders must be watched so that no change to a list of paths is missed, and which of the
 * changes in them matter: a file that is edited, that comes, that goes, or that is replaced.
 */
import { join, posix, resolve, sep } from 'node:path';
import { withSlashes } from '../config/index.js';

export interface WatchedFolder {
  /** Absolute. */
  readonly folder: string;
  /** How many levels of folders below it can hold a match. */
  readonly depth: number;
}

export interface PathList {
  readonly folders: readonly WatchedFolder[];
  /** Whether a change of this file, given as an absolute path, may change what the list stands for. */
  readonly includes: (path: string) => boolean;
}

/** A pattern is a file, a folder or a glob, relative to `directory`; `isFolder` tells the first two apart. */
export function watchList(directory: string, patterns: readonly string[], isFolder: (path: string) => boolean): PathList {
  const parts = patterns.map((pattern) => watchPattern(directory, pattern, isFolder));
  return { folders: parts.map(({ watched }) => watched), includes: (path) => parts.some((part) => part.includes(path)) };
}

/** Folders below which nobody keeps a query file. */
const DEEPEST = 64;

function watchPattern(
  directory: string,
  pattern: string,
  isFolder: (path: string) => boolean,
): { readonly watched: WatchedFolder; readonly includes: (path: string) => boolean } {
  const steps = posix.normalize(withSlashes(pattern)).replace(/\/$/, '').split('/');
  const firstMeta = steps.findIndex((step) => /[*?[\]]/.test(step));
  if (firstMeta >= 0) {
    const folder = resolve(directory, steps.slice(0, firstMeta).join('/') || (pattern.startsWith('/') ? '/' : '.'));
    // What a glob names may itself be a folder, which stands for its files.
    return {
      watched: { folder, depth: steps.includes('**') ? DEEPEST : steps.length - firstMeta },
      includes: (path) => isSql(path) && isBelow(path, folder),
    };
  }
  const path = resolve(directory, pattern);
  if (isFolder(path)) return { watched: { folder: path, depth: 0 }, includes: (changed) => isSql(changed) && isBelow(changed, path) };
  return { watched: { folder: join(path, '..'), depth: 0 }, includes: (changed) => changed === path };
}

function isSql(path: string): boolean {
  return path.endsWith('.sql');
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
