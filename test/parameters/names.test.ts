import { describe, expect, test } from 'vitest';
import { analyzed, useSchema } from './analyze.js';

useSchema();

test.for<[sql: string, names: string]>([
  // One parameter, and several.
  ['SELECT id FROM users WHERE id = $1', 'id'],
  ['SELECT id FROM users WHERE id = $1::bigint', 'dollar_1'],
  ['SELECT id FROM users WHERE id = $1::bigint AND name = $2', 'column_1 name'],
  ['SELECT id FROM users WHERE id = @the_id::bigint AND name = @x', 'the_id x'],
  ["SELECT id FROM users WHERE id = sqlc.arg('FooBar')", 'FooBar'],
  // LIMIT and OFFSET, bare and not.
  ['SELECT id FROM users LIMIT $1 OFFSET $2', 'limit offset'],
  ['SELECT id FROM users LIMIT $1::int OFFSET $2 + 1', 'column_1 column_2'],
  ['SELECT id FROM users LIMIT coalesce($1, 10)', 'dollar_1'],
  ['SELECT id FROM users WHERE age > $1 LIMIT $1', 'limit'],
  ['SELECT id FROM users WHERE id IN (SELECT user_id FROM books WHERE title = $1 LIMIT $2) LIMIT $3', 'title limit limit_2'],
  // INSERT.
  ['INSERT INTO users (name, bio) VALUES ($1, $2)', 'name bio'],
  ['INSERT INTO users (name, bio) VALUES ($1, $2), ($3, $4)', 'name bio name_2 bio_2'],
  ["INSERT INTO users (name, bio) VALUES (lower($1), coalesce($2, ''))", 'lower column_2'],
  ['INSERT INTO users (name, bio) VALUES ($1::text, $2)', 'column_1 bio'],
  ['INSERT INTO users (name, bio) SELECT $1, isbn FROM books WHERE title = $2', 'name title'],
  ['INSERT INTO users (name) SELECT unnest($1::text[])', 'dollar_1'],
  ['INSERT INTO users VALUES ($1, $2)', 'column_1 column_2'],
  [
    'INSERT INTO users (name) VALUES ($1) ON CONFLICT (id) DO UPDATE SET name = $2, bio = coalesce($3, users.bio) WHERE users.age > $4',
    'name name_2 bio age',
  ],
  // UPDATE.
  ['UPDATE users SET name = $1, bio = $2 WHERE id = $3', 'name bio id'],
  ['UPDATE users SET name = $2 WHERE id = $1', 'id name'],
  ['UPDATE users SET name = coalesce($1, name), age = age + $2 WHERE id = $3', 'name age id'],
  ['UPDATE users SET (name, bio) = ($1, $2) WHERE id = $3', 'name bio id'],
  ['UPDATE users SET (name, bio) = ($1, lower($2)) WHERE id = $3', 'name lower id'],
  ['UPDATE users SET bio = CASE WHEN $1 THEN $2 ELSE bio END WHERE id = $3', 'bio bio_2 id'],
  ["UPDATE users SET data = jsonb_set(coalesce(data, '{}'), ARRAY[$2], to_jsonb($3)) WHERE id = $1", 'id column_2 to_jsonb'],
  ['DELETE FROM users WHERE id = $1 AND name = $2', 'id name'],
  // Operators.
  ['SELECT id FROM users WHERE $1 = name', 'name'],
  ['SELECT id FROM users u WHERE lower(u.name) LIKE $1 AND u.age BETWEEN $2 AND $3', 'name age age_2'],
  ['SELECT id FROM users WHERE name IN ($1, $2) OR id = ANY($3) OR $4 = ANY(tags)', 'name name_2 id tags'],
  ["SELECT id FROM users WHERE data->>'k' = $1 AND data @> $2 AND data ? $3", 'data data_2 data_3'],
  ['SELECT id FROM users WHERE (name, bio) = ($1, $2)', 'name name_2'],
  ["SELECT id FROM users WHERE name ILIKE '%' || $1 || '%'", 'dollar_1'],
  ['SELECT id FROM users WHERE created_at > now() - $1::interval AND age = $2 + 1', 'column_1 column_2'],
  ['SELECT id FROM users WHERE age + $1 > $2', 'age age_2'],
  ['SELECT id FROM users WHERE name IS DISTINCT FROM $1 AND nullif(bio, $2) IS NULL', 'name bio'],
  ['SELECT id FROM users WHERE (SELECT count(*) FROM books WHERE user_id = users.id) > $1', 'user_id'],
  ['SELECT id FROM users WHERE lower(name) = lower($1)', 'lower'],
  ['SELECT id FROM users WHERE $1 AND age IS NULL OR $2 IS NULL', 'column_1 column_2'],
  // Functions.
  ['SELECT plus($1, $2)', 'a b'],
  ['SELECT plus(b => $2, a => $1)', 'a b'],
  ['SELECT make_interval(days => $1)', 'days'],
  ['SELECT make_interval(days => $1::int)', 'dollar_1'],
  ['SELECT unnamed($1), not_there($2)', 'unnamed not_there'],
  ['SELECT date_trunc($1, created_at), to_char(created_at, $2) FROM users', 'date_trunc to_char'],
  ['SELECT jsonb_set(data, $1, $2), jsonb_extract_path(data, $3) FROM users', 'path replacement path_elems'],
  ['SELECT regexp_replace(name, $1, $2), string_agg(name, $3) FROM users GROUP BY name', 'regexp_replace regexp_replace_2 string_agg'],
  ['SELECT coalesce(sum(age) FILTER (WHERE mood = $1), 0) FROM users', 'mood'],
  ['SELECT created_at AT TIME ZONE $1 FROM users', 'timezone'],
  ['SELECT * FROM unnest($1::text[], $2::int[]) AS t(a, b)', 'column_1 column_2'],
  ['SELECT * FROM generate_series($1, $2)', 'generate_series generate_series_2'],
  ['CALL act($1)', 'what'],
  // Where sqlc goes first decides: the select list, FROM, WHERE, then WITH.
  ['WITH w AS (SELECT id FROM users WHERE name = $1) SELECT id FROM books WHERE title = $1', 'title'],
  ['SELECT id FROM users WHERE name = $1 UNION SELECT user_id FROM books WHERE title = $1', 'name'],
  ['SELECT $1 = title FROM books JOIN users ON users.name = $1', 'title'],
  ['WITH x AS (INSERT INTO users (name) VALUES ($1) RETURNING id) SELECT id FROM books WHERE isbn = $1', 'isbn'],
  // MERGE.
  [
    'MERGE INTO users u USING books b ON u.id = b.user_id WHEN MATCHED THEN UPDATE SET bio = $1 WHEN NOT MATCHED THEN INSERT (name, bio) VALUES ($2, $3)',
    'bio name bio_2',
  ],
  // A named parameter shares the field of an unnamed one of its name.
  ['SELECT id FROM users WHERE id = $1 AND parent_id = @id', 'id id'],
  ['SELECT id FROM users WHERE parent_id = @id AND id = $1', 'id id'],
  ['SELECT id FROM users WHERE id = $1 OR id = $2 OR id = $3 OR parent_id = @id_2', 'id id_3 id_4 id_2'],
  ['SELECT id FROM users WHERE name = @user_name OR bio = @userName', 'user_name user_name'],
])('%s → %s', async ([sql, names]) => {
  expect((await analyzed(sql)).map(({ name }) => name).join(' ')).toBe(names);
});

