/** `sqlward generate`, and how commands go through projects. */
import { resolve } from 'node:path';
import { CompileError, formatDiagnostic, type Diagnostic } from '../diagnostic.js';
import type { Config } from '../config/index.js';
import { IncompleteProject, type Compilation } from '../project.js';
import { changes, write, type FileChange } from './files.js';
import { IncompleteRun, type Verb } from './incomplete-run.js';
import { count, seconds, type Printer } from './printer.js';
import type { Invocation } from './projects.js';

/**
 * Writes every project's files; throws an `IncompleteRun` with the problems of all of them, and then
 * writes nothing. Asked to `keepGoing`, it leaves out the queries that have an error, and answers
 * whether there was none.
 */
export async function generate(run: Invocation, keepGoing = false): Promise<boolean> {
  const started = performance.now();
  const config = await run.readConfig();
  const { found, complete } = await compileAll(run, config, keepGoing, 'written');
  await write(found);
  sayWritten(run.printer, found, started);
  return complete;
}

/** What came of a run: a line for each file, for who wants them, and a summary. */
export function sayWritten(printer: Printer, found: readonly FileChange[], started: number): void {
  for (const { path, after } of found) printer.detail(`  ${after === undefined ? 'removed' : 'wrote'} ${printer.shownPath(path)}`);
  printer.say(
    found.length === 0 ? `Nothing changed (${seconds(started)}).` : `${count(found.length, 'file')} written in ${seconds(started)}.`,
  );
}

interface Outdated {
  readonly found: readonly FileChange[];
  /** Whether no query with an error was left out. */
  readonly complete: boolean;
}

export async function compileAll(run: Invocation, config: Config, keepGoing: boolean, verb: Verb): Promise<Outdated> {
  const found: FileChange[] = [];
  const complete = await forEachProject(
    run,
    config,
    async (compilation, folder) => {
      found.push(...(await changes(folder, compilation.files)));
    },
    { keepGoing, verb },
  );
  return { found, complete };
}

/**
 * Compiles project after project, so that one run reports the errors of all, each once however many
 * entries share it. Answers whether there were none; throws an `IncompleteRun` where there were, unless
 * it was asked to `keepGoing`.
 */
export async function forEachProject(
  run: Invocation,
  config: Config,
  use: (compilation: Compilation, folder: string) => Promise<void> | void,
  { keepGoing = false, verb }: { readonly keepGoing?: boolean; readonly verb: Verb },
): Promise<boolean> {
  const report = (line: string): void => run.printer.say(line);
  for (const note of config.notes) report(note);
  const told = new Set<string>();
  const unseen = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
    diagnostics.filter((diagnostic) => {
      const text = formatDiagnostic(diagnostic);
      return !told.has(text) && told.add(text);
    });
  const problems: Diagnostic[] = [];
  let sound = 0;
  let total = 0;
  let complete = true;
  let used = 0;
  const collect = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      complete = false;
      if (error instanceof IncompleteProject) {
        sound += error.sound;
        total += error.total;
      }
      problems.push(...unseen(error.diagnostics));
    }
  };
  run.expect(config.projects);
  for (const project of config.projects) {
    const opened = await run.openProject(config, project, report);
    await collect(async () => {
      const compilation = await opened.compile({ keepGoing });
      sound += compilation.queries.length;
      total += compilation.queries.length;
      complete &&= compilation.problems.every(({ severity }) => severity !== 'error');
      run.printer.problems(unseen(compilation.problems), 'the queries they stand in are left out');
      used++;
      await use(compilation, resolve(config.directory, project.out));
    });
    // What a lost connection leaves on a server is a problem of its own, beside the loss.
    await collect(() => run.closeProject(opened));
  }
  if (problems.length > 0 && (!keepGoing || used === 0)) throw new IncompleteRun(problems, verb, sound, total);
  if (problems.length > 0) run.printer.problems(problems, 'the entries that they concern are left out');
  return complete;
}
