/** Statements of every form that PostgreSQL plans, each with the version that it came with. */
export const SCHEMA = `
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN short AS text CHECK (length(VALUE) < 9);
CREATE TYPE pair AS (a int, b text);
CREATE TABLE docs (id int PRIMARY KEY, team_id int, title text, public bool, tags text[], at timestamptz, mood mood, pair pair, data jsonb, span int4range);
CREATE TABLE old_docs () INHERITS (docs);
CREATE TABLE notes (id int, doc_id int) PARTITION BY RANGE (id);
CREATE TABLE notes_low PARTITION OF notes FOR VALUES FROM (0) TO (100);
CREATE TABLE audited (id int, what text);
CREATE RULE keep AS ON DELETE TO audited DO ALSO INSERT INTO docs (id) VALUES (old.id);
CREATE VIEW shown AS SELECT id, title FROM docs WHERE public;
CREATE VIEW counted AS SELECT team_id, count(*) AS n FROM docs GROUP BY team_id;
CREATE SEQUENCE numbers;
CREATE FUNCTION all_docs() RETURNS SETOF docs LANGUAGE sql STABLE AS 'SELECT * FROM docs';
CREATE FUNCTION sum_of(VARIADIC int[]) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON docs USING (team_id = current_setting('app.team', true)::int);
`;

const all = (since: number, ...statements: readonly string[]): readonly (readonly [number, string])[] =>
  statements.map((sql) => [since, sql]);

