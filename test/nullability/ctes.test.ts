import { describeCases } from './cases.js';

describeCases('WITH', [
  ['WITH x AS (SELECT id, bio FROM authors) SELECT id, bio FROM x', 'id bio?'],
  ["WITH x(a, b) AS (SELECT id, bio FROM authors) SELECT a, b FROM x WHERE b > ''", 'a b'],
  ['WITH x AS (SELECT * FROM authors) SELECT x.id, b.title FROM x LEFT JOIN books b ON b.author_id = x.id', 'id title?'],
  ['WITH x AS (SELECT bio FROM authors) SELECT p.bio, q.bio FROM x p, x q WHERE p.bio IS NOT NULL', 'bio bio?'],
  ['WITH x AS (SELECT 1 AS a), y AS (SELECT a, NULL AS b FROM x) SELECT * FROM y', 'a b?'],
  ['WITH x AS (SELECT 1 AS a) SELECT * FROM (WITH x AS (SELECT NULL AS a) SELECT a FROM x) s, x', 'a? a'],
  [
    'WITH x AS (SELECT a.id, b.title, b.id AS book FROM authors a LEFT JOIN books b ON b.author_id = a.id) SELECT title FROM x WHERE book = 1',
    'title',
  ],
  ['WITH authors AS (SELECT NULL::int AS id) SELECT id FROM authors', 'id?'],
  ['WITH authors AS (SELECT NULL::int AS id) SELECT id FROM public.authors', 'id'],
  ['WITH x AS MATERIALIZED (SELECT count(*) AS n FROM nothing) SELECT n, (SELECT n FROM x) AS m FROM x', 'n m'],
  ['SELECT (WITH x AS (SELECT a.bio AS v) SELECT v FROM x) AS v FROM authors a', 'v?'],
]);

describeCases('WITH that writes', [
  ["WITH x AS (INSERT INTO nothing VALUES (1, 'l', NULL) RETURNING *) SELECT * FROM x", 'id label note?'],
  ["WITH x AS (UPDATE authors SET bio = 'b' RETURNING id, bio, email) SELECT id, bio, email FROM x", 'id bio email?'],
  [
    'WITH x AS (DELETE FROM shelves WHERE place IS NULL RETURNING *) SELECT x.author_id, x.place, a.name FROM x LEFT JOIN nothing n ON n.id = x.author_id JOIN authors a ON a.id = x.author_id',
    'author_id place? name',
  ],
  [
    "WITH x AS (INSERT INTO nothing VALUES (1, 'l') RETURNING id) INSERT INTO nothing SELECT id + 1, 'm' FROM x RETURNING id, note",
    'id note?',
  ],
]);

describeCases('WITH RECURSIVE', [
  ['WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT n FROM t', 'n'],
  ["WITH RECURSIVE t(n, p) AS (SELECT 1, 'a' UNION ALL SELECT n + 1, NULL FROM t WHERE n < 3) SELECT n, p FROM t", 'n p?'],
  ["WITH RECURSIVE t(n, p, q) AS (SELECT 1, 'a', 'b' UNION ALL SELECT n + 1, q, NULL FROM t WHERE n < 4) SELECT n, p, q FROM t", 'n p? q?'],
  [
    'WITH RECURSIVE t AS (SELECT id, author_id FROM books UNION SELECT b.id, b.author_id FROM t JOIN books b ON b.id = t.author_id) SELECT id, author_id FROM t',
    'id author_id?',
  ],
  [
    'WITH RECURSIVE t AS (SELECT id, 0 AS depth FROM authors WHERE id = 1 UNION ALL SELECT a.id, t.depth + 1 FROM t LEFT JOIN authors a ON a.id = t.id + 3 WHERE t.depth < 2) SELECT id, depth FROM t',
    'id? depth',
  ],
  [
    'WITH RECURSIVE t(n, path) AS (SELECT 1, ARRAY[1] UNION ALL SELECT n + 1, path || (n + 1) FROM t WHERE n < 3) SELECT n, path FROM t',
    'n path[]',
  ],
  [
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SEARCH DEPTH FIRST BY n SET seq SELECT * FROM t',
    'n seq[?]~',
  ],
  [
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n % 3 + 1 FROM t) CYCLE n SET looped USING path SELECT * FROM t',
    'n looped~ path[?]~',
  ],
  [
    "WITH RECURSIVE t(n, r) AS (SELECT 1, ROW(1, 'a')::pair UNION ALL SELECT n + 1, ROW(NULL, NULL)::pair FROM t WHERE n < 3) SELECT (r).a FROM t",
    'a?',
  ],
  ['WITH RECURSIVE x AS (SELECT v FROM y), y AS (SELECT NULL::int AS v) SELECT v FROM x', 'v?'],
  ['WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT max(id) FROM nothing) SELECT n FROM t', 'n?'],
  ['WITH RECURSIVE t(n) AS ((SELECT 1) UNION ALL SELECT s.n + 1 FROM (SELECT n FROM t WHERE n < 3) s) SELECT * FROM t', 'n'],
]);
