/**
 * The tables of the fuzzer, and their rows.
 *
 * Every value tells whose it is: the first team's numbers are below 1000 and its texts begin with
 * `a`, the second's are below 2000 and begin with `m`, and nobody's are above and begin with `z`.
 * So a filter for a team can be written over any column, and an equality of two columns, whichever
 * they are, never ties a row of one team to a row of another: whether a tie is narrow enough is the
 * author's to say, and here it always is.
 */

/** What `guard.require` lists. */
export const LISTED = ['docs', 'notes'] as const;

/** Every table that holds rows of its own, in the order of a dump. */
export const TABLES = ['docs', 'docs_archived', 'notes_even', 'notes_odd', 'comments', 'teams', 'archive', 'other.docs'] as const;

/** The tables whose hidden rows are taken away in the other world: those listed, with what inherits from them. */
export const GUARDED_TABLES: readonly string[] = ['docs', 'docs_archived', 'notes_even', 'notes_odd'];

/** Whose rows a filter lets through. */
export type Team = 1 | 1001;

/** The schema in which conditions that the filter does not reach are evaluated; see `statement.ts`. */
export const EVERYONE = 'everyone';

const INHERITED = `
CREATE TABLE docs (id int PRIMARY KEY, team_id int, title text, owner int, public bool, tags int[]);
CREATE TABLE docs_archived () INHERITS (docs);
CREATE TABLE notes (id int PRIMARY KEY, team_id int, body text) PARTITION BY HASH (id);
CREATE TABLE notes_even PARTITION OF notes FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE notes_odd PARTITION OF notes FOR VALUES WITH (MODULUS 2, REMAINDER 1);

INSERT INTO docs VALUES
  (0, 1, 'a0', 0, true, '{0}'), (1, 1, 'a1', 1, true, '{1,2}'), (2, 1, 'a2', 2, true, '{3}'), (4, 1, NULL, 2, NULL, NULL),
  (1001, 1001, 'm1', 1001, false, '{1001,1002}'), (1002, 1001, 'm2', 1002, false, '{1003}'), (1004, 1001, 'm1', 1002, NULL, NULL),
  (2001, NULL, 'z1', 2001, NULL, '{2001}');
INSERT INTO docs_archived VALUES (3, 1, 'a3', 1, true, '{3}'), (1003, 1001, 'm3', 1001, false, '{1003}');
INSERT INTO notes VALUES (0, 1, 'a0'), (1, 1, 'a1'), (2, 1, 'a2'), (3, 1, 'a2'), (1001, 1001, 'm1'), (1002, 1001, 'm2'), (1003, 1001, NULL), (2001, NULL, 'z1');

CREATE VIEW docs_view /*invoker*/ AS SELECT id, team_id, title, owner FROM docs;
CREATE VIEW docs_deep /*invoker*/ AS SELECT v.id, v.team_id, v.title AS name FROM docs_view v WHERE v.id > 0;
CREATE VIEW docs_counted /*invoker*/ AS SELECT team_id, count(*)::int AS n, max(id) AS last, string_agg(title, ',' ORDER BY title) AS titles FROM docs GROUP BY team_id;
CREATE VIEW docs_latest /*invoker*/ AS SELECT DISTINCT ON (owner) id, team_id, title FROM docs ORDER BY owner, id DESC;
CREATE VIEW docs_ranked /*invoker*/ AS SELECT id, team_id, lag(title) OVER (ORDER BY id DESC) AS title FROM docs;
CREATE VIEW docs_notes /*invoker*/ AS SELECT id, team_id, title FROM docs UNION ALL SELECT id, team_id, body FROM notes;
CREATE VIEW docs_commented /*invoker*/ AS SELECT d.id, d.team_id, d.title, c.body FROM docs d LEFT JOIN comments c ON c.doc_id = d.id;
CREATE VIEW docs_paired /*invoker*/ AS SELECT a.id, a.team_id, b.title FROM docs a CROSS JOIN docs b;
CREATE VIEW docs_numbered /*invoker*/ AS SELECT id, team_id, title, (SELECT count(*) FROM docs)::int AS n FROM docs;
CREATE FUNCTION all_docs() RETURNS SETOF docs LANGUAGE sql STABLE BEGIN ATOMIC SELECT * FROM docs; END;
CREATE VIEW docs_called /*invoker*/ AS SELECT id, team_id, title FROM all_docs();
CREATE MATERIALIZED VIEW docs_copy AS SELECT id, team_id, title FROM docs;
CREATE MATERIALIZED VIEW docs_tallied AS SELECT team_id, count(*)::int AS n, string_agg(title, ',' ORDER BY title) AS titles FROM docs GROUP BY team_id;

CREATE FUNCTION label(docs) RETURNS text LANGUAGE sql IMMUTABLE RETURN $1.title || '!';
CREATE FUNCTION rank_of(docs) RETURNS int LANGUAGE sql IMMUTABLE RETURN $1.owner;
`;

