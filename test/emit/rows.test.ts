/** Which type a row has: the table's model where sqlc gives it, or one of the query's own. */
import { expect, test } from 'vitest';
import { generate } from './generated.js';

const SCHEMA = `
CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, note text);
CREATE TABLE orgs (id integer PRIMARY KEY);`;

test.each([
  ['all of a table', 'SELECT * FROM users', 'User'],
  ['its columns, written out', 'SELECT users.id, name, note FROM users JOIN orgs ON orgs.id = users.id', 'User'],
  ['RETURNING', 'DELETE FROM users RETURNING *', 'User'],
  ['a subquery', 'SELECT s.* FROM (SELECT id, name, note FROM users) s', 'User'],
  ['an outer join', 'SELECT u.* FROM orgs o LEFT JOIN users u ON u.id = o.id', 'QRow'],
  ['another name', 'SELECT id, name, note AS memo FROM users', 'QRow'],
  ['WITH', 'WITH found AS (SELECT * FROM users) SELECT * FROM found', 'QRow'],
  ['WITH and RETURNING', 'WITH gone AS (DELETE FROM users RETURNING *) SELECT g.id, g.name, g.note FROM gone g', 'QRow'],
  ['WITH of the name of the table', 'WITH users AS (SELECT * FROM users WHERE id = 1) SELECT * FROM users', 'User'],
])('%s', async (_, sql, type) => {
  const generated = await generate(SCHEMA, { 'q.sql': `-- name: Q :many\n${sql};` });
  expect(generated.file('q.ts')).toContain(`Promise<${type}[]>`);
  expect(generated.typeErrors()).toEqual([]);
});
