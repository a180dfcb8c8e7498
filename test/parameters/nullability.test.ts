import { expect, test } from 'vitest';
import { analyzed, useSchema } from './analyze.js';

useSchema();

/** Each parameter as `name`, with `?` where it allows NULL, and `=` where it may be left out without. */
const marks = async (sql: string): Promise<string> =>
  (await analyzed(sql)).map(({ name, nullable, optional }) => `${name}${nullable ? '?' : ''}${optional && !nullable ? '=' : ''}`).join(' ');

test.for<[what: string, sql: string, expected: string]>([
  ['an inserted column', 'INSERT INTO users (name, bio) VALUES ($1, $2)', 'name bio?'],
  ['a column with a default is still required', 'INSERT INTO users (created_at, age) VALUES ($1, $2)', 'created_at age?'],
  ['a row without a column list', 'INSERT INTO books VALUES ($1, $2, $3, $4, $5)', 'column_1 column_2 column_3 column_4? column_5?'],
  ['an inserted and selected column', 'INSERT INTO users (name, bio) SELECT $1, $2', 'name bio?'],
  ['a set column', 'UPDATE users SET name = $1, bio = $2 WHERE id = $3', 'name bio? id'],
  ['several set columns', 'UPDATE users SET (name, bio) = ($1, $2) WHERE id = $3', 'name bio? id'],
  ['ON CONFLICT', 'INSERT INTO users (name) VALUES ($1) ON CONFLICT (id) DO UPDATE SET bio = $2, name = $3', 'name bio? name_2'],
  [
    'MERGE',
    'MERGE INTO users u USING books b ON u.id = b.user_id WHEN MATCHED THEN UPDATE SET bio = $1 WHEN NOT MATCHED THEN INSERT (name, age) VALUES ($2, $3)',
    'bio? name age?',
  ],
  ['COALESCE is transparent', 'UPDATE users SET name = coalesce($1, name), bio = coalesce($2, bio)', 'name bio?'],
  ['CASE is transparent', 'UPDATE users SET bio = CASE WHEN age > 1 THEN $1 ELSE bio END', 'bio?'],
  ['a condition of CASE is not what is written', "UPDATE users SET bio = CASE WHEN $1 = 'x' THEN bio END", 'dollar_1'],
  ['a cast makes it required', 'INSERT INTO users (bio) VALUES ($1::text)', 'dollar_1'],
  ['a function makes it required', 'INSERT INTO users (bio) VALUES (lower($1))', 'lower'],
  ['a column that refuses NULL wins over one that allows it', 'INSERT INTO users (name, bio) VALUES (@x, @x)', 'x'],
  ['… also behind a condition', 'INSERT INTO users (bio, name) VALUES (CASE WHEN age > 1 THEN @x END, @x)', 'x'],
  ['a comparison with a column', 'SELECT id FROM users WHERE name = $1 AND bio = $2', 'name bio?'],
  ['a comparison through a function', 'SELECT id FROM users WHERE lower(bio) LIKE $1 AND lower(name) = $2', 'bio? name'],
  ['a column that COALESCE makes not null', "SELECT id FROM users WHERE coalesce(bio, '') = $1", 'bio'],
  ['a list for ANY is no value of the column', 'SELECT id FROM users WHERE bio = ANY($1) AND bio IN ($2)', 'bio bio_2?'],
  ['arithmetic', 'SELECT id FROM users WHERE age + $1 > 2', 'age'],
  ['a cast comparison', 'SELECT id FROM users WHERE bio = @bio::text', 'bio'],
  ['LIMIT and OFFSET', 'SELECT id FROM users LIMIT $1 OFFSET $2', 'limit offset='],
  ['narg', 'SELECT id FROM users WHERE name = sqlc.narg(name)', 'name?'],
  ['narg into a column that refuses NULL, behind COALESCE', 'UPDATE users SET name = coalesce(sqlc.narg(name), name)', 'name?'],
  ["narg into a column that refuses NULL is the author's word", 'INSERT INTO users (name) VALUES (sqlc.narg(name))', 'name?'],
  ['a slice', 'SELECT id FROM users WHERE bio IN (sqlc.slice(bios))', 'bios'],
  [
    'a slice that the query tests for NULL',
    'SELECT id FROM users WHERE sqlc.slice(bios)::text[] IS NULL OR bio = ANY(sqlc.slice(bios)::text[])',
    'bios?',
  ],
  [
    'a slice by the name of a narg',
    'SELECT id FROM users WHERE bio = ANY(sqlc.slice(bios)::text[]) OR sqlc.narg(bios)::text[] = tags',
    'bios?',
  ],
  ['a test for NULL', 'SELECT id FROM users WHERE @name::text IS NULL OR name = @name', 'name?'],
  ['a test for NULL behind the comparison', 'SELECT id FROM users WHERE name = $1 OR $1 IS NULL', 'name?'],
  [
    'a test for NULL does not help where the column refuses it',
    "INSERT INTO users (name, bio) VALUES ($1, CASE WHEN $1::text IS NULL THEN 'x' END)",
    'name',
  ],
  ['a bare condition', 'SELECT id FROM users WHERE $1 AND age > 1', 'dollar_1'],
  [
    'the inner scope comes first',
    'SELECT id FROM books WHERE EXISTS (SELECT 1 FROM users WHERE bio = $1) AND isbn = $2 AND title = $3',
    'bio? isbn? title',
  ],
  ['an alias', 'SELECT b.id FROM users u JOIN books b ON b.user_id = u.id WHERE u.bio = $1 AND b.title = $2', 'bio? title'],
  ['a qualified name of the outer scope', 'SELECT id FROM books b WHERE EXISTS (SELECT 1 FROM users WHERE b.isbn = $1)', 'isbn?'],
  ['through a subselect', 'SELECT 1 FROM (SELECT bio AS b, name FROM users) s WHERE s.b = $1 AND s.name = $2', 'b? name'],
  ['through a CTE and its star', 'WITH c AS (SELECT * FROM users) SELECT 1 FROM c WHERE c.bio = $1 AND name = $2', 'bio? name'],
  ['an ambiguous name proves nothing', 'SELECT 1 FROM users a, users b WHERE bio = $1', 'bio'],
  ['a view tells nothing of NULL', 'SELECT 1 FROM user_names WHERE name = $1', 'name'],
  [
    'excluded is the table itself',
    'INSERT INTO users (name) VALUES ($1) ON CONFLICT (id) DO UPDATE SET age = 1 WHERE excluded.bio = $2 AND users.bio = $3',
    'name bio? bio_2?',
  ],
  [
    'a recursive CTE ends',
    'WITH RECURSIVE r AS (SELECT id, bio FROM users UNION ALL SELECT r.id, r.bio FROM r) SELECT 1 FROM r WHERE bio = $1',
    'bio?',
  ],
  ['a CTE that only refers to itself ends', 'WITH RECURSIVE r AS (SELECT x.bio FROM r x) SELECT 1 FROM r WHERE bio = $1', 'bio'],
  ['a grouped column', 'SELECT bio FROM users GROUP BY bio HAVING bio = $1', 'bio?'],
  ['a merged column', 'SELECT 1 FROM users u JOIN users v USING (bio) WHERE bio = $1', 'bio?'],
  [
    'a column of a set operation whose arms differ',
    'SELECT 1 FROM (SELECT bio FROM users UNION SELECT title FROM books) s WHERE bio = $1',
    'bio',
  ],
  ['what a subquery writes', 'UPDATE users SET bio = (SELECT $1), name = (SELECT $2)', 'column_1? column_2'],
  ['DELETE with USING', 'DELETE FROM books USING users u WHERE u.bio = $1 AND title = $2', 'bio? title'],
  ['UPDATE with FROM', 'UPDATE books SET isbn = $1 FROM users u WHERE u.bio = $2 AND books.title = $3', 'isbn? bio? title'],
])('%s', async ([, sql, expected]) => {
  expect(await marks(sql)).toBe(expected);
});

