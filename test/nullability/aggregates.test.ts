import { describeCases } from './cases.js';

describeCases('aggregates of all rows', [
  ['SELECT count(*) AS a, count(bio) AS b, count(DISTINCT bio) AS c FROM authors', 'a b c'],
  ['SELECT max(id) AS a, sum(id) AS b, avg(id) AS c, min(id) AS d, bool_and(label > note) AS e FROM nothing', 'a? b? c? d? e?'],
  [
    "SELECT array_agg(id) AS a, json_agg(id) AS b, jsonb_agg(nothing) AS c, string_agg(label, ',') AS d, jsonb_object_agg(id, label) AS e FROM nothing",
    'a[]? b? c? d? e?',
  ],
  [
    "SELECT COALESCE(sum(id), 0) AS a, COALESCE(json_agg(nothing), '[]') AS b, COALESCE(array_agg(id), '{}') AS c, COALESCE(max(label), '') AS d FROM nothing",
    'a b c[] d',
  ],
  ['SELECT count(*) FILTER (WHERE bio IS NULL) AS a, sum(id) FILTER (WHERE id > 9) AS b FROM authors', 'a b?'],
  ['SELECT max(1) AS a, sum(x) AS b FROM (VALUES (1), (2)) v(x)', 'a b'],
  ['SELECT max(1) AS a', 'a'],
  ['SELECT max(1) AS a WHERE false', 'a?'],
  ['SELECT count(*) + 1 AS a, sum(id)::int AS b, count(*)::text AS c FROM nothing', 'a b? c'],
]);

describeCases('aggregates of groups', [
  [
    'SELECT author_id, count(*) AS n, max(pages) AS a, sum(price) AS b, avg(pages) AS c FROM books GROUP BY author_id',
    'author_id? n a b? c',
  ],
  [
    "SELECT title, min(title) AS a, every(pages > 0) AS b, string_agg(title, ',') AS c, string_agg(subtitle, ',') AS d FROM books GROUP BY title",
    'title a b c d?',
  ],
  [
    'SELECT pages, array_agg(id) AS a, array_agg(subtitle) AS b, array_agg(DISTINCT pages ORDER BY pages) AS c FROM books GROUP BY pages',
    'pages a[] b[?] c[]',
  ],
  ['SELECT id, json_agg(subtitle) AS a, jsonb_agg(b) AS b, json_object_agg(title, subtitle) AS c FROM books b GROUP BY id', 'id a b c'],
  [
    'SELECT id, max(pages) FILTER (WHERE pages > 10) AS a, array_agg(id) FILTER (WHERE false) AS b, count(*) FILTER (WHERE false) AS c FROM books GROUP BY id',
    'id a? b[]? c',
  ],
  ['SELECT id, array_agg(subtitle) FILTER (WHERE subtitle IS NOT NULL) AS a FROM books GROUP BY id', 'id a[]?'],
  ['SELECT stddev(pages) AS a, var_pop(pages) AS b, corr(pages, id) AS c, stddev_pop(pages) AS d FROM books GROUP BY id', 'a? b c? d'],
  [
    'SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY pages) AS a, mode() WITHIN GROUP (ORDER BY subtitle) AS b, percentile_disc(NULL) WITHIN GROUP (ORDER BY pages) AS c FROM books GROUP BY id',
    'a b? c?',
  ],
  ['SELECT rank(1) WITHIN GROUP (ORDER BY pages) AS a FROM books GROUP BY id', 'a'],
  [
    'SELECT a.id, count(b.id) AS n, max(b.pages) AS m, array_agg(b.id) AS c FROM authors a LEFT JOIN books b ON b.author_id = a.id GROUP BY a.id',
    'id n m? c[?]',
  ],
  ['SELECT a.id, a.name, a.bio, max(b.pages) AS m FROM authors a JOIN books b ON b.author_id = a.id GROUP BY a.id', 'id name bio? m'],
  ['SELECT rating, count(*) AS n FROM authors WHERE rating > 0 GROUP BY rating', 'rating n'],
  ['SELECT rating, count(*) AS n FROM authors GROUP BY rating HAVING rating > 0', 'rating n'],
  ['SELECT author_id, max(price) AS a FROM books GROUP BY author_id HAVING max(price) > 0', 'author_id~ a'],
  ['SELECT max(id) AS a FROM nothing HAVING max(id) > 0', 'a'],
  [
    "SELECT string_agg(subtitle, ',' ORDER BY id)::text AS a, sum(DISTINCT price) AS b, string_agg(isbn, ',') AS c FROM books GROUP BY pages > 0 HAVING string_agg(subtitle, ',') ~ '.' AND sum(price) > 0",
    'a b c~',
  ],
  [
    'SELECT mode() WITHIN GROUP (ORDER BY subtitle DESC) AS a, percentile_disc(0.5) WITHIN GROUP (ORDER BY rating) AS b FROM books, authors GROUP BY pages > 0 HAVING percentile_disc(0.5) WITHIN GROUP (ORDER BY rating) > 0',
    'a? b',
  ],
  ['SELECT id % 2 AS parity, sum(id) AS a FROM authors GROUP BY 1', 'parity a'],
  ["SELECT date_trunc('day', created_at) AS day, count(*) AS n FROM authors GROUP BY day", 'day n'],
  ['SELECT bit_or(pages) AS a, any_value(pages) AS b, any_value(subtitle) AS c FROM books GROUP BY id', 'a b c?'],
  [
    "SELECT json_agg(json_build_object('id', b.id)) FILTER (WHERE b.id IS NOT NULL) AS a, COALESCE(json_agg(b.*) FILTER (WHERE b.id IS NOT NULL), '[]') AS b FROM authors a LEFT JOIN books b ON b.author_id = a.id GROUP BY a.id",
    'a? b',
  ],
  ['SELECT JSON_ARRAYAGG(subtitle) AS a, JSON_OBJECTAGG(title: subtitle) AS b FROM books GROUP BY id', 'a b'],
  ['SELECT JSON_ARRAYAGG(label) AS a FROM nothing', 'a?'],
  ['SELECT array_agg(codes) AS a FROM authors WHERE id IN (1, 1) GROUP BY id', 'a[_]'],
  ['SELECT range_agg(period) AS a FROM books GROUP BY id', 'a'],
]);