export const STATEMENTS: readonly (readonly [since: number, sql: string])[] = [
  ...all(
    14,
    'SELECT',
    'SELECT * FROM docs d, LATERAL (SELECT d.id + 1) x, shown, counted, all_docs() a',
    'SELECT a.id FROM docs a LEFT JOIN docs b USING (id) RIGHT JOIN docs c ON c.id = a.id FULL JOIN docs e ON e.id = c.id NATURAL JOIN (SELECT 1 AS one) x',
    'SELECT j.x FROM (docs a CROSS JOIN docs b) AS j(x, y), notes m JOIN notes n USING (id) AS u WHERE u.id = 1',
    'SELECT ARRAY[id], ROW(id, 2), (id, team_id) < (1, 2), CASE id WHEN 1 THEN 2 ELSE 3 END, CASE WHEN public THEN 1 END FROM docs',
    `SELECT COALESCE(id, 1), GREATEST(id, 2), NULLIF(id, 1), id IS DISTINCT FROM 3, title COLLATE "C", tags[1], tags[1:2], (pair).a, (docs).id FROM docs`,
    `SELECT id IS NULL, public IS NOT TRUE, current_user, CURRENT_DATE, xmlelement(name a, xmlattributes(title)), xmlforest(id), id = ANY('{1,2}'), id <> ALL (ARRAY[1]) FROM docs`,
    `SELECT CAST(id AS numeric(4, 1)), id::text::int, ARRAY[1]::text[], title::short, mood::text, 'ok'::mood, ROW(1, 'x')::pair, span @> 3, data -> 'a' ->> 'b', at AT TIME ZONE 'UTC' FROM docs`,
    'SELECT id, (SELECT 1), EXISTS (SELECT 1), id IN (SELECT 1), id > ALL (SELECT 1), ARRAY(SELECT 1), (1, 2) = (SELECT 1, 2), (id, 1) IN (SELECT 1, 2) FROM docs',
    'SELECT team_id, count(*), count(DISTINCT id) FILTER (WHERE public), percentile_cont(0.5) WITHIN GROUP (ORDER BY id), GROUPING(team_id) FROM docs GROUP BY ROLLUP (team_id), CUBE (id), GROUPING SETS ((), (title)) HAVING count(*) > 1',
    'SELECT DISTINCT ON (team_id) sum(id) OVER w, lag(id, 2) OVER (PARTITION BY team_id ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM docs WINDOW w AS (ORDER BY id RANGE 3 PRECEDING) ORDER BY team_id LIMIT $1 OFFSET 2',
    // A name that the server breaks, with a line that begins with another kind of line break.
    `SELECT 1 AS "\r${'('.repeat(62)}"`,
    'SELECT id FROM docs ORDER BY id FETCH FIRST 3 ROWS WITH TIES',
    'SELECT id FROM docs TABLESAMPLE bernoulli (10) REPEATABLE (1) FOR UPDATE OF docs SKIP LOCKED',
    'SELECT id FROM docs UNION (SELECT 1 INTERSECT ALL SELECT 2) EXCEPT SELECT 3 ORDER BY 1 LIMIT 3',
    'VALUES (1, $1::text), (2, NULL) ORDER BY 1',
    'TABLE ONLY docs',
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SEARCH DEPTH FIRST BY n SET o CYCLE n SET c USING p SELECT * FROM r, r s',
    'WITH a AS MATERIALIZED (SELECT 1 AS x), b AS NOT MATERIALIZED (SELECT x FROM a) SELECT (SELECT x FROM b) FROM a',
    'SELECT generate_series(1, 2), unnest(ARRAY[1]), all_docs() FROM docs',
    `SELECT * FROM ROWS FROM (unnest(ARRAY[1]), generate_series(1, 2)) WITH ORDINALITY t(a, b, c), jsonb_to_recordset('[]') AS j(a int), xmltable('/a' PASSING ('<a/>'::xml) COLUMNS n FOR ORDINALITY, b text PATH '.') x`,
    "SELECT sum_of(1, 2), sum_of(VARIADIC ARRAY[1]), make_interval(days => 3), nextval('numbers') FROM docs",
    'SELECT $1::int + $2, $3::text[] FROM docs WHERE id = $1',
    `INSERT INTO docs (id, tags[1], pair.a) VALUES (1, 'x', 2), (DEFAULT, 'y', 3) RETURNING *`,
    'INSERT INTO docs (id) SELECT id FROM notes ON CONFLICT (id) DO UPDATE SET title = excluded.title WHERE docs.public RETURNING id',
    'INSERT INTO docs AS d (id) OVERRIDING SYSTEM VALUE VALUES (1) ON CONFLICT DO NOTHING',
    'INSERT INTO docs DEFAULT VALUES',
    `UPDATE docs SET (title, team_id) = (SELECT 'a', 3), tags[2] = 'x', pair.b = 'y' FROM notes n WHERE n.doc_id = docs.id RETURNING docs.*, n.id`,
    'UPDATE ONLY docs SET title = DEFAULT WHERE CURRENT OF somewhere',
    'UPDATE shown SET title = $1 WHERE id = 2',
    'DELETE FROM docs USING notes WHERE notes.doc_id = docs.id RETURNING *',
    'DELETE FROM audited WHERE id = 1',
    'WITH d AS (DELETE FROM notes RETURNING *), i AS (INSERT INTO docs (id) SELECT id FROM d RETURNING id) UPDATE docs SET public = true FROM i WHERE i.id = docs.id',
    'SELECT a.id FROM notes a WHERE a.id = (SELECT max(b.id) FROM notes b WHERE b.doc_id = a.doc_id AND EXISTS (SELECT 1 FROM docs c WHERE c.id = a.id AND c.team_id = b.id))',
    'SELECT count(a.id), (SELECT count(a.id) FROM notes) FROM docs a',
  ),
  ...all(
    15,
    `MERGE INTO docs d USING notes n ON n.doc_id = d.id WHEN MATCHED AND d.public THEN DELETE WHEN MATCHED THEN UPDATE SET title = 'x' WHEN NOT MATCHED THEN INSERT (id) VALUES (n.id)`,
    'MERGE INTO notes USING (SELECT 1 AS x) s ON s.x = id WHEN MATCHED THEN DO NOTHING',
  ),
  ...all(
    16,
    `SELECT JSON_OBJECT('a': 1 ABSENT ON NULL), JSON_ARRAY(1, 2), JSON_OBJECTAGG(id: title), JSON_ARRAYAGG(id ORDER BY id), '1' IS JSON OBJECT, system_user FROM docs`,
    'SELECT any_value(id) FROM (SELECT 1 AS id)',
  ),
  ...all(
    17,
    `SELECT JSON_VALUE('1', '$' RETURNING int DEFAULT 2 ON ERROR), JSON_QUERY('1', '$' WITH WRAPPER), JSON_EXISTS('1', '$'), JSON('1'), JSON_SCALAR(1), JSON_SERIALIZE('1')`,
    `SELECT * FROM JSON_TABLE('[1]', '$[*]' COLUMNS (a int PATH '$', NESTED PATH '$.b' COLUMNS (c int PATH '$'), NESTED PATH '$.d' COLUMNS (e int EXISTS PATH '$')))`,
    'MERGE INTO docs d USING notes n ON n.doc_id = d.id WHEN NOT MATCHED BY SOURCE THEN DELETE WHEN NOT MATCHED BY TARGET THEN INSERT DEFAULT VALUES RETURNING merge_action(), d.*',
    'MERGE INTO shown USING notes n ON n.id = shown.id WHEN MATCHED THEN DELETE',
  ),
  ...all(
    18,
    'UPDATE docs SET title = $1 RETURNING WITH (OLD AS o, NEW AS n) o.title, n.title, o, n',
    `INSERT INTO docs (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET title = 'x' RETURNING old.title`,
    'MERGE INTO docs d USING notes n ON n.doc_id = d.id WHEN MATCHED THEN DELETE RETURNING old.id, new.id',
  ),
];
