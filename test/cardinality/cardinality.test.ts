import { describe, expect, it } from 'vitest';
import { analysisOf } from '../../src/compiler/analysis/index.js';
import { parseStatements } from '../../src/compiler/parse.js';
import { analyzeResult } from '../../src/compiler/types/index.js';
import { isFailure } from '../../src/database/describe.js';
import { useGround } from '../support/ground.js';

const SCHEMA = `
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE, nick text UNIQUE, org_id int, name text NOT NULL, deleted boolean NOT NULL DEFAULT false, score numeric UNIQUE);
CREATE TABLE orgs (id int PRIMARY KEY, slug text NOT NULL, owner_id int REFERENCES users, UNIQUE (slug, owner_id));
CREATE TABLE members (org_id int, user_id int, role text, PRIMARY KEY (org_id, user_id));
CREATE TABLE tokens (id int, value text, active boolean, kind text);
CREATE UNIQUE INDEX ON tokens (value) WHERE active;
CREATE UNIQUE INDEX ON tokens (id) WHERE kind = 'api' AND value IS NOT NULL;
CREATE UNIQUE INDEX ON tokens (lower(kind));
CREATE TABLE shared (code text, ended timestamptz);
CREATE UNIQUE INDEX ON shared (code) WHERE code IS NOT NULL AND ended IS NULL;
CREATE TABLE slots (place int, UNIQUE NULLS NOT DISTINCT (place));
CREATE TABLE guarded (id int PRIMARY KEY);
CREATE FUNCTION maybe() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER maybe BEFORE INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION maybe();
CREATE TABLE touched (id int PRIMARY KEY, n int);
CREATE TRIGGER maybe BEFORE UPDATE ON touched FOR EACH ROW EXECUTE FUNCTION maybe();
CREATE PROCEDURE refresh(INOUT n int) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW active_users AS SELECT * FROM users WHERE NOT deleted;
CREATE VIEW owned AS SELECT o.id, u.id AS owner, u.name FROM orgs o LEFT JOIN active_users u ON u.id = o.owner_id;
CREATE VIEW total AS SELECT count(*) FROM users;
CREATE TABLE codes (v varchar PRIMARY KEY, at timestamp UNIQUE, c text COLLATE "C" UNIQUE, n int UNIQUE);
CREATE TABLE tagged (id int, tag varchar(9), kind varchar(9));
CREATE UNIQUE INDEX ON tagged (id) WHERE kind = 'a';
CREATE UNIQUE INDEX ON tagged ((id + 1), lower(tag));
CREATE FUNCTION alike(int, int) RETURNS bool LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = alike);
CREATE SEQUENCE counter;
CREATE TABLE ruled (id int PRIMARY KEY);
CREATE RULE instead AS ON DELETE TO ruled DO INSTEAD INSERT INTO slots SELECT g FROM generate_series(1, 2) g RETURNING place;
CREATE VIEW sets AS SELECT id, generate_series(1, 2) AS n FROM users GROUP BY 1, 2;
CREATE MATERIALIZED VIEW shares AS SELECT u.id AS user_id, o.id AS org_id, count(m.role) FROM users u JOIN orgs o ON o.id = u.org_id LEFT JOIN members m ON m.user_id = u.id GROUP BY u.id, o.id;
`;

