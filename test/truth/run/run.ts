/** Every function, with every seed, on one filling after another; and what came of it. */
import { overriding } from '../../../src/compiler/emit/index.js';
import type { Compilation } from '../../../src/project.js';
import type { Relation } from '../../../src/catalog/catalog.js';
import { fillDatabase, type Filled } from '../fill/fill.js';
import { unsettle } from '../fill/unsettle.js';
import { completePartitions } from '../fill/partitions.js';
import { readFillSchema, type FillColumn, type FillTable } from '../fill/schema.js';
import { createRandom, type Random } from '../../support/random.js';
import { createTexts } from '../values/texts.js';
import { drawArgument } from './argument.js';
import type { Experience } from './arguments.js';
import type { Compiled } from './compile.js';
import { Connection } from './connection.js';
import { execute, type Lie, type Limit, type RefusedCall, type Target } from './execute.js';
import type { LoadedProject } from './load.js';
import { readPopulation, type Population } from './population.js';
import { drawSettings } from './session.js';
import { callsOutside, outsideLie } from './outside.js';
import type { RefusalGroup, Report, ToldLie } from './report.js';

const ATTEMPTS = 6;
const LAST_ATTEMPTS = 60;

/** A query that ran into the timeout, or cost the connection, this often is not tried again. */
const MOST_TIMEOUTS = 3;

interface TargetRecord {
  readonly target: Target;
  readonly experience: Experience;
  timeouts: number;
  executions: number;
  rows: number;
  lastRefusal: string;
}

export class TruthRun {
  private readonly records: readonly TargetRecord[];
  private readonly lies = new Map<string, ToldLie>();
  private readonly limits = new Map<string, Limit>();
  private readonly refusals = new Map<string, RefusalGroup>();
  /** By function and property: whether a row was seen, and one with NULL. */
  private readonly seen = new Map<string, { null: boolean }>();
  private filled: Filled | undefined;
  private executions = 0;
  private rows = 0;
  private values = 0;

  private readonly compilation: Compilation;

  constructor(
    private readonly compiled: Compiled,
    private readonly loaded: LoadedProject,
  ) {
    this.compilation = compiled.compilation;
    this.records = loaded.targets.map((target) => ({
      target,
      experience: { good: [], refusal: undefined },
      timeouts: 0,
      executions: 0,
      rows: 0,
      lastRefusal: '',
    }));
    for (const lie of loaded.lies) this.tell(lie, 0, undefined);
  }

  /** `gentle` fills leave out what overflows as soon as anything is computed from it. */
  async fillAndExecute(url: string, fillSeed: number, gentle: boolean, seeds: readonly number[], last: boolean): Promise<void> {
    const connection = new Connection(url);
    try {
      const client = await connection.client();
      await completePartitions(client);
      const schema = await readFillSchema(client);
      const nullElements = this.nullElements();
      await client.query('SET statement_timeout = 0');
      this.filled = await fillDatabase(client, schema, { seed: fillSeed, gentle, nullElements });
      await unsettle(client, schema);
      const oids = new Set<number>();
      const typeOids = new Set<number>();
      for (const { query } of this.compilation.queries) {
        for (const relation of [
          ...query.writes,
          ...query.reads,
          ...query.parameters.flatMap((parameter) => parameter.column?.relation ?? []),
        ])
          oids.add(relation.oid);
        for (const { type } of query.parameters) typeOids.add(type.oid).add(type.elementOid);
      }
      const population = await readPopulation(
        client,
        schema,
        createTexts(schema.types, { gentle }),
        oids,
        typeOids,
        nullElements,
        createRandom(fillSeed),
      );
      await connection.reopen();
      for (const seed of seeds) await this.seed(connection, population, seed);
      if (last) await this.insist(connection, population, (seeds.at(-1) ?? 0) + 1);
    } finally {
      await connection.end();
    }
  }

  private async seed(connection: Connection, population: Population, seed: number): Promise<void> {
    await drawSettings(await connection.client(), createRandom(seed).fork('settings'));
    for (const record of this.records) {
      const random = createRandom(seed).fork(`${record.target.functionName} ${record.target.filtering}`);
      await this.tryUntilExecuted(connection, population, record, seed, random, ATTEMPTS);
    }
  }

