/**
 * Configuration → generated files, or every error found: the pipeline, stage by stage.
 *
 * A project is opened once (its database, catalog and describer) and can then be compiled any
 * number of times; a query whose text and place did not change is not asked about again.
 */
import { resolve } from 'node:path';
import { checkCoverage, listedRelations } from './compiler/guard/index.js';
import { CompileError, type Diagnostic } from './diagnostic.js';
import {
  type Declaration,
  emit,
  type GeneratedFile,
  overriding,
  type ShapedQuery,
  Shaper,
  unmatchedOverrides,
} from './compiler/emit/index.js';
import { identityOf } from './compiler/identities/index.js';
import { findFunctionCollisions, Naming } from './compiler/names/index.js';
import { storedTypes } from './compiler/types/index.js';
import { loadParser } from './compiler/parse.js';
import type { CompiledQuery } from './compiler/query.js';
import { type AnnotatedQuery, findDuplicateNames, splitQueries } from './compiler/dialect/index.js';
import { type Config, findImportExtension, type Options, type Project, readQueryFiles } from './config/index.js';
import type { Catalog } from './catalog/index.js';
import { causes, rootOf, type SharedDatabase } from './database/index.js';
import { groupBy } from './group-by.js';
import { type Host, openDatabaseOf, type Opened } from './project-database.js';
import { withLineFeeds } from './sql/index.js';
import { compileQuery, type Ground, type QueryOutcome } from './compiler/compile-query.js';

export { databaseKey, type Host } from './project-database.js';

/** Everything that one run over a project found out. */
export interface Compilation {
  readonly files: readonly GeneratedFile[];
  readonly queries: readonly ShapedQuery[];
  /** What the models files declare. */
  readonly declared: readonly Declaration[];
  readonly catalog: Catalog;
  readonly options: Options;
  /** Warnings, and under `keepGoing` the errors of the queries that were left out. */
  readonly problems: readonly Diagnostic[];
}

/** A project with errors, of which some queries could be written without the others. */
export class IncompleteProject extends CompileError {
  constructor(
    diagnostics: readonly Diagnostic[],
    /** How many queries are without an error, and how many there are. */
    readonly sound: number,
    readonly total: number,
  ) {
    super(diagnostics);
  }
}

export interface OpenProject {
  /**
   * Reads the query files as they are now. Throws a `CompileError` with every problem of the project.
   * Asked to `keepGoing`, it returns errors in query files among the problems, and leaves out the queries that
   * have one; where no query can be told, as with a hook between two of them, all of the file's.
   */
  compile(options?: { readonly keepGoing?: boolean }): Promise<Compilation>;
  /** Drops what the run made on a server, and ends its connections. */
  close(): Promise<void>;
}

export async function openProject(config: Config, project: Project, host: Host): Promise<OpenProject> {
  const [opened] = await Promise.all([openDatabaseOf(config, project, host), loadParser()]);
  const session: Session = { config, project, host, opened, known: new Map(), lost: false };
  if (project.options.importExtension === undefined) {
    const { extension, reason } = findImportExtension(outputFolder(config, project), config.directory);
    host.report(`import_extension: ${extension} (${reason})`);
  }
  return {
    compile: ({ keepGoing = false } = {}) => compile(session, keepGoing),
    async close() {
      if (opened.ok) await opened.database.release(session.lost);
    },
  };
}

function outputFolder(config: Config, project: Project): string {
  return resolve(config.directory, project.out);
}

/** What an open project keeps from one compilation to the next. */
interface Session {
  readonly config: Config;
  readonly project: Project;
  readonly host: Host;
  readonly opened: Opened;
  /** The outcome of each query of the last compilation, by its text and place. */
  known: ReadonlyMap<string, QueryOutcome>;
  /** Whether the database has stopped answering. */
  lost: boolean;
}

async function compile(session: Session, keepGoing: boolean): Promise<Compilation> {
  const { config, project, opened } = session;
  const problems: Diagnostic[] = opened.ok
    ? [...opened.warnings, ...causes(opened.database.failures).map(({ diagnostic }) => diagnostic)]
    : [...opened.problems];
  const annotated = await readQueries(config, project, problems);
  const ground = opened.ok ? groundOf(opened.database, project) : undefined;
  const queries = await compileQueries(session, annotated, ground, problems);
  problems.push(...problemsTogether(config, project, annotated, queries, ground));
  const errors = problems.filter(({ severity }) => severity === 'error');
  const faulty = new Set(errors.flatMap((error) => concerned(error, annotated)));
  // What no query is to blame for leaves nothing that could be written.
  const ofAll = errors.filter(({ file }) => file === undefined || file.path === config.file.path);
  if (!ground || ofAll.length > 0 || (errors.length > 0 && !keepGoing)) {
    const sound = ground && ofAll.length === 0 ? annotated.filter((query) => !faulty.has(query)).length : 0;
    throw new IncompleteProject(inOrder(problems, annotated), sound, annotated.length);
  }
  const sound = queries.filter(({ rewritten }) => !faulty.has(rewritten.annotated));
  return { ...generate(config, project, ground, sound), problems: inOrder(problems, annotated) };
}

/** The problems that only all queries together show, and those of the options. */
function problemsTogether(
  config: Config,
  { options }: Project,
  annotated: readonly AnnotatedQuery[],
  queries: readonly CompiledQuery[],
  ground: ProjectGround | undefined,
): readonly Diagnostic[] {
  const functions = queries.map(({ rewritten, hooks }) => ({ annotated: rewritten.annotated, hooked: hooks.length > 0 }));
  const collisions = findFunctionCollisions(functions);
  if (!ground) return collisions;
  const { catalog } = ground;
  const names = annotated.map(({ name }) => name);
  return [
    ...unmatchedOverrides(options.overrides, catalog, config.file),
    ...checkCoverage({ queries, names, guard: options.guard, catalog, configFile: config.file }),
    ...collisions,
  ];
}