test('a column is given where the value is one of its own', async () => {
  const columns = async (sql: string): Promise<(string | undefined)[]> =>
    (await analyzed(sql)).map(({ column }) => column && `${column.relation.name}.${column.column.name}`);
  expect(await columns('INSERT INTO users (data, name) VALUES ($1, $2)')).toEqual(['users.data', 'users.name']);
  expect(await columns("UPDATE users SET data = coalesce($1, data) WHERE data->>'k' = $2 AND id = $3")).toEqual([
    'users.data',
    undefined,
    'users.id',
  ]);
  expect(await columns('SELECT 1 FROM users WHERE data = $1 AND data IN ($2) AND name = ANY($3) AND lower(name) = $4')).toEqual([
    'users.data',
    'users.data',
    undefined,
    undefined,
  ]);
  expect(await columns('SELECT 1 FROM users WHERE data @> $1 AND data = $2::jsonb')).toEqual([undefined, undefined]);
});

test.for<[what: string, sql: string, optional: boolean]>([
  ['what is written', 'UPDATE users SET bio = @v', true],
  ['what is written through COALESCE', 'UPDATE users SET bio = coalesce(@v, bio)', true],
  ['what is compared: it would find nothing, ever', 'SELECT id FROM users WHERE bio = @v', false],
  ['a list that is compared', 'SELECT id FROM users WHERE bio IN (@v)', false],
  ['what the query tests for NULL', 'SELECT id FROM users WHERE @v::text IS NULL OR bio = @v', true],
  ['what the author allows NULL for', 'SELECT id FROM users WHERE bio = sqlc.narg(v)', true],
])('whether a nullable one may be left out: %s', async ([, sql, optional]) => {
  expect((await analyzed(sql))[0]).toMatchObject({ nullable: true, optional });
});
