/**
 * The truth test: a project's generated functions against a server, with made-up rows and made-up
 * arguments. A value outside its declared type is a lie, wherever it comes from.
 *
 * The project's schema stands in a scratch database; each fill is a copy of it. All databases are
 * dropped at the end.
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { openProject, type Compilation } from '../../src/generate.js';
import type { Config, Project } from '../../src/config/config.js';
import { createTypeMapper } from '../../src/compiler/types.js';
import { members, describe as describeShape } from './declared/shape.js';
import { fillDatabase, type Filled } from './fill/fill.js';
import { completePartitions } from './fill/partitions.js';
import { readFillSchema, type FillColumn, type FillTable } from './fill/schema.js';
import { createRandom, type Random } from './random.js';
import { drawParams, type Experience } from './run/arguments.js';
import { execute, type Lie, type Target } from './run/execute.js';
import { loadProject, RUNTIME, type LoadedProject } from './run/load.js';
import { readPopulation, type Population } from './run/population.js';
import type { RefusalGroup, Report, ToldLie } from './run/report.js';
import { loadSchemaFiles } from './run/schema.js';
import { connect, quoteIdentifier, quoteLiteral, withDatabase } from './server.js';
import { createTexts } from './values/texts.js';

export interface TruthOptions {
  readonly serverUrl: string;
  readonly config: Config;
  readonly project: Project;
  /** Each seed draws arguments for every function. */
  readonly seeds: number;
  readonly firstSeed?: number;
  /** How many seeds share one filling of the tables. */
  readonly seedsPerFill?: number;
  readonly report?: (line: string) => void;
  /** Changes what was compiled before it is tried; tests plant lies with it. */
  readonly alter?: (compilation: Compilation) => Compilation;
  /** Where the embedded database would keep its data; none is opened here. */
  readonly cacheDirectory?: string;
}

/** Throws a `CompileError` where the project does not compile. */
export async function runTruth(options: TruthOptions): Promise<Report> {
  const started = performance.now();
  const say = options.report ?? ((): void => undefined);
  const scratch = await Scratch.open(options.serverUrl);
  let loaded: LoadedProject | undefined;
  try {
    const template = await scratch.create();
    await loadSchemaFiles(template.url, options.config, options.project);
    const compiled = await compileOn(template.url, options);
    const compilation = options.alter?.(compiled) ?? compiled;
    say(`${String(compilation.queries.length)} queries compiled`);
    loaded = await loadProject(compilation);
    const run = new TruthRun(compilation, loaded);
    const perFill = options.seedsPerFill ?? 20;
    const first = options.firstSeed ?? 1;
    for (let seed = first; seed < first + options.seeds; seed += perFill) {
      const count = Math.min(perFill, first + options.seeds - seed);
      const copy = await scratch.create(template.name);
      await run.fillAndExecute(copy.url, seed, count, seed + count >= first + options.seeds);
      await scratch.drop(copy.name);
      say(`seeds ${String(seed)} to ${String(seed + count - 1)} done`);
    }
    return run.report(options.config.file.path, (performance.now() - started) / 1000);
  } finally {
    await loaded?.remove();
    await scratch.close();
  }
}

async function compileOn(url: string, options: TruthOptions): Promise<Compilation> {
  const project: Project = { ...options.project, database: { kind: 'url', url }, options: { ...options.project.options, runtime: RUNTIME } };
  const open = await openProject(options.config, project, { cacheDirectory: options.cacheDirectory ?? '', report: () => undefined });
  try {
    return await open.compile();
  } finally {
    await open.close();
  }
}

/** Databases that are dropped, whatever happens. */
class Scratch {
  private readonly names = new Set<string>();

  private constructor(
    private readonly admin: pg.Client,
    private readonly serverUrl: string,
  ) {}

  static async open(serverUrl: string): Promise<Scratch> {
    return new Scratch(await connect(serverUrl), serverUrl);
  }