function generate(config: Config, project: Project, ground: ProjectGround, sound: readonly CompiledQuery[]): Omit<Compilation, 'problems'> {
  const { options } = project;
  const { catalog } = ground;
  const shaper = new Shaper({
    ...ground,
    options,
    naming: new Naming(catalog, options),
    keysOf: ground.identity?.ofColumn,
    ...storedTypes(catalog, ground),
  });
  const queries = sound.map((query) => shaper.shape(query));
  const importExtension = options.importExtension ?? findImportExtension(outputFolder(config, project), config.directory).extension;
  return { ...emit(queries, shaper, { runtime: options.runtime, importExtension }), queries, catalog, options };
}

async function readQueries(config: Config, project: Project, problems: Diagnostic[]): Promise<readonly AnnotatedQuery[]> {
  try {
    const files = await readQueryFiles(config.directory, project.queries, config.file);
    const split = files.map((file) => splitQueries(withLineFeeds(file)));
    problems.push(...split.flatMap(({ diagnostics }) => diagnostics));
    const queries = split.flatMap((one) => one.queries);
    problems.push(...findDuplicateNames(queries));
    if (queries.length === 0 && problems.every(({ severity }) => severity !== 'error')) {
      problems.push({
        severity: 'error',
        message: `no query in ${project.queries.join(', ')}`,
        file: config.file,
        remedy: 'Put a line such as "-- name: GetThings :many" above each statement.',
      });
    }
    return queries;
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    problems.push(...error.diagnostics);
    return [];
  }
}

/** With what emitting needs beside it. */
interface ProjectGround extends Ground {
  readonly named: SharedDatabase['named'];
}

function groundOf({ catalog, describer, failures, named }: SharedDatabase, project: Project): ProjectGround {
  const identity = project.options.brand === undefined ? undefined : identityOf(catalog);
  return {
    catalog,
    describer,
    identity,
    managed: project.managed,
    inferCasts: project.options.parameters === 'infer',
    causeOf: ({ sqlstate, message }) => rootOf({ code: sqlstate, message }, failures)?.diagnostic,
    listed: listedRelations(project.options.guard, catalog),
    override: overriding(catalog, project.options.overrides),
    named,
  };
}

/** How many queries are under way together, so that the server works on one while another is analysed. */
const AT_ONCE = 16;

/** In the order of the files; progress is a line for each file. */
async function compileQueries(
  session: Session,
  annotated: readonly AnnotatedQuery[],
  ground: Ground | undefined,
  problems: Diagnostic[],
): Promise<readonly CompiledQuery[]> {
  const queries: CompiledQuery[] = [];
  const current = new Map<string, QueryOutcome>();
  // A database that goes away half-way is one problem, and no reason not to look at the rest.
  let answering = ground;
  for (const [path, group] of groupBy(annotated, ({ file }) => file.path)) {
    const started = performance.now();
    for (let from = 0; from < group.length; from += AT_ONCE) {
      const part = group.slice(from, from + AT_ONCE).map((query) => ({ query, key: keyOf(query) }));
      const outcomes = await Promise.all(part.map(async ({ query, key }) => session.known.get(key) ?? compileQuery(query, answering)));
      outcomes.forEach((outcome, index) => {
        const key = part[index]?.key;
        if (outcome.lost !== true && key !== undefined) current.set(key, outcome);
        if (outcome.lost !== true || answering !== undefined) problems.push(...outcome.diagnostics);
        if (outcome.lost === true) {
          answering = undefined;
          session.lost = true;
        }
        if (outcome.query) queries.push(outcome.query);
      });
    }
    session.host.report(`${path}: ${group.length} ${group.length === 1 ? 'query' : 'queries'} in ${seconds(started)}`);
  }
  session.known = current;
  return queries;
}

/** The queries that an error is about: the one that it stands in, or all of its file. */
function concerned({ file, start, query: name }: Diagnostic, annotated: readonly AnnotatedQuery[]): readonly AnnotatedQuery[] {
  const inFile = annotated.filter((query) => query.file.path === file?.path);
  const within = inFile.filter((query) => start !== undefined && start >= query.annotationStart && start < query.end);
  // A diagnostic that names a query outside the parsed ones concerns no query that can be compiled.
  return within.length > 0 || name !== undefined ? within : inFile;
}

/** As an author reads: what no file is to blame for, then the configuration and schema, then the query files line by line. */
function inOrder(problems: readonly Diagnostic[], annotated: readonly AnnotatedQuery[]): readonly Diagnostic[] {
  const files = [...new Set(annotated.map(({ file }) => file.path))];
  const rank = ({ file }: Diagnostic): number => (file === undefined ? -2 : files.indexOf(file.path));
  // Where several stages stumble over one place, the first of them knows best.
  const first = new Map(
    problems
      .map(
        (problem, index) => [problem.start === undefined ? `${index}` : `${problem.file?.path ?? ''}:${problem.start}`, problem] as const,
      )
      .reverse(),
  );
  return [...first.values()].reverse().sort((a, b) => rank(a) - rank(b) || (rank(a) < 0 ? 0 : (a.start ?? 0) - (b.start ?? 0)));
}

/** A query's text with its place, which messages and generated code name. */
function keyOf({ file, line, annotationStart, end, documentation }: AnnotatedQuery): string {
  return [file.path, line, annotationStart, file.text.slice(annotationStart, end), ...documentation].join('\0');
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(2)} s`;
}