describe('cardinality', () => {
  const ground = useGround(SCHEMA);

  const cases: readonly (readonly ['none' | 'one' | 'zeroOrOne' | 'many', string])[] = [
    ['none', 'DELETE FROM users'],
    ['none', "INSERT INTO orgs VALUES (1, 's')"],
    ['none', 'UPDATE users SET name = name'],
    ['none', 'CREATE TABLE x ()'],
    ['many', 'EXPLAIN SELECT 1'],
    ['many', 'SHOW ALL'],
    ['one', 'SHOW "TimeZone"'],
    ['zeroOrOne', 'CALL refresh($1)'],
    ['one', "INSERT INTO orgs VALUES (1, 's') RETURNING *"],
    ['one', 'INSERT INTO slots DEFAULT VALUES RETURNING place'],
    ['one', "INSERT INTO orgs VALUES (1, 's') ON CONFLICT (id) DO UPDATE SET slug = EXCLUDED.slug RETURNING *"],
    ['zeroOrOne', "INSERT INTO orgs VALUES (1, 's') ON CONFLICT DO NOTHING RETURNING *"],
    [
      'zeroOrOne',
      `WITH u AS (UPDATE orgs SET slug = 'v' RETURNING id)
       INSERT INTO orgs VALUES (1, 's') ON CONFLICT (id) DO UPDATE SET slug = (SELECT min(id)::text FROM u) RETURNING *`,
    ],
    [
      'one',
      `WITH u AS (INSERT INTO orgs VALUES (1, 's') ON CONFLICT (id) DO UPDATE SET slug = EXCLUDED.slug RETURNING *)
       SELECT * FROM u`,
    ],
    ['zeroOrOne', "INSERT INTO orgs VALUES (1, 's') ON CONFLICT (id) DO UPDATE SET slug = 'x' WHERE orgs.slug <> 'x' RETURNING *"],
    ['zeroOrOne', 'INSERT INTO guarded VALUES (1) RETURNING id'],
    ['one', 'INSERT INTO touched VALUES (1) RETURNING id'],
    ['zeroOrOne', 'INSERT INTO touched VALUES (1) ON CONFLICT (id) DO UPDATE SET n = 1 RETURNING id'],
    ['many', "INSERT INTO orgs VALUES (1, 's'), (2, 't') RETURNING *"],
    ['many', "INSERT INTO orgs VALUES (unnest('{1,2}'::int[]), unnest('{s,t}'::text[])) RETURNING *"],
    ['many', "INSERT INTO orgs VALUES (unnest('{}'::int[]), 's') RETURNING *"],
    ['many', 'INSERT INTO slots SELECT id FROM users RETURNING *'],
    ['one', 'INSERT INTO slots SELECT 1 RETURNING *'],
    ['zeroOrOne', 'INSERT INTO slots SELECT 1 WHERE $1 RETURNING *'],
    ['zeroOrOne', 'INSERT INTO slots SELECT id FROM users WHERE email = $1 RETURNING *'],
    ['many', 'INSERT INTO slots SELECT unnest($1::int[]) RETURNING *'],
    ['one', 'SELECT 1'],
    ['zeroOrOne', 'SELECT DISTINCT true FROM users'],
    ['zeroOrOne', 'SELECT DISTINCT $1::int AS given FROM users WHERE email = $2'],
    ['many', 'SELECT DISTINCT row_number() OVER () FROM users'],
    ['many', 'SELECT DISTINCT count(*) FROM users GROUP BY email'],
    ['many', 'SELECT DISTINCT random() FROM users'],
    ['one', 'SELECT now(), one()'],
    ['zeroOrOne', 'SELECT 1 WHERE $1'],
    ['one', 'SELECT 1 WHERE true'],
    ['many', 'SELECT generate_series(1, 3)'],
    ['many', 'SELECT unnest($1::int[])'],
    ['one', 'SELECT count(*) FROM users'],
    ['one', 'SELECT max(id) + 1 FROM users WHERE deleted'],
    ['one', 'SELECT 1 FROM users HAVING true'],
    ['zeroOrOne', 'SELECT count(*) FROM users HAVING count(*) > 1'],
    ['many', 'SELECT count(*) FROM users GROUP BY org_id'],
    ['many', 'SELECT count(*) OVER () FROM users'],
    ['zeroOrOne', 'SELECT name, count(*) FROM users WHERE id = $1 GROUP BY name'],
    ['many', 'SELECT name, count(*) FROM users WHERE id = $1 GROUP BY ROLLUP (name)'],
    ['one', 'SELECT EXISTS (SELECT 1 FROM users)'],
    ['one', 'SELECT (SELECT count(*) FROM users)'],
    ['zeroOrOne', 'SELECT count(*) FROM users OFFSET 1'],
    ['one', 'SELECT count(*) FROM users OFFSET 0'],
    ['one', 'SELECT count(*) FROM users LIMIT 1'],
    ['zeroOrOne', 'SELECT count(*) FROM users LIMIT 0'],
    ['zeroOrOne', 'SELECT count(*) FROM users LIMIT $1'],
    ['one', 'SELECT * FROM (SELECT count(*) FROM users) s'],
    ['one', 'WITH s AS (SELECT count(*) AS n FROM users) SELECT n FROM s'],
    ['one', 'WITH a AS (SELECT count(*) AS n FROM users), b AS (SELECT max(id) AS m FROM orgs) SELECT n, m FROM a, b'],
    ['one', 'WITH u AS (INSERT INTO orgs VALUES (1, $1) RETURNING *) SELECT * FROM u'],
    [
      'zeroOrOne',
      'WITH u AS (UPDATE users SET name = $2 WHERE id = $1 RETURNING *) SELECT u.*, o.slug FROM u LEFT JOIN orgs o ON o.id = u.org_id',
    ],
    ['one', 'SELECT * FROM one()'],
    ['many', 'SELECT * FROM generate_series(1, 2)'],
    ['one', 'VALUES (1)'],
    ['many', 'VALUES (1), (2)'],
    ['many', 'SELECT 1 UNION SELECT 1'],
    ['zeroOrOne', 'SELECT id FROM users WHERE id = 1 INTERSECT SELECT id FROM users'],
    ['zeroOrOne', 'SELECT id FROM users WHERE id = 1 EXCEPT SELECT id FROM users'],
    ['zeroOrOne', '(SELECT id FROM users UNION SELECT id FROM orgs) LIMIT 1'],
    ['many', 'SELECT * FROM users'],
    ['zeroOrOne', 'SELECT * FROM users WHERE id = $1'],
    ['zeroOrOne', 'SELECT * FROM users WHERE $1 = id'],
    ['zeroOrOne', 'SELECT * FROM users WHERE id = $1 AND deleted'],
    ['many', 'SELECT * FROM users WHERE id = $1 OR deleted'],
    ['many', 'SELECT * FROM users WHERE NOT (id = $1)'],
    ['many', 'SELECT * FROM users WHERE id <> $1'],
    ['many', 'SELECT * FROM users WHERE id = ANY ($1::int[])'],
    ['zeroOrOne', 'SELECT * FROM users WHERE id IN ($1)'],
    ['many', 'SELECT * FROM users WHERE id IN ($1, $2)'],
    ['zeroOrOne', 'SELECT * FROM users WHERE email = lower($1)'],
    ['many', 'SELECT * FROM users WHERE lower(email) = $1'],
    ['many', 'SELECT * FROM users WHERE email = $1 COLLATE "C"'],
    ['zeroOrOne', 'SELECT * FROM users WHERE nick = $1'],
    ['many', 'SELECT * FROM users WHERE nick IS NULL'],
    ['many', 'SELECT * FROM users WHERE nick IS NOT DISTINCT FROM $1'],
    ['zeroOrOne', 'SELECT * FROM users WHERE id IS NOT DISTINCT FROM $1'],
    ['zeroOrOne', 'SELECT * FROM slots WHERE place IS NULL'],
    ['zeroOrOne', 'SELECT * FROM slots WHERE place IS NOT DISTINCT FROM $1'],
    ['many', 'SELECT * FROM users WHERE score = $1::float8'],
    ['zeroOrOne', 'SELECT * FROM users WHERE score = $1::numeric'],
    ['many', 'SELECT * FROM users WHERE id = (random() * 10)::int'],
    ['many', 'SELECT * FROM users WHERE id = one()'],
    ['zeroOrOne', 'SELECT * FROM users WHERE id = (SELECT owner_id FROM orgs WHERE id = $1)'],
    ['many', 'SELECT * FROM users WHERE id = org_id'],
    ['zeroOrOne', 'SELECT * FROM members WHERE org_id = $1 AND user_id = $2'],
    ['zeroOrOne', 'SELECT * FROM members WHERE (org_id, user_id) = ($1, $2)'],
    ['many', 'SELECT * FROM members WHERE org_id = $1'],
    ['many', 'SELECT * FROM orgs WHERE slug = $1'],
    ['many', 'SELECT * FROM tokens WHERE value = $1'],
    ['zeroOrOne', 'SELECT * FROM tokens WHERE value = $1 AND active'],
    ['zeroOrOne', 'SELECT * FROM tokens t WHERE t.value = $1 AND t.active = true'],
    ['many', 'SELECT * FROM tokens WHERE value = $1 AND NOT active'],
    ['zeroOrOne', "SELECT * FROM tokens WHERE id = $1 AND 'api' = kind AND value IS NOT NULL"],
    ['many', "SELECT * FROM tokens WHERE id = $1 AND kind = 'api'"],
    ['zeroOrOne', "SELECT * FROM tokens WHERE id = $1 AND kind = 'api' AND value = $2"],
    ['zeroOrOne', "SELECT * FROM tokens WHERE id = $1 AND kind = 'api' AND (value > 'a' OR length(value) < 3)"],
    ['many', "SELECT * FROM tokens WHERE id = $1 AND kind = 'api' AND (value > 'a' OR active)"],
    ['many', "SELECT * FROM tokens WHERE id = $1 AND kind = 'api' AND value IS NOT DISTINCT FROM $2"],
    ['zeroOrOne', "SELECT t.* FROM tokens t JOIN orgs o ON o.slug = t.value WHERE o.id = 1 AND t.id = $1 AND t.kind = 'api'"],
    ['many', "SELECT * FROM tokens t LEFT JOIN tokens u ON u.id = 1 AND u.kind = 'api' WHERE t.value = $1 AND t.active"],
    [
      'zeroOrOne',
      "SELECT * FROM tokens t LEFT JOIN tokens u ON u.id = 1 AND u.kind = 'api' AND u.value < 'x' WHERE t.value = $1 AND t.active",
    ],
    ['zeroOrOne', 'SELECT * FROM shared WHERE code = $1 AND ended IS NULL'],
    ['many', 'SELECT * FROM shared WHERE code IS NOT DISTINCT FROM $1 AND ended IS NULL'],
    ['many', 'SELECT * FROM shared WHERE code = $1'],
    ['zeroOrOne', "SELECT * FROM tokens WHERE lower(kind) = 'x'"],
    ['zeroOrOne', 'SELECT * FROM users LIMIT 1'],
    ['zeroOrOne', 'SELECT * FROM users LIMIT 1::smallint'],
    ['zeroOrOne', "SELECT * FROM users WHERE id = ANY ('{1}')"],
    ['many', "SELECT * FROM users WHERE id = ANY ('{1,2}')"],
    ['many', "SELECT * FROM users WHERE id = ANY ('{{1},{2}}')"],
    ['many', "SELECT * FROM users WHERE id > ANY ('{1}')"],
    ['zeroOrOne', 'SELECT * FROM users WHERE id IN (SELECT max(id) FROM orgs)'],
    ['zeroOrOne', 'SELECT * FROM users u WHERE id IN (SELECT owner_id FROM orgs o WHERE o.id = $1)'],
    ['many', 'SELECT * FROM users u WHERE id IN (SELECT owner_id FROM orgs o WHERE o.slug = $1)'],
    ['many', 'SELECT u.* FROM users u, orgs o WHERE u.id IN (SELECT o.owner_id)'],
    ['many', 'SELECT * FROM users WHERE id NOT IN (SELECT max(id) FROM orgs)'],
    ['zeroOrOne', 'SELECT * FROM users FETCH FIRST ROW ONLY'],
    ['many', 'SELECT * FROM users ORDER BY id FETCH FIRST 1 ROW WITH TIES'],
    ['many', 'SELECT * FROM users LIMIT 2'],
    ['many', 'SELECT * FROM users LIMIT $1'],
    ['zeroOrOne', 'SELECT u.*, o.slug FROM users u JOIN orgs o ON o.id = u.org_id WHERE u.id = $1'],
    ['zeroOrOne', 'SELECT u.*, o.slug FROM users u LEFT JOIN orgs o ON o.id = u.org_id WHERE u.email = $1'],
    ['zeroOrOne', 'SELECT u.*, o.slug FROM orgs o RIGHT JOIN users u ON o.id = u.org_id WHERE u.email = $1'],
    ['many', 'SELECT u.* FROM users u LEFT JOIN orgs o ON o.owner_id = u.id WHERE u.id = $1'],
    ['many', 'SELECT u.* FROM users u LEFT JOIN orgs o ON u.id = 1 AND o.id = 1'],
    ['many', 'SELECT u.* FROM users u FULL JOIN orgs o ON o.id = u.org_id WHERE u.id = $1'],
    ['zeroOrOne', 'SELECT * FROM users u, members m, orgs o WHERE m.org_id = o.id AND m.user_id = u.id AND o.id = $1 AND u.email = $2'],
    ['many', 'SELECT * FROM users u, members m, orgs o WHERE m.org_id = o.id AND m.user_id = u.id AND u.email = $1'],
    ['zeroOrOne', 'SELECT * FROM users JOIN slots ON slots.place = users.id JOIN orgs USING (id) WHERE users.id = $1'],
    ['zeroOrOne', 'SELECT * FROM users u JOIN LATERAL (SELECT * FROM orgs WHERE owner_id = u.id LIMIT 1) o ON true WHERE u.id = $1'],
    ['zeroOrOne', 'SELECT * FROM (SELECT * FROM users WHERE id = $1) s JOIN orgs o ON o.id = s.org_id'],
    ['zeroOrOne', 'SELECT * FROM (SELECT * FROM users) s WHERE s.id = $1'],
    ['many', 'SELECT * FROM (SELECT * FROM users) s WHERE s.nick IS NULL'],
    ['many', 'SELECT * FROM (SELECT id::text AS id FROM users) s WHERE s.id = $1'],
    ['many', 'SELECT * FROM (SELECT id, generate_series(1, 2) AS n FROM users) s WHERE s.id = $1'],
    ['many', 'SELECT * FROM (SELECT id FROM users UNION ALL SELECT id FROM orgs) s WHERE s.id = $1'],
    ['zeroOrOne', 'SELECT * FROM (SELECT id FROM users UNION SELECT id FROM orgs) s WHERE s.id = $1'],
    ['many', 'SELECT * FROM (SELECT id, name FROM users UNION SELECT id, slug FROM orgs) s WHERE s.id = $1'],
    ['zeroOrOne', 'SELECT * FROM (SELECT id FROM users EXCEPT SELECT id FROM orgs) s WHERE s.id = $1'],
    ['zeroOrOne', 'SELECT * FROM (SELECT DISTINCT unnest($1::int[]) AS id) s WHERE s.id = $2'],
    [
      'zeroOrOne',
      'SELECT * FROM users u JOIN (SELECT org_id, max(id) FROM users GROUP BY org_id) m ON m.org_id = u.org_id WHERE u.id = $1',
    ],
    [
      'many',
      'SELECT * FROM users u LEFT JOIN (SELECT org_id, max(id) AS top FROM users GROUP BY org_id) m ON m.top = u.id WHERE u.id = $1',
    ],
    ['many', 'SELECT * FROM users u, LATERAL (SELECT * FROM orgs o WHERE o.owner_id = u.id) s WHERE s.id = $1'],
    ['zeroOrOne', 'SELECT * FROM users u, LATERAL (SELECT * FROM orgs o WHERE o.owner_id = u.id) s WHERE s.id = $1 AND u.id = $2'],
    ['many', 'SELECT * FROM users u, LATERAL (WITH c AS (SELECT u.id AS x) SELECT x FROM c) s WHERE u.id = s.x'],
    ['many', 'SELECT * FROM users u, LATERAL (VALUES (1), (2) ORDER BY 1 OFFSET u.id LIMIT 1) s (x) WHERE u.id = s.x'],
    ['zeroOrOne', 'WITH s AS (SELECT * FROM users) SELECT * FROM s WHERE id = $1'],
    ['zeroOrOne', "WITH m AS (UPDATE members SET role = 'x' RETURNING *) SELECT * FROM m WHERE org_id = $1 AND user_id = $2"],
    ['many', 'WITH m AS (UPDATE members SET org_id = user_id WHERE org_id = $1 RETURNING *) SELECT * FROM m WHERE user_id = $2'],
    [
      'many',
      'WITH m AS (MERGE INTO orgs t USING users s ON t.id = s.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1) RETURNING t.*) SELECT * FROM m WHERE id = $1',
    ],
    ['zeroOrOne', 'SELECT * FROM unnest($1::int[]) WITH ORDINALITY AS t (x, place) WHERE place = 1'],
    ['zeroOrOne', 'SELECT * FROM active_users WHERE id = $1'],
    ['zeroOrOne', 'SELECT u.*, a.name AS owner FROM users u JOIN active_users a ON a.id = u.org_id WHERE u.id = $1'],
    ['zeroOrOne', 'SELECT * FROM owned WHERE id = $1'],
    ['many', 'SELECT * FROM owned WHERE owner = $1'],
    ['zeroOrOne', 'UPDATE active_users SET name = $2 WHERE id = $1 RETURNING *'],
    ['one', 'SELECT * FROM total'],
    ['many', 'SELECT * FROM shares WHERE user_id = $1'],
    ['many', 'SELECT * FROM shares WHERE org_id = $1'],
    ['zeroOrOne', 'SELECT org_id, count(*) FROM users WHERE org_id = $1 GROUP BY org_id'],
    ['zeroOrOne', 'SELECT org_id, count(*) FROM users WHERE org_id = $1 GROUP BY 1'],
    ['many', 'SELECT org_id, deleted, count(*) FROM users WHERE org_id = $1 GROUP BY 1, 2'],
    ['many', 'SELECT o.slug, count(*) FROM users LEFT JOIN orgs o ON o.slug = $1 GROUP BY o.slug'],
    ['many', 'SELECT o.slug, count(*) FROM users u LEFT JOIN orgs o ON o.id = $1 AND u.deleted GROUP BY o.slug'],
    ['zeroOrOne', 'SELECT o.slug, count(*) FROM users u JOIN orgs o ON o.id = $1 AND u.deleted GROUP BY o.slug'],
    ['zeroOrOne', 'SELECT DISTINCT org_id FROM users WHERE org_id = $1'],
    ['many', 'SELECT DISTINCT org_id, name FROM users WHERE org_id = $1'],
    ['zeroOrOne', 'SELECT DISTINCT ON (org_id) org_id, name FROM users WHERE org_id = $1'],
    ['many', 'SELECT DISTINCT ON (org_id) org_id AS id, name AS org_id FROM users WHERE org_id = $1'],
    ['many', 'SELECT DISTINCT count(*) FROM users GROUP BY id'],
    ['zeroOrOne', 'UPDATE users SET name = $2 WHERE id = $1 RETURNING *'],
    ['many', 'UPDATE users SET name = $2 WHERE org_id = $1 RETURNING *'],
    ['zeroOrOne', 'UPDATE users u SET name = o.slug FROM orgs o WHERE o.owner_id = u.id AND u.id = $1 RETURNING u.*'],
    ['zeroOrOne', 'UPDATE users u SET name = o.slug FROM orgs o WHERE o.owner_id = u.id AND o.id = $1 RETURNING u.*'],
    ['many', 'UPDATE users u SET name = o.slug FROM orgs o WHERE o.owner_id = u.id AND o.slug = $1 RETURNING u.*'],
    ['zeroOrOne', 'DELETE FROM users WHERE email = $1 RETURNING id'],
    ['zeroOrOne', 'DELETE FROM users WHERE id = (SELECT id FROM users ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *'],
    ['many', 'DELETE FROM users RETURNING id'],
    [
      'zeroOrOne',
      'MERGE INTO orgs t USING (SELECT $1::int AS id) s ON t.id = s.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.id) RETURNING *',
    ],
    ['many', 'MERGE INTO orgs t USING users s ON t.id = s.id WHEN MATCHED THEN DELETE RETURNING *'],
    ['zeroOrOne', 'SELECT * FROM users WHERE id = $1 FOR UPDATE'],
    ['zeroOrOne', 'SELECT DISTINCT name FROM users WHERE id = $1'],
    ['zeroOrOne', 'SELECT id, row_number() OVER () FROM users WHERE id = $1'],
    ['many', 'SELECT id FROM users WHERE id = $1 GROUP BY id, generate_series(1, 2)'],
    ['many', 'SELECT count(*) OVER (ORDER BY generate_series(1, 2)) FROM users WHERE id = $1'],
    ['many', 'SELECT * FROM sets WHERE id = $1'],
    ['many', 'SELECT DISTINCT id FROM users WHERE id = $1 GROUP BY ROLLUP (id)'],
    ['many', 'SELECT DISTINCT id, count(*) FROM users WHERE id = $1 GROUP BY GROUPING SETS ((id), ())'],
    ['zeroOrOne', 'SELECT * FROM codes WHERE v = $1'],
    ['many', "SELECT * FROM codes WHERE v = 'a'::char(3)"],
    ['zeroOrOne', 'SELECT * FROM codes WHERE at = $1'],
    ['many', 'SELECT * FROM codes WHERE at = now()'],
    ['many', 'SELECT * FROM codes WHERE at = current_date'],
    ['zeroOrOne', 'SELECT * FROM codes WHERE c = $1'],
    ['many', 'SELECT * FROM codes WHERE c = $1 COLLATE "POSIX"'],
    ['zeroOrOne', 'SELECT * FROM codes WHERE n = $1::bigint'],
    ['many', 'SELECT * FROM codes WHERE n = $1::numeric'],
    ['many', 'SELECT * FROM codes WHERE n === $1'],
    ['zeroOrOne', "SELECT * FROM tagged WHERE id = $1 AND kind = 'a'"],
    ['many', "SELECT * FROM tagged WHERE id = $1 AND kind::char(1) = 'a'"],
    ['many', 'SELECT * FROM tagged WHERE id = $1 AND kind::text COLLATE "C" = \'a\''],
    ['zeroOrOne', 'SELECT * FROM tagged WHERE 1 + id = $1 + 0 AND id + 1 = $1 AND lower(tag) = $2'],
    ['many', 'SELECT * FROM tagged WHERE 1 + id = $1 AND lower(tag) = $2'],
    [
      'many',
      "SELECT * FROM users u, LATERAL (SELECT * FROM XMLTABLE('/r' PASSING (u.name::xml) COLUMNS a int) LIMIT 1) x WHERE u.name = 'a'",
    ],
    ['zeroOrOne', "SELECT u.id FROM users u LIMIT '1'"],
    ['zeroOrOne', 'SELECT u.id FROM users u LIMIT 1::bigint'],
    ['one', 'SELECT count(*) FROM users GROUP BY ()'],
    ['one', 'SELECT last_value FROM counter'],
    ['zeroOrOne', 'SELECT * FROM users WHERE id = ANY (ARRAY[$1::int])'],
    ['many', 'SELECT * FROM users WHERE id = ANY (ARRAY[$1::int, $2])'],
    ['zeroOrOne', 'SELECT name, count(*) FROM users GROUP BY name HAVING name = $1'],
    ['many', 'SELECT org_id, count(*) FROM users GROUP BY org_id HAVING org_id = count(*)'],
    ['zeroOrOne', 'SELECT * FROM users WHERE id BETWEEN $1 AND $1'],
    ['many', 'SELECT * FROM users WHERE id BETWEEN $1 AND $2'],
    ['many', 'DELETE FROM ruled WHERE id = $1 RETURNING id'],
  ];
  it.each(cases)('%s: %s', async (expected, sql) => {
    const [statement] = parseStatements(sql);
    const description = await ground().describer.describe(sql);
    if (statement === undefined || isFailure(description)) throw new Error(`not described: ${sql}`);
    const analysis = description.trees && analysisOf(description.trees, sql);
    const parameter = (): { nullable: boolean; elementsNullable: boolean; dimensions: number } => ({
      nullable: true,
      elementsNullable: false,
      dimensions: 0,
    });
    expect(analyzeResult({ statement, analysis, catalog: ground().catalog, parameter }).cardinality).toBe(expected);
  });
});