test('parameters of one name but two types stay apart', async () => {
  const sql = 'SELECT id FROM users WHERE id = $1 AND name = @id';
  expect((await analyzed(sql, [20, 25])).map(({ name }) => name)).toEqual(['id', 'id_2']);
  expect((await analyzed(sql, [20, 20])).map(({ name }) => name)).toEqual(['id', 'id']);
});

describe('in a project that gives sqlc a database', () => {
  test.for<[what: string, sql: string, names: string]>([
    ['what sqlc infers keeps its name', 'SELECT id FROM users u WHERE u.id = $1 AND name = $2 LIMIT $3', 'id name limit'],
    ['inserted columns', 'INSERT INTO users (name, bio) VALUES ($1, coalesce($2, lower($3)))', 'name column_2 lower'],
    [
      'a column that two tables of the statement have',
      'SELECT 1 FROM books WHERE id = $1 AND title = $2 AND EXISTS (SELECT 1 FROM users)',
      'column_1 column_2',
    ],
    ['… or one table twice', 'SELECT 1 FROM users WHERE name = $1 AND id IN (SELECT parent_id FROM users)', 'dollar_1'],
    ['… but not where it is qualified', 'SELECT 1 FROM books b WHERE b.id = $1 AND EXISTS (SELECT 1 FROM users)', 'id'],
    ['a column of a CTE', 'WITH w AS (SELECT 1 AS x) SELECT 1 FROM w WHERE x = $1', 'dollar_1'],
    ['a column of a subselect', 'SELECT 1 FROM (SELECT 1 AS x) s WHERE s.x = $1', 'dollar_1'],
    ['a value without a column', 'SELECT coalesce($1, 1), id FROM users WHERE name = $2', 'column_1 column_2'],
    ['an alias that is no column', 'SELECT coalesce($1, 1) AS x FROM users WHERE name = $2', 'column_1 column_2'],
    ['rows without a column list', 'INSERT INTO users VALUES ($1, $2)', 'column_1 column_2'],
    ["the author's names stay", 'SELECT 1 FROM books WHERE id = $1 AND title = @title AND EXISTS (SELECT 1 FROM users)', 'column_1 title'],
    ['another schema', 'SELECT 1 FROM pg_catalog.pg_class c WHERE c.relname = $1', 'relname'],
  ])('%s', async ([, sql, names]) => {
    expect((await analyzed(sql, [], true)).map(({ name }) => name).join(' ')).toBe(names);
  });
});
