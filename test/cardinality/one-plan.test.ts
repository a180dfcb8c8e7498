/** Which statements have one plan: by the server's own analysis, and held against its plans. */
import { describe, expect, it } from 'vitest';
import { analysisOf } from '../../src/compiler/analysis/index.js';
import { hasOnePlan } from '../../src/compiler/types/index.js';
import { isFailure } from '../../src/database/index.js';
import { useGround } from '../support/ground.js';

const SCHEMA = `
CREATE TABLE orgs (id int PRIMARY KEY, slug text NOT NULL UNIQUE);
CREATE TABLE users (id int PRIMARY KEY, email varchar(80) UNIQUE, org_id int REFERENCES orgs, name text);
CREATE TABLE members (org_id int, user_id int, role text, PRIMARY KEY (org_id, user_id));
CREATE TABLE tokens (id int, value text, active boolean);
CREATE UNIQUE INDEX ON tokens (value) WHERE active;
CREATE TABLE parents (id int PRIMARY KEY);
CREATE TABLE children () INHERITS (parents);
CREATE VIEW named AS SELECT u.id, u.name, o.slug FROM users u LEFT JOIN orgs o ON o.id = u.org_id;
CREATE TABLE owned (id int PRIMARY KEY, owner int);
ALTER TABLE owned ENABLE ROW LEVEL SECURITY;
`;

const ONE = [
  'SELECT * FROM users WHERE id = $1',
  'SELECT * FROM users WHERE $1 = id AND name <> $2',
  'SELECT * FROM users WHERE email = $1',
  'SELECT * FROM members WHERE org_id = $1 AND user_id = $2',
  'SELECT u.*, o.slug FROM users u LEFT JOIN orgs o ON o.id = u.org_id WHERE u.id = $1',
  'SELECT u.*, m.role FROM users u JOIN members m ON m.user_id = u.id AND m.org_id = u.org_id WHERE u.id = $1',
  'SELECT (SELECT slug FROM orgs WHERE orgs.id = users.org_id) FROM users WHERE id = $1',
  'SELECT count(*) FROM users WHERE id = $1 GROUP BY name ORDER BY name LIMIT $2',
  'SELECT * FROM users WHERE id = (SELECT user_id FROM members WHERE org_id = $1 AND user_id = $2)',
  'SELECT 1',
  'INSERT INTO orgs VALUES ($1, $2)',
  'INSERT INTO orgs VALUES ($1, $2), ($3, $4) ON CONFLICT (id) DO UPDATE SET slug = EXCLUDED.slug RETURNING *',
  'INSERT INTO users SELECT $1, slug FROM orgs WHERE id = $2',
  'UPDATE users SET name = $1 WHERE id = $2 RETURNING *',
  'DELETE FROM users WHERE id = $1',
  'WITH gone AS (DELETE FROM users WHERE id = $1 RETURNING id, name) INSERT INTO orgs SELECT id, name FROM gone',
  'SELECT * FROM orgs WHERE slug = $1 UNION ALL SELECT * FROM orgs WHERE id = $2',
  'SELECT * FROM users WHERE id = $1 FOR UPDATE',
];

const SEVERAL = [
  'SELECT * FROM users',
  'SELECT * FROM users WHERE name = $1',
  'SELECT * FROM users WHERE id > $1',
  'SELECT * FROM users WHERE id = ANY($1)',
  'SELECT * FROM users WHERE id = $1 OR email = $2',
  'SELECT * FROM users WHERE CASE WHEN $1 <> 0 THEN id = $1 ELSE true END',
  'SELECT * FROM users WHERE lower(email) = $1',
  'SELECT * FROM users WHERE id = id',
  'SELECT * FROM members WHERE org_id = $1',
  'SELECT * FROM tokens WHERE value = $1 AND active',
  'SELECT * FROM parents WHERE id = $1',
  'SELECT count(*) FROM users',
  'SELECT * FROM users LIMIT 1',
  'SELECT * FROM users u LEFT JOIN orgs o ON u.id = $1',
  'SELECT * FROM users u FULL JOIN orgs o ON o.id = $1 AND u.id = $2',
  'SELECT u.* FROM users u JOIN orgs o ON o.id = u.org_id WHERE o.id = $1',
  'SELECT u.* FROM users u JOIN orgs o ON o.id = u.id',
  'SELECT (SELECT count(*) FROM members m WHERE m.user_id = users.id) FROM users WHERE id = $1',
  'SELECT * FROM users WHERE id = (SELECT max(id) FROM users)',
  'SELECT * FROM users, generate_series(1, $2) n WHERE users.id = $1 AND n > 3',
  'INSERT INTO orgs SELECT id, name FROM users WHERE name = $1',
  'UPDATE users SET name = $1 FROM orgs WHERE orgs.id = users.org_id AND orgs.slug = $2',
  'DELETE FROM users WHERE org_id = $1',
  // PostgreSQL pulls the view's query up, which is not followed.
  'SELECT id, name, slug FROM named WHERE id = $1',
  'MERGE INTO orgs USING (VALUES (1, $1::text)) v (id, slug) ON v.id = orgs.id WHEN MATCHED THEN DELETE',
];

describe('one plan', () => {
  const ground = useGround(SCHEMA);

  async function judged(text: string): Promise<boolean> {
    const description = await ground().describer.describe(text);
    if (isFailure(description)) throw new Error(`${text}: ${description.message}`);
    if (description.trees === undefined) throw new Error('no trees came');
    return hasOnePlan(analysisOf(description.trees, text).plannedLevels, ground().catalog);
  }

  it.each(ONE)('%s', async (text) => expect(await judged(text)).toBe(true));
  it.each(SEVERAL)('not: %s', async (text) => expect(await judged(text)).toBe(false));
});