  /** A last chance, with many more arguments, for what PostgreSQL refused with every seed; then over tables with place for a row, and over no rows. */
  private async insist(connection: Connection, population: Population, seed: number): Promise<void> {
    for (const record of this.records) {
      const random = createRandom(seed).fork(record.target.functionName);
      const { reads, writes } = record.target.query.query;
      for (const emptied of [[], writes, [...reads, ...writes]]) {
        if (record.executions === 0) await this.tryUntilExecuted(connection, population, record, seed, random, LAST_ATTEMPTS, emptied);
      }
    }
  }

  private async tryUntilExecuted(
    connection: Connection,
    population: Population,
    record: TargetRecord,
    seed: number,
    random: Random,
    attempts: number,
    emptied: readonly Relation[] = [],
  ): Promise<void> {
    const { target, experience } = record;
    // What one seed finds must not hang on the seeds before it.
    experience.refusal = undefined;
    for (let attempt = 0; attempt < attempts && record.timeouts < MOST_TIMEOUTS; attempt++) {
      const drawn = drawArgument(target, population, experience, attempt, random);
      if (!drawn.ok) {
        record.lastRefusal = drawn.reason;
        continue;
      }
      const { argument } = drawn;
      const outcome = await execute(await connection.client(), target, argument, population.schema.types, emptied);
      if (outcome.kind === 'lie') return this.tell(outcome.lie, seed, argument);
      if (outcome.kind === 'limit') {
        this.limits.set(`${outcome.limit.query}.${outcome.limit.column}`, outcome.limit);
        record.lastRefusal = outcome.limit.message;
        continue;
      }
      if (outcome.kind === 'refused') {
        this.note(record, outcome.refusal);
        if (outcome.refusal.sqlstate === 'lost') await connection.reopen();
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
      if (isParams(argument)) {
        if (experience.good.length < 8) experience.good.push(argument);
        for (const { property, given } of callsOutside(target, argument)) {
          const outside = await execute(await connection.client(), target, given, population.schema.types, emptied);
          if (outside.kind === 'ran' && outside.rows > 0) this.tell(outsideLie(target, property, given[property]), seed, given);
        }
      }
      return;
    }
  }

  private note(record: TargetRecord, { sqlstate, message, argument }: RefusedCall): void {
    const { name } = record.target.query.query;
    record.experience.refusal = message;
    record.lastRefusal = `${sqlstate} ${message}`;
    if (sqlstate === '57014' || sqlstate === 'lost') record.timeouts++;
    const key = `${name} ${sqlstate} ${message.replaceAll(/"[^"]*"|\d+/g, '…')}`;
    const known = this.refusals.get(key);
    this.refusals.set(key, {
      query: name,
      sqlstate,
      message,
      argument: argument || (known?.argument ?? false),
      count: (known?.count ?? 0) + 1,
    });
  }

  /** The first of its kind is enough. */
  private tell(lie: Lie, seed: number, argument: unknown): void {
    const key = `${lie.query} ${lie.place.replaceAll(/\[\d+\]/g, '[]')} ${lie.problem}`;
    if (!this.lies.has(key)) this.lies.set(key, { ...lie, seed, arguments: argument });
  }

  /** NULL elements stand only where an override declares them. */
  private nullElements(): (table: FillTable, column: FillColumn) => boolean {
    const { catalog, options } = this.compilation;
    const override = overriding(catalog, options.overrides);
    return (table, column) => {
      const relation = catalog.relations.get(table.oid);
      const own = relation?.columns.find((candidate) => candidate.number === column.number);
      const type = catalog.types.get(column.typeOid);
      return (
        relation !== undefined &&
        own !== undefined &&
        type !== undefined &&
        override(type, { relation, column: own })?.nullableElements === true
      );
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
      limits: [...this.limits.values()],
      unprepared: this.compiled.unprepared,
      uncompiled: this.compiled.uncompiled,
      neverExecuted: this.records
        .filter(({ executions }) => executions === 0)
        .map(({ target, lastRefusal }) => ({
          query: target.query.query.name,
          functionName: `${target.functionName}${target.filtering === 'none' ? '' : ` (${target.filtering})`}`,
          reason: lastRefusal,
        })),
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
