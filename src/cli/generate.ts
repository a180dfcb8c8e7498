/** `sqlward generate` and `sqlward check`. */
import { relative, resolve } from 'node:path';
import { CompileError, type Diagnostic } from '../diagnostic.js';
import type { Config } from '../config/index.js';
import type { Compilation } from '../project.js';
import { changes, patch, write, type FileChange } from './files.js';
import { count, print, printProblems, seconds } from './print.js';
import { closeOne, openOne, readConfig, type CommonOptions } from './projects.js';

/**
 * Writes every project's files; throws a `CompileError` with the problems of all of them, and then
 * writes nothing. Asked to `keepGoing`, it leaves out the queries that have an error, and answers
 * whether there was none.
 */
export async function generate(options: CommonOptions, keepGoing = false): Promise<boolean> {
  const started = performance.now();
  const config = await readConfig(options);
  const { found, leftOut } = await compileAll(config, print, keepGoing);
  await write(found);
  for (const change of found) print(`  ${change.after === undefined ? 'removed' : 'wrote'} ${relative(process.cwd(), change.path)}`);
  print(found.length === 0 ? `Nothing changed (${seconds(started)}).` : `${count(found.length, 'file')} written in ${seconds(started)}.`);
  return !leftOut;
}

/** Whether the generated files are what `generate` would write; prints a diff where they are not. */
export async function check(options: CommonOptions): Promise<boolean> {
  const started = performance.now();
  const config = await readConfig(options);
  const { found } = await compileAll(config, print, false);
  for (const change of found) print(patch(change, process.cwd()));
  if (found.length > 0) print(`${count(found.length, 'generated file')} out of date: run codegen.`);
  else print(`Generated files are up to date (${seconds(started)}).`);
  return found.length === 0;
}

interface Outdated {
  readonly found: readonly FileChange[];
  /** Whether queries with errors were left out. */
  readonly leftOut: boolean;
}

async function compileAll(config: Config, report: (line: string) => void, keepGoing: boolean): Promise<Outdated> {
  const found: FileChange[] = [];
  let leftOut = false;
  await forEachProject(
    config,
    report,
    async (compilation, folder) => {
      leftOut ||= compilation.warnings.some(({ severity }) => severity === 'error');
      found.push(...(await changes(folder, compilation.files)));
    },
    { keepGoing },
  );
  return { found, leftOut };
}

/** Compiles project after project, so that one run reports the errors of all. */
export async function forEachProject(
  config: Config,
  report: (line: string) => void,
  use: (compilation: Compilation, folder: string) => Promise<void> | void,
  options: { readonly keepGoing?: boolean } = {},
): Promise<void> {
  for (const note of config.notes) report(note);
  const problems: Diagnostic[] = [];
  for (const project of config.projects) {
    const opened = await openOne(config, project, report);
    await collect(problems, async () => {
      const compilation = await opened.compile(options);
      printProblems(compilation.warnings, 'the queries they stand in are left out');
      await use(compilation, resolve(config.directory, project.out));
    });
    // What a lost connection leaves on a server is a problem of its own, beside the loss.
    await collect(problems, () => closeOne(opened));
  }
  if (problems.length > 0) throw new CompileError(problems);
}

async function collect(problems: Diagnostic[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    problems.push(...error.diagnostics);
  }
}
