/** The tables that placements are judged on: three organizations, and rows that hang together across them. */
export const SCHEMA = `
CREATE TABLE orgs (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE users (id int PRIMARY KEY, org_id int NOT NULL, name text NOT NULL);
CREATE TABLE logs (
  id int PRIMARY KEY,
  org_id int NOT NULL,
  user_id int,
  parent_id int,
  kind text NOT NULL,
  note text
);
CREATE TABLE archive (LIKE logs INCLUDING ALL);
CREATE TABLE audit (id int GENERATED ALWAYS AS IDENTITY, what text NOT NULL);
CREATE VIEW recent AS SELECT * FROM logs WHERE id > 2;
CREATE VIEW recent_names AS SELECT r.id, u.name FROM recent r JOIN users u ON u.id = r.user_id;
CREATE FUNCTION all_logs() RETURNS SETOF logs LANGUAGE sql STABLE AS 'SELECT * FROM logs';
CREATE VIEW gone AS SELECT * FROM users;
CREATE RULE gone AS ON DELETE TO gone DO INSTEAD DELETE FROM logs;
CREATE VIEW kept AS SELECT * FROM logs;
CREATE RULE kept AS ON DELETE TO kept DO INSTEAD UPDATE logs SET note = 'gone' WHERE logs.id = OLD.id;
CREATE FUNCTION add_up(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT coalesce($1, 0) + coalesce($2, 0)';
CREATE AGGREGATE total(int) (sfunc = add_up, stype = int, initcond = '0');
-- Names that PostgreSQL has as well: a function that reads, and an operator that is true of NULL.
CREATE FUNCTION generate_series(text) RETURNS SETOF int LANGUAGE sql STABLE AS 'SELECT id FROM users';
CREATE FUNCTION jsonb_array_elements_text(jsonb, jsonb, int DEFAULT 1) RETURNS SETOF text LANGUAGE sql STABLE AS 'SELECT name FROM users';
CREATE FUNCTION jsonb_object_keys(int) RETURNS SETOF text LANGUAGE sql STABLE AS 'SELECT name FROM users';
CREATE FUNCTION pi(text, VARIADIC int[]) RETURNS SETOF text LANGUAGE sql STABLE AS 'SELECT name FROM users';
CREATE SCHEMA odd;
CREATE FUNCTION odd.alike(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT coalesce($1 = $2, true)';
CREATE TABLE odd.things (thing int);
CREATE OPERATOR odd.= (LEFTARG = int, RIGHTARG = int, FUNCTION = odd.alike);

INSERT INTO orgs SELECT n, 'org ' || n FROM generate_series(1, 3) n;
INSERT INTO users SELECT n, 1 + (n + 1) % 3, 'user ' || n FROM generate_series(1, 6) n;
INSERT INTO logs
  SELECT n, 1 + (n - 1) % 3, 1 + n % 6, nullif(n / 2, 0), (ARRAY['ssh', 'web', 'app', 'ide'])[1 + n % 4], 'note ' || n
  FROM generate_series(1, 24) n;
INSERT INTO archive SELECT * FROM logs WHERE id < 4;
INSERT INTO audit (what) VALUES ('begun');
`;

/** Every table, in the order in which they can be emptied. */
export const TABLES = ['audit', 'archive', 'logs', 'users', 'orgs'] as const;
