/** Which tables a statement reads and writes, against the catalog of a real database. */
import { expect, test } from 'vitest';
import { findRelation, type Relation } from '../../src/catalog/index.js';
import { underlyingTables } from '../../src/compiler/guard/index.js';
import { compile, useGuardGround } from './compile.js';
import { SCHEMA } from './schema.js';

const ground = useGuardGround(`${SCHEMA} CREATE SCHEMA other; CREATE TABLE other.logs (id int);`);

const names = (relations: readonly Relation[]): string =>
  relations
    .map(({ schema, name }) => (schema === 'public' ? name : `${schema}.${name}`))
    .sort()
    .join(' ');

test.each([
  ['SELECT 1', '', ''],
  ['SELECT * FROM logs', 'logs', ''],
  ['SELECT * FROM logs a JOIN logs b USING (id)', 'logs', ''],
  ['SELECT * FROM other.logs, logs', 'other.logs logs', ''],
  ['SELECT * FROM recent', 'recent', ''],
  ['SELECT * FROM all_logs()', '', ''],
  [
    'SELECT (SELECT max(id) FROM users) FROM logs WHERE id IN (SELECT id FROM archive) ORDER BY (SELECT 1 FROM orgs)',
    'logs users orgs archive',
    '',
  ],
  ['SELECT * FROM logs TABLESAMPLE system (1)', 'logs', ''],
  ['SELECT * FROM (SELECT * FROM (TABLE users) a) b', 'users', ''],
  [
    'SELECT * FROM logs l LEFT JOIN LATERAL (SELECT * FROM users u WHERE u.id = l.user_id) u ON EXISTS (SELECT FROM orgs)',
    'logs users orgs',
    '',
  ],
  ['SELECT id FROM logs UNION (SELECT id FROM users EXCEPT SELECT id FROM orgs)', 'logs users orgs', ''],
  ['VALUES ((SELECT count(*) FROM logs))', 'logs', ''],
  ['SELECT * FROM logs AS users FOR UPDATE OF users', 'logs', ''],
  ['WITH logs AS (SELECT * FROM users) SELECT * FROM logs', 'users', ''],
  ['WITH logs AS (SELECT * FROM logs) SELECT * FROM logs', 'logs', ''],
  ['WITH logs AS (SELECT 1) SELECT * FROM public.logs', 'logs', ''],
  ['WITH a AS (SELECT * FROM users), users AS (SELECT 1) SELECT * FROM a, users', 'users', ''],
  ['WITH RECURSIVE a AS (SELECT * FROM users), users AS (SELECT 1 AS id) SELECT * FROM a', '', ''],
  ['WITH RECURSIVE logs AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM logs) SELECT * FROM logs', '', ''],
  ['SELECT * FROM (WITH users AS (SELECT 1) SELECT * FROM users) t, users', 'users', ''],
  ['WITH users AS (SELECT 1 AS id) SELECT (SELECT id FROM users)', '', ''],
  ["INSERT INTO logs (id, org_id, kind) VALUES (1, 1, 'x')", '', 'logs'],
  ['INSERT INTO archive SELECT * FROM logs', 'logs', 'archive'],
  [
    "INSERT INTO logs (id, org_id, kind) VALUES (1, 1, 'x') ON CONFLICT (id) DO UPDATE SET note = (SELECT max(name) FROM users)",
    'users',
    'logs',
  ],
  ["UPDATE logs SET note = 'x' FROM users WHERE user_id = users.id", 'users', 'logs'],
  ['DELETE FROM logs USING users, orgs WHERE logs.id = users.id', 'users orgs', 'logs'],
  ['DELETE FROM logs RETURNING (SELECT count(*) FROM users)', 'users', 'logs'],
  ['MERGE INTO archive a USING logs l ON a.id = l.id WHEN MATCHED THEN DELETE', 'logs', 'archive'],
  ['WITH d AS (DELETE FROM logs RETURNING *) INSERT INTO archive SELECT * FROM d', '', 'archive logs'],
  ['WITH logs AS (SELECT 1 AS id) DELETE FROM logs', '', 'logs'],
])('%s', async (sql, reads, writes) => {
  const sorted = (text: string): string => text.split(' ').sort().join(' ');
  const found = await ground().guard(await compile(sql));
  expect({ reads: names(found.reads), writes: names(found.writes) }).toEqual({ reads: sorted(reads), writes: sorted(writes) });
});

test('what stands behind a view', () => {
  const behind = (name: string): string => {
    const relation = findRelation(ground().catalog, undefined, name);
    if (relation === undefined) throw new Error(name);
    return names(underlyingTables(relation, ground().catalog));
  };
  expect(behind('logs')).toBe('logs');
  expect(behind('recent')).toBe('logs recent');
  expect(behind('recent_names')).toBe('logs recent recent_names users');
});
