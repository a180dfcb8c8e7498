/** No generated function lies: on queries written for the purpose, by topic, and on the connection logs. */
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { formatLie, formatReport, lied, type Report } from './run/report.js';
import { withClient } from '../support/database.js';
import { makeDisk } from '../support/disk.js';
import { jsonQueries } from './json-queries.js';
import { textRows } from './server.js';
import { runTruth, type TruthOptions } from './truth.js';

const ROOT = resolve(import.meta.dirname, '../..');
const CORPUS = join(import.meta.dirname, 'corpus/sqlc.yaml');

async function truthOf(path: string, options: Partial<TruthOptions> & { readonly seeds: number }): Promise<Report> {
  const config = loadConfig({ path, text: await readFile(path, 'utf8'), environment: {} });
  const [project] = config.projects;
  if (!project) throw new Error(`${path} has no project`);
  return runTruth({ serverUrl: inject('databaseUrl'), config, project, ...options });
}

describe('no lie', () => {
  test('on the corpus', { timeout: 240_000 }, async () => {
    const report = await truthOf(CORPUS, { seeds: 6, seedsPerFill: 3 });
    console.log(formatReport(report, false));
    expect(report.lies.map(formatLie)).toEqual([]);
    expect(report.errors).toEqual([]);
    expect(report.neverExecuted).toEqual([]);
    expect(report.tables.empty).toEqual([]);
    expect(report.refusals.filter(({ argument }) => argument)).toEqual([]);
    expect(report.queries).toBeGreaterThanOrEqual(350);
    expect(report.executions).toBeGreaterThan(report.functions * 4);
    expect(report.values).toBeGreaterThan(100_000);
    // What can return a row does, but for the queries made to return none, or next to none.
    expect(report.neverReturned.length).toBeLessThan(20);
  });

  test('on the connection logs', { timeout: 120_000 }, async () => {
    const report = await truthOf(join(ROOT, 'sqlc.yaml'), { seeds: 10, seedsPerFill: 5 });
    expect(report.lies.map(formatLie)).toEqual([]);
    expect(report.errors).toEqual([]);
    expect(report.neverExecuted).toEqual([]);
    expect(report.tables.empty).toEqual([]);
    expect(report.queries).toBe(6);
  });
});

test('no lie in JSON that random queries make', { timeout: 240_000 }, async () => {
  const schema = join(import.meta.dirname, 'corpus/schema');
  const files = await Promise.all(
    (await readdir(schema)).map(async (name) => [`schema/${name}`, await readFile(join(schema, name), 'utf8')]),
  );
  const [version] = await withClient(inject('databaseUrl'), (client) => textRows(client, 'SHOW server_version_num'));
  const queries = jsonQueries(1, 60, Number(version?.['server_version_num']) >= 160_000);
  const disk = await makeDisk({
    ...Object.fromEntries(files),
    'queries/random.sql': queries,
    'sqlc.yaml': (await readFile(CORPUS, 'utf8')).replace('options:', 'options:\n          int8: bigint'),
  });
  try {
    const report = await truthOf(join(disk.folder, 'sqlc.yaml'), { seeds: 2, seedsPerFill: 2 });
    expect(report.lies.map(formatLie)).toEqual([]);
    expect(report.errors).toEqual([]);
    expect(report.queries).toBe(60);
    expect(report.values).toBeGreaterThan(20_000);
  } finally {
    await disk.drop();
  }
});

type Alteration = NonNullable<TruthOptions['alter']>;

/** Changes the generated text; throws where there is nothing to change, so that no test passes by accident. */
function inText(path: string, from: string | RegExp, to: string): Alteration {
  return (compilation) => {
    let changed = false;
    const files = compilation.files.map((file) => {
      if (file.path !== path) return file;
      const text = file.text.replace(from, to);
      changed ||= text !== file.text;
      return { ...file, text };
    });
    if (!changed) throw new Error(`${path} has no ${String(from)}`);
    return { ...compilation, files };
  };
}

/** Some files of the corpus, compiled once for all lies. */
async function planted(files: readonly string[], alterations: readonly Alteration[]): Promise<Report> {
  const config = loadConfig({
    path: CORPUS,
    text: (await readFile(CORPUS, 'utf8')).replace(
      'queries: queries',
      `queries: [${files.map((file) => `queries/${file}.sql`).join(', ')}]`,
    ),
    environment: {},
  });
  const [project] = config.projects;
  if (!project) throw new Error('the corpus has no project');
  const alter: Alteration = (compilation) => alterations.reduce((altered, one) => one(altered), compilation);
  return runTruth({ serverUrl: inject('databaseUrl'), config, project, seeds: 4, seedsPerFill: 4, alter });
}