  async create(template = 'template0'): Promise<{ readonly name: string; readonly url: string }> {
    const name = `sqlward_truth_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
    await this.admin.query(`CREATE DATABASE ${name} TEMPLATE ${quoteIdentifier(template)}`);
    this.names.add(name);
    // A copy has everything of its template but the settings that a schema gave to the database.
    const settings = await this.admin.query<{ setting: string }>(
      `SELECT unnest(s.setconfig) AS setting FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = $1 AND s.setrole = 0`,
      [template],
    );
    for (const { setting } of settings.rows) {
      const [parameter = '', ...value] = setting.split('=');
      await this.admin.query(`ALTER DATABASE ${name} SET ${parameter} = ${isList(parameter) ? value.join('=') : quoteLiteral(value.join('='))}`);
    }
    return { name, url: withDatabase(this.serverUrl, name) };
  }

  async drop(name: string): Promise<void> {
    await this.admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    this.names.delete(name);
  }

  async close(): Promise<void> {
    for (const name of [...this.names]) await this.drop(name);
    await this.admin.end();
  }
}

/** Settings whose value is a list of names, which PostgreSQL keeps as it would be written. */
function isList(parameter: string): boolean {
  return parameter === 'search_path';
}

const ATTEMPTS = 6;
const LAST_ATTEMPTS = 60;

interface TargetRecord {
  readonly target: Target;
  readonly experience: Experience;
  executions: number;
  rows: number;
  lastRefusal: string;
}

class TruthRun {
  private readonly records: readonly TargetRecord[];
  private readonly lies = new Map<string, ToldLie>();
  private readonly refusals = new Map<string, RefusalGroup>();
  /** By function and property: whether a row was seen, and one with NULL. */
  private readonly seen = new Map<string, { null: boolean }>();
  private filled: Filled | undefined;
  private fills = 0;
  private executions = 0;
  private rows = 0;
  private values = 0;

  constructor(
    private readonly compilation: Compilation,
    private readonly loaded: LoadedProject,
  ) {
    this.records = loaded.targets.map((target) => ({ target, experience: { good: [], refusal: undefined }, executions: 0, rows: 0, lastRefusal: '' }));
    for (const lie of loaded.lies) this.tell(lie, 0, undefined);
  }

  async fillAndExecute(url: string, firstSeed: number, count: number, last: boolean): Promise<void> {
    const client = await connect(url);
    try {
      await completePartitions(client);
      const schema = await readFillSchema(client);
      const nullElements = this.nullElements();
      // Every other fill leaves out what overflows as soon as anything is computed from it.
      const gentle = this.fills++ % 2 === 0;
      this.filled = await fillDatabase(client, schema, { seed: firstSeed, gentle, nullElements });
      // A query that never ends is refused like any other.
      await client.query(`SET statement_timeout = '2s'`);
      const oids = new Set<number>();
      const typeOids = new Set<number>();
      for (const { query } of this.compilation.queries) {
        for (const relation of [...query.writes, ...query.reads, ...query.parameters.flatMap((parameter) => parameter.column?.relation ?? [])]) oids.add(relation.oid);
        for (const { type } of query.parameters) typeOids.add(type.oid).add(type.elementOid);
      }
      const population = await readPopulation(client, schema, createTexts(schema.types, { gentle }), oids, typeOids, nullElements, createRandom(firstSeed));
      for (let seed = firstSeed; seed < firstSeed + count; seed++) await this.seed(client, population, seed);
      if (last) await this.insist(client, population, firstSeed + count);
    } finally {
      await client.end();
    }
  }

  private async seed(client: pg.Client, population: Population, seed: number): Promise<void> {
    for (const record of this.records) {
      const random = createRandom(seed).fork(`${record.target.functionName} ${record.target.filtering}`);
      await this.tryUntilExecuted(client, population, record, seed, random, ATTEMPTS);
    }
  }

  /** A last chance, with many more arguments, for what PostgreSQL refused with every seed. */
  private async insist(client: pg.Client, population: Population, seed: number): Promise<void> {
    for (const record of this.records) {
      if (record.executions > 0) continue;
      await this.tryUntilExecuted(client, population, record, seed, createRandom(seed).fork(record.target.functionName), LAST_ATTEMPTS);
    }
  }

  private async tryUntilExecuted(client: pg.Client, population: Population, record: TargetRecord, seed: number, random: Random, attempts: number): Promise<void> {
    const { target, experience } = record;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const argument = drawArgument(target, population, experience, attempt, random);
      const outcome = await execute(client, target, argument, population.schema.types);
      if (outcome.kind === 'lie') return this.tell(outcome.lie, seed, argument);
      if (outcome.kind === 'refused') {
        const { sqlstate, message, argument: unreadable } = outcome.refusal;
        experience.refusal = message;
        record.lastRefusal = `${sqlstate} ${message}`;
        const key = `${target.query.query.name} ${sqlstate} ${message.replaceAll(/"[^"]*"|\d+/g, '…')}`;
        const known = this.refusals.get(key);
        this.refusals.set(key, { query: target.query.query.name, sqlstate, message, argument: unreadable || (known?.argument ?? false), count: (known?.count ?? 0) + 1 });
        continue;
      }
      record.executions++;
      record.rows += outcome.rows;
      this.executions++;
      this.rows += outcome.rows;
      this.values += outcome.values;
      for (const column of outcome.columns) {
        const key = `${target.query.query.name}.${column.property}`;
        const seen = this.seen.get(key) ?? { null: false };
        seen.null ||= column.null;
        this.seen.set(key, seen);
      }
      if (isParams(argument) && experience.good.length < 8) experience.good.push(argument);
      return;
    }
  }

  /** The first of its kind is enough. */
  private tell(lie: Lie, seed: number, argument: unknown): void {
    const key = `${lie.query} ${lie.place.replaceAll(/\[\d+\]/g, '[]')} ${lie.problem}`;
    if (!this.lies.has(key)) this.lies.set(key, { ...lie, seed, arguments: argument });
  }

  /** NULL elements stand only where an override declares them. */
  private nullElements(): (table: FillTable, column: FillColumn) => boolean {
    const { catalog, options } = this.compilation;
    const mapper = createTypeMapper(catalog, options, { enumName: (type) => type.name, compositeName: (type) => type.name });
    return (table, column) => {
      const relation = catalog.relations.get(table.oid);
      const own = relation?.columns.find((candidate) => candidate.number === column.number);
      const type = catalog.types.get(column.typeOid);
      return relation !== undefined && own !== undefined && type !== undefined && mapper.override(type, { relation, column: own })?.nullableElements === true;
    };
  }

  report(project: string, seconds: number): Report {
    const nullable: string[] = [];
    const neverNull: string[] = [];
    let notNull = 0;
    for (const query of this.compilation.queries) {
      for (const { property, declaredNullable } of columnsOf(query.row?.fields ?? [])) {
        const key = `${query.query.name}.${property}`;
        const seen = this.seen.get(key);
        if (!declaredNullable) notNull++;
        else {
          nullable.push(key);
          if (seen !== undefined && !seen.null) neverNull.push(key);
        }
      }
    }
    const returning = this.records.filter(({ target }) => target.query.row !== undefined && target.filtering !== 'deny');
    return {
      project,
      queries: this.compilation.queries.length,
      functions: new Set(this.records.map(({ target }) => target.functionName)).size,
      executions: this.executions,
      rows: this.rows,
      values: this.values,
      refusals: [...this.refusals.values()],
      neverExecuted: this.records
        .filter(({ executions }) => executions === 0)
        .map(({ target, lastRefusal }) => ({ query: target.query.query.name, functionName: `${target.functionName}${target.filtering === 'none' ? '' : ` (${target.filtering})`}`, reason: lastRefusal })),
      neverReturned: returning.filter(({ executions, rows }) => executions > 0 && rows === 0).map(({ target }) => target.functionName),
      lies: [...this.lies.values()],
      errors: this.loaded.errors,
      tables: {
        filled: this.filled?.tables.filter(({ rows }) => rows > 0).length ?? 0,
        empty: this.filled?.tables.flatMap(({ table, refusal }) => (refusal === undefined ? [] : [`${table.sql}: ${refusal}`])) ?? [],
      },
      nullable: { columns: nullable.length, neverNull },
      notNull: { columns: notNull },
      seconds,
    };
  }
}

