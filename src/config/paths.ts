/**
 * The files that a `schema` or `queries` list stands for, by sqlc's rules: a file, a folder (its
 * `*.sql` files, not those of folders below), or a glob of `*`, `?` and `[…]`, in which
 * `**` stands for any number of folders. Hidden files and the down halves of migrations are left out.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import { CompileError, type Diagnostic } from '../diagnostic.js';
import type { SourceFile } from '../sql/index.js';
import { scalarRange } from './scalar-range.js';

/**
 * The paths of the files, relative to `directory` with `/`, in the order of the list, each once.
 * Throws a `CompileError` that names every path that is not there or cannot be read, at its line
 * in `configuration` where that is given.
 */
export async function expandPaths(directory: string, patterns: readonly string[], configuration?: SourceFile): Promise<string[]> {
  const problems: Diagnostic[] = [];
  const empty: Diagnostic[] = [];
  const found = new Set<string>();
  for (const pattern of patterns) {
    try {
      for (const path of await expandPattern(directory, pattern)) found.add(path);
    } catch (error) {
      (error instanceof NothingFound ? empty : problems).push(pathProblem(pattern, error, configuration));
    }
  }
  // One empty folder among others is no mistake; nothing at all is.
  if (found.size === 0) problems.push(...empty);
  if (problems.length > 0) throw new CompileError(problems);
  return [...found];
}

/** Reads every file that the list stands for; throws a `CompileError` with all that cannot be read. */
export async function readQueryFiles(directory: string, patterns: readonly string[], configuration?: SourceFile): Promise<SourceFile[]> {
  return readFiles(directory, patterns, configuration, (bytes) => {
    const text = decode(bytes);
    if (text === undefined) throw new EncodingError('it is not UTF-8');
    return { text };
  });
}

/**
 * The same for files of a schema, where what is not UTF-8 is most often a comment: such a file is read
 * as Windows-1252, in which every byte is a character, and says so.
 */
export async function readSchemaFiles(directory: string, patterns: readonly string[], configuration?: SourceFile): Promise<SourceFile[]> {
  return readFiles(directory, patterns, configuration, (bytes) => {
    const text = decode(bytes);
    return text === undefined ? { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'windows-1252' } : { text };
  });
}

async function readFiles(
  directory: string,
  patterns: readonly string[],
  configuration: SourceFile | undefined,
  read: (bytes: Uint8Array) => Omit<SourceFile, 'path'>,
): Promise<SourceFile[]> {
  const paths = await expandPaths(directory, patterns, configuration);
  const problems: Diagnostic[] = [];
  const files: SourceFile[] = [];
  for (const path of paths) {
    try {
      files.push({ path, ...read(await readFile(resolve(directory, path))) });
    } catch (error) {
      problems.push({
        severity: 'error',
        message: `the file cannot be read: ${reason(error)}`,
        file: { path, text: '' },
        remedy: error instanceof EncodingError ? 'Save it as UTF-8.' : 'Check its permissions.',
      });
    }
  }
  if (problems.length > 0) throw new CompileError(problems);
  return files;
}

/** The configuration's own text. Throws what the system refuses. */
export async function readConfigText(path: string): Promise<string> {
  const text = decode(await readFile(path));
  if (text === undefined) throw new EncodingError('it is not UTF-8');
  return text;
}

class EncodingError extends Error {}

