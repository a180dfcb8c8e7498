import { describeCases } from './cases.js';

describeCases('UNION, INTERSECT, EXCEPT', [
  ["SELECT 1 AS a, 'x' AS b UNION SELECT 2, NULL", 'a b?'],
  ['SELECT id, bio FROM authors UNION ALL SELECT id, title FROM books', 'id bio?'],
  ['SELECT name FROM authors UNION ALL SELECT subtitle FROM books', 'name?'],
  ['SELECT id FROM authors UNION SELECT author_id FROM books UNION SELECT 1', 'id?'],
  ['SELECT author_id FROM books INTERSECT SELECT id FROM authors', 'author_id'],
  ['SELECT author_id FROM books INTERSECT SELECT reviewer_id FROM books', 'author_id?'],
  ['SELECT author_id FROM books EXCEPT SELECT id FROM authors', 'author_id?'],
  ['SELECT id FROM authors EXCEPT SELECT author_id FROM books', 'id'],
  ['(SELECT id FROM authors ORDER BY id LIMIT 1) UNION ALL (SELECT id FROM books LIMIT 1)', 'id'],
  ['SELECT bio FROM authors WHERE bio IS NOT NULL UNION SELECT name FROM authors', 'bio'],
  ["VALUES (1, 'a'), (2, NULL)", 'column1 column2?'],
  ["VALUES (1, 'a'), (2, 'b')", 'column1 column2'],
  ['SELECT s.x FROM (SELECT bio AS x FROM authors UNION SELECT name FROM authors) s WHERE s.x IS NOT NULL', 'x'],
  ["TABLE nothing UNION ALL SELECT 1, 'l', NULL", 'id label note?'],
  ['WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL SELECT NULL', 'x?'],
  ['SELECT ARRAY[1] AS a UNION ALL SELECT ARRAY[NULL::int]', 'a[?]'],
  ['SELECT codes FROM authors UNION ALL SELECT ARRAY[1]', 'codes[_]'],
]);
