/**
 * `sqlward generate --watch`: the database, its catalog and every described query stay warm, and a
 * save asks only about what it changed.
 *
 * Invariant: after the last change of a burst a run has seen it, and one run ends before the next
 * begins. A file that does not compile is reported, and leaves the generated files as they were.
 */
import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watch as watchFolder, type FSWatcher } from 'chokidar';
import { CompileError } from '../diagnostic.js';
import type { Config, Project } from '../config/index.js';
import type { OpenProject } from '../project.js';
import { changes, write } from './files.js';
import { sayWritten } from './generate.js';
import type { Invocation } from './projects.js';
import { watchList, type PathList } from './watch-paths.js';

/** Editors write in bursts; what comes within this many milliseconds is one save. */
const BURST_MS = 15;
/** The watcher keeps a second change of a file to itself where it comes this soon after the first. */
const WATCHER_HOLDS_BACK_MS = 60;

interface WatchedProject {
  readonly project: Project;
  readonly schema: PathList;
  readonly queries: PathList;
  opened: OpenProject | undefined;
  /** Why the next run compiles it: undefined for no reason, `schema` where its database is out of date too. */
  due: 'queries' | 'schema' | undefined;
  /** Whether a run tells of each file; only one that opens the database does. */
  loud: boolean;
}

interface Session {
  readonly config: Config;
  readonly projects: readonly WatchedProject[];
  readonly watchers: readonly FSWatcher[];
}

/** Runs until it is interrupted; throws only where the configuration cannot be read at the start. */
export async function watch(run: Invocation): Promise<void> {
  const { interrupted } = run.io;
  const changed = new Set<string>();
  let wake = (): void => undefined;
  // As a run last saw each file that ever changed.
  const seen = new Map<string, string>();
  const onChange = (path: string): void => {
    // A late word of what a run has seen already.
    if (seen.get(path) === stateOf(path)) return;
    changed.add(path);
    wake();
  };

  const untilChanged = (): Promise<void> =>
    changed.size > 0 || interrupted.aborted ? Promise.resolve() : new Promise((resolve) => (wake = resolve));
  interrupted.addEventListener('abort', () => wake());

  let session = await startSession(run, await run.readConfig(), onChange);
  for (;;) {
    await runDue(run, session);
    run.printer.flush();
    run.printer.say('Watching for changes.');
    await Promise.race([untilChanged(), sleep(WATCHER_HOLDS_BACK_MS)]);
    for (const [path, state] of seen) if (stateOf(path) !== state) changed.add(path);
    await untilChanged();
    if (interrupted.aborted) break;
    await sleep(BURST_MS);
    const paths = [...changed];
    changed.clear();
    for (const path of paths) seen.set(path, stateOf(path));
    run.printer.say(`\n${describe(run, paths)}`);
    if (paths.includes(resolve(session.config.directory, session.config.file.path))) session = await restart(run, session, onChange);
    else markDue(session, paths);
  }
  await Promise.all(session.watchers.map((watcher) => watcher.close()));
}

async function startSession(run: Invocation, config: Config, onChange: (path: string) => void): Promise<Session> {
  const projects = config.projects.map((project): WatchedProject => {
    const list = (patterns: readonly string[]): PathList => watchList(config.directory, patterns, isFolder);
    return { project, schema: list(project.schema), queries: list(project.queries), opened: undefined, due: 'schema', loud: true };
  });
  const file = resolve(config.directory, config.file.path);
  const matters = (path: string): boolean =>
    path === file || projects.some(({ schema, queries }) => schema.includes(path) || queries.includes(path));
  const folders = [
    { folder: config.directory, depth: 0 },
    ...projects.flatMap(({ schema, queries }) => [...schema.folders, ...queries.folders]),
  ];
  const watchers = await Promise.all(
    folders.map(async ({ folder, depth }) => {
      const watcher = watchFolder(folder, {
        ignoreInitial: true,
        depth,
        ignored: (path, stats) => (stats?.isFile() === true && !matters(path)) || (path !== folder && basename(path) === 'node_modules'),
      });
      watcher.on('all', (_, path) => {
        if (matters(path)) onChange(path);
      });
      watcher.on('error', (error) => run.printer.failure(error));
      await new Promise<void>((ready) => watcher.once('ready', () => ready()));
      return watcher;
    }),
  );
  for (const note of config.notes) run.printer.say(note);
  return { config, projects, watchers };
}

/** The configuration changed: a broken one is reported, and the session before it goes on. */
async function restart(run: Invocation, session: Session, onChange: (path: string) => void): Promise<Session> {
  let config: Config;
  try {
    config = await run.readConfig();
  } catch (error) {
    run.printer.failure(error);
    return session;
  }
  await Promise.all([
    ...session.watchers.map((watcher) => watcher.close()),
    ...session.projects.map((project) => closeProject(run, project)),
  ]);
  return startSession(run, config, onChange);
}

function markDue(session: Session, paths: readonly string[]): void {
  for (const project of session.projects) {
    if (paths.some(project.schema.includes)) project.due = 'schema';
    else if (paths.some(project.queries.includes)) project.due ??= 'queries';
  }
}

async function runDue(run: Invocation, { config, projects }: Session): Promise<void> {
  for (const project of projects) {
    const { due } = project;
    if (due === undefined) continue;
    project.due = undefined;
    const started = performance.now();
    try {
      if (due === 'schema') await closeProject(run, project);
      project.loud = project.opened === undefined;
      project.opened ??= await run.openProject(config, project.project, (line) => {
        if (project.loud) run.printer.say(line);
      });
      const compilation = await project.opened.compile();
      run.printer.problems(compilation.problems);
      const found = await changes(resolve(config.directory, project.project.out), compilation.files);
      await write(found);
      sayWritten(run.printer, found, started);
    } catch (error) {
      run.printer.failure(error);
      // A database that went away is looked for again at the next save.
      if (!(error instanceof CompileError) || error.diagnostics.some(({ file, severity }) => severity === 'error' && file === undefined)) {
        await closeProject(run, project);
      }
    }
  }
}

async function closeProject(run: Invocation, project: WatchedProject): Promise<void> {
  const { opened } = project;
  project.opened = undefined;
  // A connection that is gone cannot be ended in order.
  if (opened) await run.closeProject(opened).catch((error: unknown) => run.printer.failure(error));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Differs after every change that matters. */
function stateOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 'gone' : `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
}

function describe({ printer }: Invocation, paths: readonly string[]): string {
  const names = paths.slice(0, 3).map((path) => printer.shownPath(path));
  return `${names.join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''} changed`;
}
