/**
 * `sqlc.yaml` → `Config`, or every problem of the file at its line.
 *
 * Invariant: a file that sqlc itself accepts for PostgreSQL is accepted, given a place for the
 * output; an entry or an option that would change the result is never dropped without a note.
 */
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { CompileError, type Diagnostic } from '../diagnostic.js';
import { positionAt, type SourceFile } from '../sql/index.js';
import type { Config, Project } from './config.js';
import { chooseDatabase } from './database-choice.js';
import { locateDocument, type LocatedDocument, type Path } from './document.js';
import { PLUGIN, readSqlcFile, type Entry, type PluginEntry, type SqlcFile } from './entry.js';
import { nearest } from './nearest.js';
import { DEFAULTS, readOptions, type Naming } from './options.js';
import { pathText, reporter, type Report } from './problems.js';

/** The names that a configuration is looked for under, in this order. */
export const CONFIG_NAMES = ['sqlc.yaml', 'sqlc.yml', 'sqlc.json'] as const;

export interface LoadInput {
  /** Of the file, absolute or relative to the working directory. */
  readonly path: string;
  readonly text: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The output folder of the command line, relative to the working directory; wins over the file's. */
  readonly out?: string | undefined;
  /** The database of the command line; wins over the file's and over `DATABASE_URL`. */
  readonly databaseUrl?: string | undefined;
  /** Asks the embedded database, whatever else is configured. */
  readonly embedded?: boolean | undefined;
}

/** Reads and validates a configuration; throws a `CompileError` with every problem found. */
export function loadConfig(input: LoadInput): Config {
  const directory = dirname(resolve(input.path));
  const file: SourceFile = { path: basename(input.path), text: input.text };
  const document = locateDocument(file);
  const problems: Diagnostic[] = [];
  const report = reporter(document, problems);
  const notes: { readonly line: number; readonly text: string }[] = [];
  const note = (path: Path, text: string): void => {
    const { line } = positionAt(file.text, document.keyRange(path).start);
    notes.push({ line, text: `${file.path}:${line}: ${pathText(path)}: ${text}` });
  };

  const sqlc = readSqlcFile(document, report);
  const projects: Project[] = [];
  if (sqlc !== undefined) {
    for (const target of chooseTargets(sqlc, input.out, directory, document, report, note)) {
      const { entry, plugin } = target;
      const optionsPath = plugin === undefined ? [] : [...plugin.path, 'options'];
      const options = plugin === undefined ? DEFAULTS : plugin.options;
      const database = chooseDatabase(
        entry,
        sqlc,
        { environment: input.environment, databaseUrl: input.databaseUrl, embedded: input.embedded },
        document,
        report,
        note,
      );
      if (options === undefined) continue;
      projects.push({
        name: entry.name,
        schema: entry.schema,
        queries: entry.queries,
        out: target.out,
        database,
        managed: entry.database !== undefined && entry.asksDatabase,
        options: readOptions(options, optionsPath, namingOf(entry, sqlc), document),
      });
    }
  }
  if (sqlc !== undefined) noteGo(sqlc.entries, note);
  if (problems.length > 0) throw new CompileError(problems.sort((a, b) => (a.start ?? 0) - (b.start ?? 0)));
  return { file, directory, projects, notes: notes.sort((a, b) => a.line - b.line).map(({ text }) => text) };
}

interface Target {
  readonly entry: Entry;
  readonly plugin: PluginEntry | undefined;
  readonly out: string;
}

/**
 * What is generated, and where to: the entries that name the plugin; or, where none does and the
 * command line gives a folder, every PostgreSQL entry.
 */
function chooseTargets(
  sqlc: SqlcFile,
  commandLineOut: string | undefined,
  directory: string,
  document: LocatedDocument,
  report: Report,
  note: (path: Path, text: string) => void,
): Target[] {
  const namesKnown = checkPluginNames(sqlc, document, report);
  const named = sqlc.entries.flatMap((entry) =>
    entry.codegen.filter(({ plugin }) => plugin === PLUGIN).map((plugin) => ({ entry, plugin })),
  );
  const chosen = named.length > 0 ? named : sqlc.entries.map((entry) => ({ entry, plugin: undefined }));
  for (const entry of sqlc.entries) {
    if (named.length > 0 && !named.some((one) => one.entry === entry))
      note(entry.path, `passed over: it has no codegen entry for ${PLUGIN}`);
  }
  const usable = chosen.filter(({ entry, plugin }) => {
    if (entry.engine === 'postgresql') return true;
    if (plugin === undefined && sqlc.entries.some(({ engine }) => engine === 'postgresql')) {
      note(entry.path, `passed over: its engine is ${entry.engine}`);
    } else {
      report(
        document.valueRange([...entry.path, 'engine']),
        `the engine ${entry.engine} is not supported`,
        'sqlward asks PostgreSQL: write engine: postgresql, or leave this entry to sqlc.',
      );
    }
    return false;
  });
  if (commandLineOut !== undefined) {
    const out = relativeOut(directory, commandLineOut);
    const folders = distinctFolders(usable.map(({ entry }) => entry));
    return usable.map((target, index) => ({ ...target, out: usable.length === 1 ? out : `${out}/${folders[index] ?? index}` }));
  }
  if (named.length === 0) {
    // With an entry that could not be read or names no known plugin, nobody knows whether this one was meant.
    const first = usable[0];
    if (first !== undefined && !sqlc.incomplete && namesKnown) {
      report(
        document.keyRange(first.entry.path),
        `${pathText(first.entry.path)} does not say where the TypeScript goes`,
        first.entry.path[0] === 'sql'
          ? `Add "codegen: [{plugin: ${PLUGIN}, out: generated}]" to the entry, or name the folder with --out.`
          : 'Name the folder with --out: version 1 of the file has no place for it.',
      );
    }
    return usable.map((target) => ({ ...target, out: '' }));
  }
  return distinctOutputs(named, usable, document, report);
}