type Fields = NonNullable<Compilation['queries'][number]['row']>['fields'];

function columnsOf(fields: Fields, prefix = ''): { readonly property: string; readonly declaredNullable: boolean }[] {
  return fields.flatMap((field) => {
    const property = `${prefix}${field.property}`;
    if (field.kind === 'column') return [{ property, declaredNullable: field.nullable }];
    const inner = columnsOf(field.fields, `${property}.`);
    return field.embed.nullable ? [{ property, declaredNullable: true }, ...inner] : inner;
  });
}

function isParams(argument: unknown): argument is Readonly<Record<string, unknown>> {
  return typeof argument === 'object' && argument !== null && !Array.isArray(argument);
}

/** One set of params, or several of them for a batch or a copy; undefined where the function takes none. */
function drawArgument(target: Target, population: Population, experience: Experience, attempt: number, random: Random): unknown {
  const { query, declared } = target;
  if (query.parameters === undefined) return undefined;
  const shape = declared.parameters.at(-1)?.shape;
  const object = shape && members(shape).find((member) => member.kind === 'object');
  if (object === undefined) throw new Error(`${target.functionName}: its params are ${shape ? describeShape(shape) : 'missing'}`);
  const one = (): Readonly<Record<string, unknown>> => drawParams(query, object, population, experience, attempt, random);
  const { command } = query.query;
  if (!command.startsWith('batch') && command !== 'copyfrom') {
    const params = one();
    // Where every parameter may be left out, so may the whole argument.
    return query.parameters.optional && Object.keys(params).length === 0 && random.chance(0.5) ? undefined : params;
  }
  const sets = attempt > 1 ? 1 : random.below(4);
  return Array.from({ length: sets }, one);
}
