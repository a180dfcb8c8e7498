/** `sqlward generate` and `sqlward check`. */
import { resolve } from 'node:path';
import { CompileError, type Diagnostic } from '../diagnostic.js';
import type { Config } from '../config/index.js';
import type { Compilation } from '../project.js';
import { changes, patch, write, type FileChange } from './files.js';
import { count, seconds, type Printer } from './printer.js';
import type { Invocation } from './projects.js';

/**
 * Writes every project's files; throws a `CompileError` with the problems of all of them, and then
 * writes nothing. Asked to `keepGoing`, it leaves out the queries that have an error, and answers
 * whether there was none.
 */
export async function generate(run: Invocation, keepGoing = false): Promise<boolean> {
  const started = performance.now();
  const config = await run.readConfig();
  const { found, leftOut } = await compileAll(run, config, keepGoing);
  await write(found);
  sayWritten(run.printer, found, started);
  return !leftOut;
}

/** Whether the generated files are what `generate` would write; prints a diff where they are not. */
export async function check(run: Invocation): Promise<boolean> {
  const { printer } = run;
  const started = performance.now();
  const config = await run.readConfig();
  const { found } = await compileAll(run, config, false);
  for (const change of found) printer.difference(printer.shownPath(change.path), patch(change, run.io.cwd));
  if (found.length > 0) printer.say(`${count(found.length, 'generated file')} out of date: run sqlward generate.`);
  else printer.say(`Generated files are up to date (${seconds(started)}).`);
  return found.length === 0;
}

/** What came of a run: a line for each file, for who wants them, and a summary. */
export function sayWritten(printer: Printer, found: readonly FileChange[], started: number): void {
  for (const { path, after } of found) printer.detail(`  ${after === undefined ? 'removed' : 'wrote'} ${printer.shownPath(path)}`);
  printer.say(found.length === 0 ? `Nothing changed (${seconds(started)}).` : `${count(found.length, 'file')} written in ${seconds(started)}.`);
}

interface Outdated {
  readonly found: readonly FileChange[];
  /** Whether queries with errors were left out. */
  readonly leftOut: boolean;
}

async function compileAll(run: Invocation, config: Config, keepGoing: boolean): Promise<Outdated> {
  const found: FileChange[] = [];
  let leftOut = false;
  await forEachProject(
    run,
    config,
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
  run: Invocation,
  config: Config,
  use: (compilation: Compilation, folder: string) => Promise<void> | void,
  options: { readonly keepGoing?: boolean } = {},
): Promise<void> {
  const report = (line: string): void => run.printer.say(line);
  for (const note of config.notes) report(note);
  const problems: Diagnostic[] = [];
  for (const project of config.projects) {
    const opened = await run.openProject(config, project, report);
    await collect(problems, async () => {
      const compilation = await opened.compile(options);
      run.printer.problems(compilation.warnings, 'the queries they stand in are left out');
      await use(compilation, resolve(config.directory, project.out));
    });
    // What a lost connection leaves on a server is a problem of its own, beside the loss.
    await collect(problems, () => run.closeProject(opened));
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
