/** A statement that PostgreSQL takes, and that is nested deeper than the analysis follows. */
import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/diagnostic.js';
import { generate } from './generated.js';

test('the query is written, as nullable, with a warning', async () => {
  const sql = `-- name: Q :many\nSELECT ${Array(1600).fill('id').join(' + ')} AS x FROM t;`;
  const { compilation } = await generate('CREATE TABLE t (id integer PRIMARY KEY);', { 'q.sql': sql });
  expect(compilation.queries.map(({ query }) => query.columns.map(({ name, nullable }) => [name, nullable]))).toEqual([[['x', true]]]);
  expect(compilation.problems.map(formatDiagnostic)).toEqual([
    expect.stringContaining('"Q" is nested too deeply to be followed: its columns count as nullable, and no report lists its tables'),
  ]);
});
