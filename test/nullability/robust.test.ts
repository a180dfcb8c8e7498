/** What is not understood is nullable, and nothing throws: not PostgreSQL's refusals to come, nor sheer size. */
import { describe, expect, it } from 'vitest';
import { analyzeSql, useDatabase } from './cases.js';

const repeat = (count: number, text: (index: number) => string, separator: string): string =>
  Array.from({ length: count }, (_item, index) => text(index)).join(separator);

describe('statements beside queries', () => {
  const ground = useDatabase();

  it('EXPLAIN has one column', async () => {
    const { columns } = await analyzeSql(ground(), 'EXPLAIN SELECT * FROM authors');
    expect(columns.map(({ name, nullable }) => [name, nullable])).toEqual([['QUERY PLAN', false]]);
  });

  it.each(['DO $$ BEGIN END $$', 'CREATE TABLE x AS SELECT * FROM authors', 'VACUUM', 'BEGIN', 'SELECT', 'SHOW ALL'])(
    '%s has no columns to tell of',
    async (sql) => {
      expect(await analyzeSql(ground(), sql)).toMatchObject({ columns: [], stars: [] });
    },
  );
});

describe('statements of any size', () => {
  const ground = useDatabase();

  it.each([
    ['a long list', `SELECT id FROM authors WHERE id IN (${repeat(3000, String, ', ')})`],
    ['a long OR', `SELECT id FROM authors WHERE ${repeat(1000, (n) => `id = ${n}`, ' OR ')}`],
    ['many rows', `SELECT column1 FROM (VALUES ${repeat(3000, (n) => `(${n})`, ', ')}) v`],
    ['deep CASE', `SELECT ${repeat(200, (n) => `CASE WHEN id = ${n} THEN ${n} ELSE `, '')}1${' END'.repeat(200)} FROM authors`],
    ['deep COALESCE', `SELECT ${'COALESCE('.repeat(200)}id${', 1)'.repeat(200)} FROM authors`],
    ['deep EXISTS', `SELECT 1 WHERE ${'EXISTS (SELECT 1 WHERE '.repeat(30)}true${')'.repeat(30)}`],
    ['many joins', `SELECT a0.id FROM authors a0 ${repeat(50, (n) => `LEFT JOIN authors a${n + 1} ON a${n + 1}.id = a${n}.id`, ' ')}`],
    ['many arms', repeat(200, (n) => `SELECT ${n} AS a`, ' UNION ALL ')],
  ])('%s is followed', async (_what, sql) => {
    expect((await analyzeSql(ground(), sql)).columns.map(({ nullable }) => nullable)).toEqual([false]);
  });

  it('gives up where an expression is nested deeper than the stack', async () => {
    expect((await analyzeSql(ground(), `SELECT ${repeat(4000, String, ' + ')} AS a`)).columns).toEqual([]);
  });
});
