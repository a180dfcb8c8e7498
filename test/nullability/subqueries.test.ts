import { describeCases } from './cases.js';

describeCases('scalar subqueries', [
  [
    'SELECT (SELECT name FROM authors WHERE id = 1) AS a, (SELECT name FROM authors WHERE id = 77) AS b, (SELECT 1) AS c, (SELECT 1 WHERE false) AS d',
    'a~ b? c d?',
  ],
  [
    'SELECT (SELECT count(*) FROM books WHERE author_id = a.id) AS a, (SELECT max(pages) FROM books WHERE author_id = a.id) AS b FROM authors a',
    'a b?',
  ],
  [
    'SELECT (SELECT count(*) FROM books GROUP BY author_id LIMIT 1 OFFSET 9) AS a, (SELECT count(*) FROM books HAVING count(*) > 99) AS b',
    'a? b?',
  ],
  [
    'SELECT (SELECT COALESCE(max(pages), 0) FROM books WHERE author_id = a.id) AS a, COALESCE((SELECT max(pages) FROM books WHERE author_id = a.id), 0) AS b FROM authors a',
    'a b',
  ],
  ['SELECT (SELECT a.name) AS a, (SELECT a.bio) AS b, (SELECT x FROM (VALUES (1)) v(x)) AS c FROM authors a', 'a b? c'],
  ['SELECT (SELECT count(*) LIMIT 0) AS a, (SELECT count(*) FROM books LIMIT 1) AS b, (SELECT 1 LIMIT NULL) AS c', 'a? b c'],
  [
    "SELECT (SELECT json_agg(b) FROM books b WHERE b.author_id = a.id) AS a, (SELECT COALESCE(json_agg(b), '[]') FROM books b WHERE b.author_id = a.id) AS b FROM authors a",
    'a? b',
  ],
  ['SELECT (SELECT max(o.id)) AS a FROM nothing o', 'a?'],
  ['SELECT (SELECT count(o.id) FROM books WHERE false) AS a FROM authors o', 'a?'],
  ['SELECT (SELECT generate_series(1, 0)) AS a', 'a?'],
  ["SELECT (SELECT label FROM nothing UNION ALL SELECT 'x' LIMIT 1) AS a", 'a'],
  ['SELECT x.a, x.b FROM (SELECT (SELECT bio) AS a, (SELECT name) AS b FROM authors) x WHERE x.a IS NOT NULL', 'a b'],
]);

describeCases('EXISTS, IN, ANY, ALL, ARRAY', [
  ['SELECT EXISTS (SELECT * FROM nothing) AS a, NOT EXISTS (SELECT 1) AS b', 'a b'],
  [
    'SELECT id IN (SELECT author_id FROM books) AS a, id IN (SELECT id FROM books) AS b, rating IN (SELECT id FROM books) AS c FROM authors',
    'a? b c?',
  ],
  [
    'SELECT id NOT IN (SELECT author_id FROM books) AS a, id NOT IN (SELECT id FROM books) AS b, id IN (SELECT author_id FROM books WHERE author_id IS NOT NULL) AS c FROM authors',
    'a? b c',
  ],
  ['SELECT id > ALL (SELECT pages FROM books) AS a, id = ANY (SELECT reviewer_id FROM books) AS b FROM authors', 'a b?'],
  ['SELECT (id, name) IN (SELECT id, title FROM books) AS a, (id, bio) IN (SELECT id, title FROM books) AS b FROM authors', 'a b?'],
  [
    'SELECT ARRAY(SELECT pages FROM books) AS a, ARRAY(SELECT price FROM books) AS b, ARRAY(SELECT codes FROM authors WHERE id = 1) AS c',
    'a[] b[?] c[_]',
  ],
]);

describeCases('subselects in FROM', [
  ['SELECT s.id, s.bio, s.one FROM (SELECT id, bio, 1 AS one FROM authors) s', 'id bio? one'],
  ['SELECT s.id, s.one FROM books b LEFT JOIN (SELECT id, 1 AS one FROM authors) s ON s.id = b.author_id', 'id? one?'],
  [
    'SELECT s.one, s.bio FROM books b LEFT JOIN (SELECT id, bio, 1 AS one FROM authors) s ON s.id = b.author_id WHERE s.one = 1',
    'one bio?',
  ],
  [
    'SELECT s.title, s.id FROM (SELECT a.id, b.title, b.id AS book FROM authors a LEFT JOIN books b ON b.author_id = a.id) s WHERE s.book > 0',
    'title id',
  ],
  [
    'SELECT s.title FROM (SELECT b.title, b.id AS book FROM authors a LEFT JOIN books b ON b.author_id = a.id OFFSET 0) s WHERE s.book IS NOT NULL',
    'title',
  ],
  ['SELECT x, y FROM (SELECT id, bio FROM authors) s(x, y)', 'x y?'],
  ['SELECT s.n, s.m FROM (SELECT count(*) AS n, max(id) AS m FROM nothing) s', 'n m?'],
  ["SELECT DISTINCT s.bio FROM (SELECT bio FROM authors WHERE bio > '') s", 'bio'],
  ['SELECT s.* FROM (SELECT 1 AS a, NULL AS b) s', 'a b?'],
  ["SELECT a, b FROM (VALUES (1, NULL), (2, 'x')) v(a, b)", 'a b?'],
  ['SELECT column1, column2 FROM (VALUES (1, 2)) v', 'column1 column2'],
  ['SELECT s.a, t.a FROM (SELECT bio AS a FROM authors) s, (SELECT bio AS a FROM authors) t WHERE s.a IS NOT NULL', 'a a?'],
]);