function distinctOutputs(
  named: readonly { readonly entry: Entry; readonly plugin: PluginEntry }[],
  usable: readonly { readonly entry: Entry; readonly plugin: PluginEntry | undefined }[],
  document: LocatedDocument,
  report: Report,
): Target[] {
  const outputs = new Map<string, PluginEntry>();
  for (const { plugin } of named) {
    const earlier = outputs.get(tidy(plugin.out));
    if (earlier !== undefined) {
      report(
        document.valueRange([...plugin.path, 'out']),
        `${pathText(earlier.path)} writes to ${tidy(plugin.out)} too`,
        'Give each entry a folder of its own.',
      );
    }
    outputs.set(tidy(plugin.out), plugin);
  }
  return usable.flatMap(({ entry, plugin }) => (plugin === undefined ? [] : [{ entry, plugin, out: tidy(plugin.out) }]));
}

/** Whether every `codegen` entry names a plugin that exists. */
function checkPluginNames(sqlc: SqlcFile, document: LocatedDocument, report: Report): boolean {
  const unknown = sqlc.entries
    .flatMap((entry) => entry.codegen)
    .filter(({ plugin }) => plugin !== PLUGIN && !sqlc.pluginNames.includes(plugin));
  for (const { path, plugin } of unknown) {
    const near = nearest(plugin, [PLUGIN, ...sqlc.pluginNames]);
    report(
      document.valueRange([...path, 'plugin']),
      `no plugin is called "${plugin}"`,
      near === undefined ? `Write "${PLUGIN}", or list the plugin under "plugins".` : `Write "${near}" instead.`,
    );
  }
  return unknown.length === 0;
}

/** A folder name for each of several entries that go below one folder. */
function distinctFolders(entries: readonly Entry[]): string[] {
  const taken = new Set<string>();
  return entries.map((entry, index) => {
    const wanted = entry.name ?? (entry.go?.package === undefined ? entry.go?.out : String(entry.go.package)) ?? String(index + 1);
    const base = (wanted.split('/').findLast((step) => /[^.]/.test(step)) ?? String(index + 1)).replace(/[^\p{L}\p{N}_.-]+/gu, '-');
    let name = base;
    for (let copy = 2; taken.has(name); copy++) name = `${base}_${copy}`;
    taken.add(name);
    return name;
  });
}

function relativeOut(directory: string, out: string): string {
  const path = relative(directory, resolve(out));
  return isAbsolute(path) ? path : tidy(path.split(sep).join('/'));
}

function tidy(path: string): string {
  return path.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '') || '.';
}

function namingOf(entry: Entry, sqlc: SqlcFile): Naming {
  return {
    rename: { ...entry.go?.rename, ...sqlc.globalRename },
    emitExactTableNames: entry.go?.emit_exact_table_names ?? false,
    omitUnusedStructs: entry.go?.omit_unused_structs ?? false,
    inflectionExcludeTableNames: entry.go?.inflection_exclude_table_names ?? [],
  };
}

/** Once for all entries. */
function noteGo(entries: readonly Entry[], note: (path: Path, text: string) => void): void {
  const passedOver = entries.filter(({ go }) => (go?.passedOver.length ?? 0) > 0);
  const [first, ...others] = passedOver;
  if (first === undefined) return;
  const path = first.path[0] === 'sql' ? [...first.path, 'gen', 'go'] : first.path;
  const keys = [...new Set(passedOver.flatMap(({ go }) => go?.passedOver ?? []))];
  const alike = others.length === 0 ? '' : ` (and in ${others.length} more ${others.length === 1 ? 'entry' : 'entries'})`;
  note(path, `passed over what only means something to Go: ${keys.join(', ')}${alike}`);
}