describeCases('grouping sets', [
  ['SELECT title, pages, count(*) AS n FROM books GROUP BY ROLLUP (title, pages)', 'title? pages? n'],
  ['SELECT title, sum(pages) AS a FROM books GROUP BY CUBE (title)', 'title? a~'],
  ['SELECT title, pages, sum(pages) AS a FROM books GROUP BY GROUPING SETS ((title), (pages))', 'title? pages? a'],
  ['SELECT title, pages, sum(id) AS a FROM books GROUP BY GROUPING SETS ((title), (pages))', 'title? pages? a'],
  ['SELECT title, pages, sum(id) AS a FROM books GROUP BY title, ROLLUP (pages)', 'title pages? a'],
  ['SELECT id, sum(id) AS a FROM nothing GROUP BY GROUPING SETS ((id), ())', 'id? a?'],
  ['SELECT id, sum(id) AS a FROM nothing GROUP BY ROLLUP (id)', 'id? a?'],
  [
    'SELECT lower(title) AS a, lower(title) || pages AS b, GROUPING(lower(title)) AS c FROM books GROUP BY GROUPING SETS ((lower(title), pages), (pages))',
    'a? b? c',
  ],
  ['SELECT title AS t, count(*) AS n FROM books GROUP BY ROLLUP (t)', 't? n'],
  ['SELECT title, count(*) AS n FROM books GROUP BY ROLLUP (1)', 'title? n'],
  ['SELECT title, count(*) AS n FROM books GROUP BY ROLLUP (title) HAVING title IS NOT NULL', 'title n'],
  ['SELECT count(*) AS n, max(id) AS a FROM nothing GROUP BY ()', 'n a?'],
  [
    'SELECT a.bio, s.n FROM authors a, LATERAL (SELECT count(*) AS n FROM nothing n WHERE n.label = a.bio GROUP BY ROLLUP (n.id)) s',
    'bio? n',
  ],
]);

describeCases('window functions', [
  [
    'SELECT row_number() OVER () AS a, rank() OVER (ORDER BY id) AS b, dense_rank() OVER w AS c, ntile(2) OVER w AS d, percent_rank() OVER w AS e, cume_dist() OVER w AS f FROM books WINDOW w AS (ORDER BY pages)',
    'a b c d e f',
  ],
  [
    'SELECT lag(id) OVER w AS a, lead(id) OVER w AS b, lag(id, 1, 0::bigint) OVER w AS c, lead(id, 1, NULL) OVER w AS d FROM books WINDOW w AS (ORDER BY id)',
    'a? b? c d?',
  ],
  [
    'SELECT first_value(id) OVER w AS a, last_value(id) OVER w AS b, nth_value(id, 2) OVER w AS c, first_value(subtitle) OVER (ORDER BY id DESC) AS d FROM books WINDOW w AS (ORDER BY id)',
    'a b c? d?',
  ],
  [
    'SELECT sum(pages) OVER () AS a, sum(price) OVER (PARTITION BY id) AS b, count(*) OVER () AS c, max(pages) OVER (ORDER BY id) AS d FROM books',
    'a b? c d',
  ],
  [
    'SELECT sum(pages) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS a, sum(pages) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS b FROM books',
    'a b?',
  ],
  [
    'SELECT sum(pages) OVER (ORDER BY id ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING) AS a, sum(pages) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW) AS b FROM books',
    'a? b?',
  ],
  [
    'SELECT sum(pages) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS a, first_value(pages) OVER (ORDER BY id GROUPS CURRENT ROW EXCLUDE TIES) AS b FROM books',
    'a b',
  ],
  ['SELECT sum(pages) FILTER (WHERE pages > 10) OVER (PARTITION BY id) AS a FROM books', 'a?'],
  ['SELECT author_id, sum(count(*)) OVER () AS a, rank() OVER (ORDER BY count(*)) AS b FROM books GROUP BY author_id', 'author_id? a b'],
  ['SELECT first_value(pages) OVER (w ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS a FROM books WINDOW w AS (ORDER BY id)', 'a?'],
  ['SELECT s.id, s.n FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM books) s WHERE s.n = 1', 'id n'],
]);
