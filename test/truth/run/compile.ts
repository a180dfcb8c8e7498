/** A project compiled on a database; queries that do not compile are set aside, so that the rest is tried. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CompileError, formatDiagnostic, type Diagnostic } from '../../../src/diagnostic.js';
import { splitQueries } from '../../../src/compiler/dialect/split.js';
import type { Config, Project } from '../../../src/config/config.js';
import { readQueryFiles } from '../../../src/config/paths.js';
import { openProject, type Compilation } from '../../../src/project.js';
import type { SourceFile } from '../../../src/sql/source.js';
import { RUNTIME } from './load.js';

export interface Compiled {
  readonly compilation: Compilation;
  /** Refused by the server, and by the compiler itself. */
  readonly unprepared: readonly string[];
  readonly uncompiled: readonly string[];
}

/** Throws a `CompileError` where no query is to blame, or none is left. */
export async function compileOn(url: string, config: Config, project: Project): Promise<Compiled> {
  const onScratch: Project = {
    ...project,
    database: { kind: 'url', url, from: '--database' },
    options: { ...project.options, runtime: RUNTIME },
  };
  try {
    return { compilation: await compile(config, onScratch), unprepared: [], uncompiled: [] };
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    const errors = error.diagnostics.filter(({ severity }) => severity === 'error');
    const files = await readQueryFiles(config.directory, project.queries, config.file);
    const kept = files.map((file) => without(file, errors));
    if (kept.every((file, index) => file.text === files[index]?.text)) throw error;
    const compilation = await compileFiles(config, onScratch, kept);
    const told = (server: boolean): string[] =>
      errors
        .filter(({ sqlstate }) => (sqlstate !== undefined) === server)
        .map((diagnostic) => formatDiagnostic(diagnostic).replaceAll('\n', '\n    '));
    return { compilation, unprepared: told(true), uncompiled: told(false) };
  }
}

async function compile(config: Config, project: Project): Promise<Compilation> {
  const open = await openProject(config, project, { cacheDirectory: '', report: () => undefined });
  try {
    return await open.compile();
  } finally {
    await open.close();
  }
}

/** The file with the statements blanked that an error stands in. */
function without(file: SourceFile, errors: readonly Diagnostic[]): SourceFile {
  let { text } = file;
  for (const query of splitQueries(file).queries) {
    const hit = errors.some(
      (error) =>
        error.file?.path === file.path && error.start !== undefined && error.start >= query.annotationStart && error.start <= query.end,
    );
    if (!hit) continue;
    // As long as before, so that every other statement stays in its place.
    text =
      text.slice(0, query.annotationStart) + text.slice(query.annotationStart, query.end).replaceAll(/[^\n]/g, ' ') + text.slice(query.end);
  }
  return { ...file, text };
}

async function compileFiles(config: Config, project: Project, files: readonly SourceFile[]): Promise<Compilation> {
  const folder = await mkdtemp(join(tmpdir(), 'sqlward-truth-queries-'));
  try {
    const paths = files.map(
      (file, index) => `${file.path.startsWith('..') ? `outside-${String(index)}/` : ''}${file.path.replaceAll('../', '')}`,
    );
    for (const [index, file] of files.entries()) {
      const path = join(folder, paths[index] ?? file.path);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, file.text);
    }
    return await compile({ ...config, directory: folder }, { ...project, queries: paths });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
