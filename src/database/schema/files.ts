/**
 * The schema files that a project names, in the order in which its migration tool runs them:
 * by version where names begin with one, else by name; the down halves are left out.
 */
import { basename, dirname } from 'node:path/posix';
import { expandPaths, readSchemaFiles } from '../../config/index.js';
import { withLineFeeds, type SourceFile } from '../../sql/index.js';

/**
 * Reads the schema, each file once. `patterns` are files, folders (not those below them) and globs,
 * relative to `directory`. Throws a `CompileError` with every path that is missing or unreadable,
 * at its line in `configuration` where that is given.
 */
export async function readSchema(
  directory: string,
  patterns: readonly string[],
  configuration?: SourceFile,
): Promise<readonly SourceFile[]> {
  // All together first, so that every bad path is reported in one error.
  const known = new Set(await expandPaths(directory, patterns, configuration));
  const ordered = new Set<string>();
  for (const pattern of patterns) {
    const paths = await expandPaths(directory, [pattern]).catch(() => []);
    for (const path of [...paths].sort(byMigration)) if (known.has(path)) ordered.add(path);
  }
  const files = await readSchemaFiles(directory, [...ordered].map(escapeGlob), configuration);
  return fromLastCheckpoint(files.map(withLineFeeds));
}

/** Folder by folder, then by version, then by name. */
function byMigration(a: string, b: string): number {
  return compareText(dirname(a), dirname(b)) || compareVersions(versionOf(a), versionOf(b)) || compareText(basename(a), basename(b));
}

/** The numbers that a name begins with: `20240102_init.sql`, `10_add.up.sql`, `V1.2__x.sql`. */
function versionOf(path: string): readonly bigint[] | undefined {
  const digits = /^[vV]?(\d+(?:\.\d+)*)/.exec(basename(path))?.[1];
  return digits?.split('.').map(BigInt);
}

function compareVersions(a: readonly bigint[] | undefined, b: readonly bigint[] | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const left = a[index] ?? -1n;
    const right = b[index] ?? -1n;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

/** By code point, as the tools sort. */
function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** An atlas checkpoint holds the whole schema so far: a fresh database starts from its folder's last one. */
function fromLastCheckpoint(files: readonly SourceFile[]): readonly SourceFile[] {
  const start = new Map<string, number>();
  files.forEach((file, index) => {
    if (/^(?:--.*\r?\n)*--\s*atlas:checkpoint\b/.test(file.text)) start.set(dirname(file.path), index);
  });
  return files.filter((file, index) => index >= (start.get(dirname(file.path)) ?? 0));
}

function escapeGlob(path: string): string {
  return path.replace(/[[*?]/g, '[$&]');
}
