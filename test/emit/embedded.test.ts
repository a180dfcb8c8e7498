/** The embedded database has other bytes for a constant than a server on most machines: it counts in 32 bits. */
import { expect, test } from 'vitest';
import { generate } from './generated.js';

const SCHEMA = `
CREATE TABLE things (id int PRIMARY KEY, n int, small smallint, big bigint, at timestamptz, label text, done boolean NOT NULL DEFAULT false, tags int[]);
CREATE UNIQUE INDEX ON things (n) WHERE NOT done;
CREATE VIEW first_thing AS SELECT id, COALESCE(n, 0) AS n FROM things ORDER BY id LIMIT 1;
`;

const QUERIES = `
-- name: LimitOne :one
SELECT n FROM things LIMIT 1;

-- name: LimitText :one
SELECT n FROM things LIMIT '1';

-- name: First :one
SELECT * FROM first_thing;

-- name: StandIns :many
SELECT n, small, big, label FROM things WHERE COALESCE(n, 0) > 0 AND COALESCE(small, 0) > 0 AND COALESCE(big, 0) > 0 AND COALESCE(label, '') <> '';

-- name: Branches :many
SELECT CASE WHEN 2 > 1 THEN 1 END AS a, CASE WHEN COALESCE(n, 0) = 0 THEN 0 ELSE n END AS b, lag(id, 1, 0) OVER (ORDER BY id) AS c FROM things;

-- name: Lists :many
SELECT '{1,2}'::int[] AS a, '{1,NULL}'::int[] AS b, '{{1}}'::int[] AS c, n FROM things WHERE n = ANY ('{1,2}') OR n IN (3, 4);

-- name: Times :many
SELECT extract(year FROM timestamptz '2026-01-01') AS a, extract(day FROM interval '1 day') AS b, extract(day FROM date 'infinity') AS c, extract(day FROM at) AS d FROM things;

-- name: Documents :many
SELECT COALESCE(jsonb_agg(id) FILTER (WHERE done), '[]') AS a, jsonb_build_object('n', n, 1, big) AS b, jsonb_build_object('a', jsonb_build_object('b', id)) #> '{a,b}' AS c FROM things GROUP BY n, big, id;

-- name: Partial :one
SELECT id FROM things WHERE n = @n AND done = false;

-- name: Returned :one
INSERT INTO things (id) VALUES (@id) RETURNING *, 1 AS one, NULL::int AS none;
`;

test('types are those of a server', async () => {
  const [embedded, server] = await Promise.all(
    (['embedded', 'server'] as const).map((on) => generate(SCHEMA, { 'q.sql': QUERIES }, '{}', on)),
  );
  expect(embedded?.compilation.problems).toEqual([]);
  expect(embedded?.file('q.ts')).toBe(server?.file('q.ts'));
  expect(server?.file('q.ts')).toContain('n: number;\n  small: number;\n  big: string;\n  label: string;');
});
