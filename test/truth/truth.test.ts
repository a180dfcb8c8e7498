/** No generated function lies: on queries written for the purpose, by topic, and on the connection logs. */
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import type { Compilation } from '../../src/project.js';
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

/** Changes the generated text; throws where there is nothing to change, so that no test passes by accident. */
function inText(path: string, from: string | RegExp, to: string): (compilation: Compilation) => Compilation {
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

/** Only one file of queries, so that a planted lie is quickly found. */
async function planted(file: string, alter: NonNullable<TruthOptions['alter']>): Promise<Report> {
  const config = loadConfig({
    path: CORPUS,
    text: (await readFile(CORPUS, 'utf8')).replace('queries: queries', `queries: queries/${file}.sql`),
    environment: {},
  });
  const [project] = config.projects;
  if (!project) throw new Error('the corpus has no project');
  return runTruth({ serverUrl: inject('databaseUrl'), config, project, seeds: 4, seedsPerFill: 4, alter });
}

describe('a planted lie is told', { timeout: 120_000 }, () => {
  test('text that declares a left-joined column not null', async () => {
    const report = await planted('joins', inText('joins.ts', /(interface JoinLeftRow \{[^}]*nickname: string) \| null/, '$1'));
    expect(lied(report)).toBe(true);
    const lie = report.lies.find(({ query, place }) => query === 'JoinLeft' && place.endsWith('.nickname'));
    expect(lie).toMatchObject({ functionName: 'joinLeft', problem: 'declared without null, against the model' });
    const seen = report.lies.find(({ query, problem }) => query === 'JoinLeft' && problem === 'declared string');
    expect(seen).toMatchObject({ value: null, seed: 1 });
    expect(
      formatLie(seen ?? report.lies[0] ?? { query: '', functionName: '', place: '', problem: '', value: 0, seed: 0, arguments: 0 }),
    ).toMatch(/^JoinLeft \(joinLeft\) \[\d+\]\.nickname: declared string; value null; seed 1/);
    // The type checker refuses the text too: the decoder gives null.
    expect(report.errors.join()).toContain('joins.ts');
  });

  test('a model and a text that agree on what is not so', async () => {
    const report = await planted('joins', (compilation) => {
      const text = inText(
        'joins.ts',
        /(interface JoinLeftRow \{[^}]*nickname: string) \| null/,
        '$1',
      )(inText('joins.ts', /(name: 'JoinLeft',[^]*?)nickname: r\[(\d)\] \?\? null/, '$1nickname: $$.text(r[$2])')(compilation));
      const queries = text.queries.map((query) => {
        if (query.query.name !== 'JoinLeft' || !query.row) return query;
        const fields = query.row.fields.map((field) =>
          field.kind === 'column' && field.property === 'nickname' ? { ...field, nullable: false } : field,
        );
        return { ...query, row: { ...query.row, fields } };
      });
      return { ...text, queries };
    });
    expect(report.errors).toEqual([]);
    expect(report.lies).toEqual([
      expect.objectContaining({ query: 'JoinLeft', place: '.nickname', problem: 'the declared type cannot hold the value' }),
    ]);
  });

  test('a key of nested JSON that is declared without its null', async () => {
    const report = await planted('json', inText('models.ts', /(type MemberJson = \{[^}]*nickname: string) \| null/, '$1'));
    const lie = report.lies.find(({ query, problem }) => query === 'JsonAggTable' && problem === 'declared string');
    expect(lie).toMatchObject({ value: null, place: expect.stringMatching(/^\[\d+\]\.members\[\d+\]\.nickname$/) as unknown });
  });

  test('a decoder of another type', async () => {
    const report = await planted('commands', inText('commands.ts', /n: \$\.text\(r\[0\]\)/, 'n: $.number(r[0]) as unknown as string'));
    expect(report.errors).toEqual([]);
    expect(report.lies).toEqual([expect.objectContaining({ query: 'CommandManyProvenOne', place: '[0].n', problem: 'declared string' })]);
  });

  test('a cardinality that is not proven', async () => {
    const report = await planted('commands', (compilation) => ({
      ...compilation,
      queries: compilation.queries.map((query) =>
        query.query.name === 'CommandOneOfMany' ? { ...query, query: { ...query.query, cardinality: 'zeroOrOne' as const } } : query,
      ),
    }));
    expect(report.lies).toEqual([expect.objectContaining({ query: 'CommandOneOfMany', problem: 'the model says zeroOrOne' })]);
  });

  test('a union of words, where another word finds rows', async () => {
    const report = await planted('parameters', (compilation) => ({
      ...compilation,
      queries: compilation.queries.map((query) => {
        if (query.query.name !== 'ParameterDynamicOrder' || !query.parameters) return query;
        const fields = query.parameters.fields.map((field) => ({
          ...field,
          parameters: field.parameters.map((parameter) => ({ ...parameter, literals: ['title', 'position'] })),
        }));
        return { ...query, parameters: { ...query.parameters, fields } };
      }),
    }));
    expect(report.lies).toEqual([
      expect.objectContaining({ query: 'ParameterDynamicOrder', place: 'by', problem: 'finds rows by a value outside of its union' }),
    ]);
  });

  test('a parameter that does not take what it declares', async () => {
    const report = await planted(
      'commands',
      inText('commands.ts', 'bind: (p) => [\n    p.slug,\n  ]', 'bind: (p) => [\n    p.slug.padStart(5).at(99)!.trim(),\n  ]'),
    );
    expect(report.lies).toEqual([
      expect.objectContaining({
        query: 'CommandOneByUnique',
        problem: expect.stringMatching(/Error from arguments of the declared types/) as unknown,
      }),
    ]);
  });

  test('a text that PostgreSQL cannot read', async () => {
    const report = await planted('commands', inText('commands.ts', 'WHERE slug = $1', 'WHERE slug = = $1'));
    expect(report.lies).toEqual([
      expect.objectContaining({ query: 'CommandOneByUnique', problem: 'the server cannot take what was sent: 42601' }),
    ]);
  });

  test('a guard that lets rows through', async () => {
    const report = await planted('guarded', inText('guarded.ts', /(DELETE FROM audit_log WHERE id > \$1\n?)`,\n`/, '$1`, ` OR true '));
    expect(report.lies.map(({ query }) => query)).toContain('GuardedDelete');
    expect(report.lies.some(({ problem }) => problem.includes('authorize.none()'))).toBe(true);
  });
});
