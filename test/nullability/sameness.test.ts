/** What is the same expression, column, row or aggregate is PostgreSQL's to say, however it is written. */
import { describeCases } from './cases.js';

const EXTRA = `
CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int, n text NOT NULL, ts timestamptz NOT NULL, arr int[] NOT NULL);
CREATE TABLE u (id int PRIMARY KEY, tid int, x int NOT NULL);
INSERT INTO t VALUES (1, 1, NULL, 'x', now(), '{1}'), (2, 2, 2, 'y', now(), '{2,NULL}');
INSERT INTO u VALUES (1, 1, 5), (9, NULL, 6);
CREATE DOMAIN required AS int NOT NULL;
CREATE TABLE held (id int PRIMARY KEY, r required);
INSERT INTO held SELECT 1, h.r FROM (SELECT 1) s LEFT JOIN held h ON true;
CREATE TYPE word AS (lexeme text, n int);
CREATE TABLE late (id int, a int);
INSERT INTO late VALUES (1, NULL), (1, 2);
CREATE MATERIALIZED VIEW stale AS SELECT id, a FROM late;
CREATE MATERIALIZED VIEW chosen AS SELECT id, a FROM late WHERE a IS NOT NULL;
DELETE FROM late WHERE a IS NULL;
ALTER TABLE late ADD PRIMARY KEY (id), ALTER a SET NOT NULL;
CREATE TABLE ruled (id int PRIMARY KEY, a int NOT NULL);
CREATE RULE instead AS ON UPDATE TO ruled DO INSTEAD INSERT INTO u (id, x) SELECT 100 + g, 1 FROM generate_series(1, 2) g RETURNING id, tid;
INSERT INTO ruled VALUES (1, 1);
CREATE VIEW above_ruled AS SELECT * FROM ruled;
CREATE FUNCTION point_text(text) RETURNS point LANGUAGE sql AS 'SELECT NULL::point';
CREATE CAST (text AS point) WITH FUNCTION point_text(text);
`;

describeCases(
  'items of grouping sets',
  [
    ['SELECT n, count(*) AS c FROM t GROUP BY ROLLUP (n::text)', 'n? c'],
    ['SELECT a IN (1) AS p, count(*) AS c FROM t GROUP BY ROLLUP (a = 1)', 'p? c'],
    ["SELECT ts AT TIME ZONE 'UTC' AS p, count(*) AS c FROM t GROUP BY ROLLUP (timezone('UTC', ts))", 'p? c'],
    ['SELECT t.id, count(*) AS c FROM t JOIN u USING (id) GROUP BY ROLLUP (id)', 'id? c'],
    ['SELECT id, count(*) AS c FROM t FULL JOIN u USING (id) GROUP BY ROLLUP (id)', 'id? c'],
    ['SELECT t AS p, count(*) AS c FROM t GROUP BY ROLLUP (t)', 'p? c'],
    ['SELECT ctid, count(*) AS c FROM t GROUP BY ROLLUP (ctid)', 'ctid? c'],
    ['SELECT t.id, s.a FROM t, LATERAL (SELECT t.a, count(*) AS c FROM u GROUP BY ROLLUP (t.a)) s', 'id a?'],
    ['SELECT a + 1 AS p, a FROM t GROUP BY GROUPING SETS ((a), (a + 1)) HAVING a + 1 IS NOT NULL', 'p a?'],
    ['SELECT a, b FROM t GROUP BY GROUPING SETS ((a), (b)) HAVING a IS NOT NULL', 'a b?'],
    ['SELECT (SELECT t.a) AS p, count(*) AS c FROM t GROUP BY ROLLUP (a)', 'p? c'],
    ['SELECT id, a, count(*) AS c FROM t GROUP BY id, ROLLUP (n)', 'id a c'],
    ['SELECT DISTINCT a, count(*) AS c FROM t WHERE a = 1 GROUP BY GROUPING SETS ((a), ())', 'a? c'],
    ['SELECT a FROM t GROUP BY GROUPING SETS ((a, n), (a))', 'a'],
    ["SELECT n || 'x' AS p, count(*) AS c FROM t GROUP BY CUBE (n)", 'p? c'],
  ],
  EXTRA,
);

describeCases(
  'whose an aggregate and a row is',
  [
    ['SELECT (SELECT count(*) FILTER (WHERE t.a > 0) FROM u WHERE u.id = 0) AS p FROM t', 'p?'],
    ['SELECT (SELECT sum(t.b) FROM u WHERE u.id = 0) AS p FROM t', 'p?'],
    ['SELECT (SELECT max(t.a) FROM u WHERE u.id = 0) AS p FROM t', 'p?'],
    ['SELECT ((SELECT u FROM u WHERE u.id = t.id)).* FROM t', 'id? tid? x?'],
    ['SELECT (s.r).x AS p FROM t LEFT JOIN (SELECT u AS r, id FROM u) s ON s.id = t.id', 'p?'],
    ['SELECT (ARRAY(SELECT u FROM u))[9].x AS p', 'p?'],
    ['SELECT w.lexeme FROM unnest(ARRAY[ROW(NULL, 1)::word]) w', 'lexeme?'],
    ["SELECT path '[(0,0),(1,1)]' <-> path '[(5,5),(6,6)]' AS p", 'p~'],
  ],
  EXTRA,
);

describeCases(
  'what is declared, and what is stored',
  [
    ['SELECT r FROM held', 'r?'],
    ['SELECT r + 1 AS p, r::int::required AS q FROM held WHERE r IS NOT NULL', 'p q'],
    ['SELECT * FROM stale', 'id~ a?'],
    ['SELECT * FROM chosen', 'id~ a'],
    ['UPDATE ruled SET a = 2 RETURNING id, a', 'id~ a?'],
    ['UPDATE above_ruled SET a = 2 RETURNING id, a', 'id~ a?'],
    ["SELECT ('1'::text)::point AS p", 'p?'],
    ["SELECT '(1,2)'::point AS p", 'p'],
  ],
  EXTRA,
);

describeCases(
  'elements of arrays',
  [
    ['SELECT unnest($1::text::int[]) AS p', 'p?', { values: ['{1,NULL}'] }],
    ['SELECT $1::text::int[] AS p', 'p[?]', { values: ['{1,NULL}'] }],
    ['SELECT unnest($1::int[]) AS p', 'p', { values: [[1]] }],
    ['SELECT unnest($1::int[]) AS p', 'p?', { values: [[1, null]], nullableElements: [1] }],
    ["SELECT unnest('{1,NULL}'::int[]) AS p, unnest(ARRAY[1, 2]) AS q", 'p? q~'],
    ['SELECT percentile_cont(ARRAY[0.5, NULL]) WITHIN GROUP (ORDER BY a) AS p FROM t', 'p[?]~'],
    ['SELECT percentile_disc(ARRAY[0.5, 1]) WITHIN GROUP (ORDER BY a) AS p FROM t GROUP BY id', 'p[]'],
    ['SELECT array_fill(NULL::int, ARRAY[2]) AS p', 'p[?]'],
    ['SELECT array_fill(7, ARRAY[2, 3]) AS p', 'p[][]'],
  ],
  EXTRA,
);