/** UTF-8, with or without a byte order mark; UTF-16 with one, as PowerShell writes it. The mark is no part of the text. */
function decode(bytes: Uint8Array): string | undefined {
  const mark = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(mark, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

class NothingFound extends Error {}

/** A path as Windows writes it, too; a backslash escapes a bracket, which nobody's folder begins with. */
export function withSlashes(pattern: string): string {
  return pattern.replace(/\\(?![[\]])/g, '/');
}

async function expandPattern(directory: string, pattern: string): Promise<string[]> {
  const slashed = withSlashes(pattern);
  const isGlob = /[*?[\]]/.test(slashed);
  const matches = isGlob ? await matchGlob(directory, slashed) : [posix.normalize(slashed).replace(/(?<=.)\/$/, '')];
  const files: string[] = [];
  for (const path of matches) {
    const status = await stat(resolve(directory, path));
    if (status.isDirectory())
      files.push(
        ...(await readdir(resolve(directory, path)))
          .sort(byCodePoint)
          .map((name) => posix.join(path, name))
          .filter(isUpSql),
      );
    else if (isGlob ? isUpSql(path) : !isDown(path)) files.push(path);
  }
  if (files.length === 0) throw new NothingFound(isGlob ? 'no .sql file matches' : 'no .sql file is in it');
  return files;
}

function isUpSql(path: string): boolean {
  return path.endsWith('.sql') && !posix.basename(path).startsWith('.') && !isDown(path);
}

function isDown(path: string): boolean {
  return path.endsWith('.down.sql');
}

/** As Go's `filepath.Glob`: step by step, `*` never crossing a `/`; but `**` is any number of folders, none included. */
async function matchGlob(directory: string, pattern: string): Promise<string[]> {
  const absolute = pattern.startsWith('/');
  let paths = [absolute ? '/' : ''];
  for (const step of posix
    .normalize(pattern)
    .split('/')
    .filter((part) => part !== '')) {
    if (!/[*?[\]]/.test(step)) {
      paths = paths.map((path) => join(path, step));
      continue;
    }
    if (step === '**') {
      for (const path of [...paths]) paths.push(...(await foldersBelow(directory, path)));
      continue;
    }
    const test = stepExpression(step);
    const next: string[] = [];
    for (const path of paths) {
      const names = await readdir(resolve(directory, path)).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      next.push(
        ...names
          .filter((name) => test.test(name))
          .sort(byCodePoint)
          .map((name) => posix.join(path, name)),
      );
    }
    paths = next;
  }
  const present: string[] = [];
  for (const path of paths) {
    if (
      await stat(resolve(directory, path)).then(
        () => true,
        () => false,
      )
    )
      present.push(path);
  }
  return present;
}

/** Without hidden ones, and those of packages. */
async function foldersBelow(directory: string, path: string): Promise<readonly string[]> {
  const entries = await readdir(resolve(directory, path), { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules');
  const found: string[] = [];
  for (const { name } of folders.sort((a, b) => byCodePoint(a.name, b.name))) {
    const folder = posix.join(path, name);
    found.push(folder, ...(await foldersBelow(directory, folder)));
  }
  return found;
}

function stepExpression(step: string): RegExp {
  let source = '';
  for (const part of step.match(/\[\^?[^\]]*\]|\\.|[\s\S]/g) ?? []) {
    if (part === '*') source += '.*';
    else if (part === '?') source += '.';
    else if (part.length > 2 && part.startsWith('[')) source += part.replaceAll('\\', '\\\\');
    else source += (part.length === 2 ? part.slice(1) : part).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  }
  return new RegExp(`^${source}$`, 'su');
}

/** By code point, as Go sorts names: JavaScript's own order differs above U+FFFF. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function pathProblem(pattern: string, error: unknown, configuration: SourceFile | undefined): Diagnostic {
  const range = configuration && scalarRange(configuration, pattern);
  const place = configuration && { file: configuration, ...(range ? { start: range.start, end: range.end } : {}) };
  if (error instanceof NothingFound) {
    return {
      severity: 'error',
      message: `"${pattern}": ${error.message}`,
      ...place,
      remedy: 'Name a .sql file, a folder of them, or a pattern such as queries/*.sql.',
    };
  }
  if (isMissing(error)) {
    return { severity: 'error', message: `"${pattern}" does not exist`, ...place, remedy: 'Paths are relative to the configuration file.' };
  }
  return { severity: 'error', message: `"${pattern}" cannot be read: ${reason(error)}`, ...place, remedy: 'Check its permissions.' };
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}

function reason(error: unknown): string {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'ENOENT') return 'it does not exist';
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
