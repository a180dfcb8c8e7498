/** What is not understood is nullable, and nothing throws: not PostgreSQL's refusals to come, nor sheer size. */
import { describe, expect, it } from 'vitest';
import { analyzeSql, useDatabase } from './cases.js';

const repeat = (count: number, text: (index: number) => string, separator: string): string =>
  Array.from({ length: count }, (_item, index) => text(index)).join(separator);

describe('statements that are not understood', () => {
  const ground = useDatabase();
  const describeColumns = (sql: string): string => analyzeSql(ground(), sql).columns.map(({ name, nullable }) => `${name}${nullable ? '?' : ''}`).join(' ');

  it.each([
    ['a function that is not there', 'SELECT missing(1) AS a, 1 AS b', 'a? b'],
    ['a column that is not there', 'SELECT authors.missing, $1.field FROM authors', 'missing? field?'],
    ['a table that is not there', 'SELECT a, b.c FROM missing b, authors', 'a? c?'],
    ['a name that may be the missing table’s or the query’s around it', 'SELECT (SELECT name FROM missing) AS a, (SELECT max(name) FROM missing) AS b FROM authors', 'a? b?'],
    ['a type that is not there', "SELECT CAST(1 AS missing) AS a, 'x'::missing AS b", 'a? b'],
    ['a window that is not there', 'SELECT sum(id) OVER missing AS a FROM authors', 'a?'],
    ['a position that is not there', 'SELECT count(*) AS a FROM authors GROUP BY 99', 'a'],
    ['CTEs that name each other', 'WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT 1 AS one FROM a', 'one'],
    ['a comparison with a row from a subquery', 'SELECT (1, 2) = (SELECT 1, 2) AS a', 'a?'],
    ['EXPLAIN', 'EXPLAIN SELECT * FROM authors', 'QUERY PLAN'],
  ])('%s', (_what, sql, columns) => {
    expect(describeColumns(sql)).toBe(columns);
  });

  it.each(['CALL x(1)', 'COPY authors TO STDOUT', 'DO $$ BEGIN END $$', 'CREATE TABLE x AS SELECT * FROM authors', 'FETCH ALL FROM c', 'VACUUM', 'BEGIN', 'SELECT', 'SHOW ALL', 'UPDATE missing SET a = 1 RETURNING *'])(
    'has no columns to tell of: %s',
    (sql) => {
      expect(analyzeSql(ground(), sql)).toEqual({ columns: [], stars: [] });
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
  ])('%s is followed', (_what, sql) => {
    expect(analyzeSql(ground(), sql).columns.map(({ nullable }) => nullable)).toEqual([false]);
  });

  it('gives up where an expression is nested deeper than the stack', () => {
    expect(analyzeSql(ground(), `SELECT ${repeat(4000, String, ' + ')}`)).toEqual({ columns: [], stars: [] });
  });
});