describe('a planted lie is told', { timeout: 120_000 }, () => {
  const alterations: Alteration[] = [];
  const liars: string[] = [];
  let report: Report;
  beforeAll(async () => {
    report = await planted(['joins', 'json', 'commands', 'parameters', 'guarded'], alterations);
  });

  /** Plants a lie in a query that has no other, and checks what is told of that query. */
  const lie = (what: string, query: string, alteration: Alteration, check: (told: Report['lies']) => void): void => {
    alterations.push(alteration);
    liars.push(query);
    test(what, () => check(report.lies.filter((one) => one.query === query)));
  };

  lie(
    'text that declares a left-joined column not null',
    'JoinLeft',
    inText('joins.ts', /(interface JoinLeftRow \{[^}]*nickname: string) \| null/, '$1'),
    (told) => {
      expect(told.find(({ place }) => place.endsWith('.nickname'))).toMatchObject({
        functionName: 'joinLeft',
        problem: 'declared without null, against the model',
      });
      const seen = told.find(({ problem }) => problem === 'declared string');
      expect(seen).toMatchObject({ value: null, seed: 1 });
      expect(formatLie(seen ?? expect.fail('no value is told'))).toMatch(
        /^JoinLeft \(joinLeft\) \[\d+\]\.nickname: declared string; value null; seed 1/,
      );
    },
  );

  lie(
    'a model and a text that agree on what is not so',
    'JoinLeftThenLeft',
    (compilation) => {
      const text = inText(
        'joins.ts',
        /(interface JoinLeftThenLeftRow \{[^}]*email: string) \| null/,
        '$1',
      )(inText('joins.ts', /(name: 'JoinLeftThenLeft',[^]*?)email: r\[(\d)\] \?\? null/, '$1email: $$.text(r[$2])')(compilation));
      const queries = text.queries.map((query) => {
        if (query.query.name !== 'JoinLeftThenLeft' || !query.row) return query;
        const fields = query.row.fields.map((field) =>
          field.kind === 'column' && field.property === 'email' ? { ...field, nullable: false } : field,
        );
        return { ...query, row: { ...query.row, fields } };
      });
      return { ...text, queries };
    },
    (told) => expect(told).toEqual([expect.objectContaining({ place: '.email', problem: 'the declared type cannot hold the value' })]),
  );

  lie(
    'a key of nested JSON that is declared without its null',
    'JsonAggTable',
    inText('models.ts', /(type MemberJson = \{[^}]*nickname: string) \| null/, '$1'),
    (told) =>
      expect(told.find(({ problem }) => problem === 'declared string')).toMatchObject({
        value: null,
        place: expect.stringMatching(/^\[\d+\]\.members\[\d+\]\.nickname$/) as unknown,
      }),
  );

  lie(
    'a decoder of another type',
    'CommandManyProvenOne',
    inText('commands.ts', /n: \$\.text\(r\[0\]\)/, 'n: $.number(r[0]) as unknown as string'),
    (told) => expect(told).toEqual([expect.objectContaining({ place: '[0].n', problem: 'declared string' })]),
  );

  lie(
    'a cardinality that is not proven',
    'CommandOneOfMany',
    (compilation) => ({
      ...compilation,
      queries: compilation.queries.map((query) =>
        query.query.name === 'CommandOneOfMany' ? { ...query, query: { ...query.query, cardinality: 'zeroOrOne' as const } } : query,
      ),
    }),
    (told) => expect(told).toEqual([expect.objectContaining({ problem: 'the model says zeroOrOne' })]),
  );

  lie(
    'a union of words, where another word finds rows',
    'ParameterDynamicOrder',
    (compilation) => ({
      ...compilation,
      queries: compilation.queries.map((query) => {
        if (query.query.name !== 'ParameterDynamicOrder' || !query.parameters) return query;
        const fields = query.parameters.fields.map((field) => {
          const [first, ...others] = field.parameters.map((parameter) => ({ ...parameter, literals: ['title', 'position'] }));
          return first ? { ...field, parameters: [first, ...others] as const } : field;
        });
        return { ...query, parameters: { ...query.parameters, fields } };
      }),
    }),
    (told) => expect(told).toEqual([expect.objectContaining({ place: 'by', problem: 'finds rows by a value outside of its union' })]),
  );

  lie(
    'a parameter that does not take what it declares',
    'CommandOneByUnique',
    inText('commands.ts', 'bind: (p) => [\n    p.slug,\n  ]', 'bind: (p) => [\n    p.slug.padStart(5).at(99)!.trim(),\n  ]'),
    (told) =>
      expect(told).toEqual([
        expect.objectContaining({ problem: expect.stringMatching(/Error from arguments of the declared types/) as unknown }),
      ]),
  );

  lie('a text that PostgreSQL cannot read', 'CommandOneUnproven', inText('commands.ts', 'WHERE title = $1', 'WHERE title = = $1'), (told) =>
    expect(told).toEqual([expect.objectContaining({ problem: 'the server cannot take what was sent: 42601' })]),
  );

  lie(
    'a guard that lets rows through',
    'GuardedDelete',
    inText('guarded.ts', /(DELETE FROM audit_log WHERE id > \$1\n?)`,\n`/, '$1`, ` OR true '),
    (told) => expect(told.some(({ problem }) => problem.includes('authorize.none()'))).toBe(true),
  );

  test('and of no other query is any', () => {
    expect(lied(report)).toBe(true);
    // Other queries have the model of nested JSON, too.
    const others = report.lies.filter(({ query, place }) => !liars.includes(query) && !/\.nickname$/.test(place));
    expect(others.map(formatLie)).toEqual([]);
    expect(report.lies.filter(({ query }) => !liars.includes(query)).every(({ query }) => query.startsWith('Json'))).toBe(true);
    // The type checker refuses the text that declares a column not null, too: the decoder gives null. The other lies are well typed.
    expect(report.errors).toEqual([expect.stringMatching(/^joins\.ts:/)]);
  });
});