const COMMON = `
CREATE TABLE teams (id int PRIMARY KEY, name text);
CREATE TABLE comments (id int PRIMARY KEY, doc_id int, body text);
CREATE TABLE archive (id int, title text);
CREATE SCHEMA other;
CREATE TABLE other.docs (id int, title text);
CREATE AGGREGATE tally(anyelement) (SFUNC = int4inc_any, STYPE = int, INITCOND = 0);

INSERT INTO teams VALUES (1, 'a1'), (1001, 'm1'), (2001, 'z1');
INSERT INTO comments VALUES (1, 1, 'a1'), (2, 1, 'a2'), (3, 2, NULL), (4, NULL, 'a4'), (1001, 1001, 'm1'), (1002, 1002, 'm2'), (2001, 2001, 'z1');
INSERT INTO archive VALUES (1, 'a1'), (1001, 'm1');
INSERT INTO other.docs VALUES (1, 'a1'), (2, 'a2'), (1001, 'm1'), (2001, 'z1');
`;

/** The schema without a row's removal; `worlds.ts` takes rows away. */
export function schemaSql(version: number): string {
  const inherited = version >= 15 ? INHERITED.replaceAll('/*invoker*/', 'WITH (security_invoker = true)') : INHERITED;
  const policies = ['docs', 'docs_archived', 'notes', 'notes_even', 'notes_odd'].map(
    (table) =>
      `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY; CREATE POLICY team ON ${table} USING (team_id = current_setting('fuzz.team')::int);`,
  );
  return [
    `CREATE FUNCTION int4inc_any(int, anyelement) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';`,
    COMMON,
    inherited,
    ...policies,
    `CREATE SCHEMA ${EVERYONE}; SET search_path = ${EVERYONE}, public;`,
    inherited,
    `SET search_path = public;`,
  ].join('\n');
}

/** What copies rows copies those that are there now. */
export const REFRESH = 'REFRESH MATERIALIZED VIEW docs_copy; REFRESH MATERIALIZED VIEW docs_tallied;';

/** Takes away the rows of `docs` and `notes` that are not a team's. */
export function hideOthers(team: Team): string {
  return `DELETE FROM docs WHERE team_id IS DISTINCT FROM ${team}; DELETE FROM notes WHERE team_id IS DISTINCT FROM ${team}; ${REFRESH}`;
}

/** Leaves no row in any table. */
export const EMPTY_ALL = `TRUNCATE docs, notes, comments, teams, archive, other.docs, ${EVERYONE}.docs, ${EVERYONE}.notes;
${REFRESH} REFRESH MATERIALIZED VIEW ${EVERYONE}.docs_copy; REFRESH MATERIALIZED VIEW ${EVERYONE}.docs_tallied;`;

/** A condition that is true of a team's values in a column, and of nobody else's. */
export function teamFilter(team: Team, reference: string, type: 'int' | 'text' | 'bool' | 'ints'): string {
  const first = team === 1;
  switch (type) {
    case 'int':
      return first ? `${reference} < 1000` : `${reference} BETWEEN 1000 AND 1999`;
    case 'text':
      return first ? `${reference} < 'h'` : `${reference} BETWEEN 'h' AND 't'`;
    case 'bool':
      return first ? reference : `NOT ${reference}`;
    case 'ints':
      return first ? `(${reference})[1] < 1000` : `(${reference})[1] BETWEEN 1000 AND 1999`;
  }
}
