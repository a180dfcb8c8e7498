/** What comparisons prove of counts, of what stands in NULL's place, and of the elements of arrays. */
import { describeCases } from './cases.js';

describeCases('how many are NULL', [
  ['SELECT bio, rating FROM authors WHERE num_nulls(bio, rating) = 0', 'bio rating'],
  ['SELECT bio, rating FROM authors WHERE num_nulls(bio, rating) < 1', 'bio rating'],
  ['SELECT bio, rating FROM authors WHERE NOT num_nulls(bio, rating) > 0', 'bio rating'],
  ['SELECT bio, rating FROM authors WHERE 2 = num_nonnulls(bio, rating)', 'bio rating'],
  ['SELECT bio, rating FROM authors WHERE num_nulls(bio, rating) <= 1', 'bio? rating?'],
  ['SELECT bio, rating FROM authors WHERE num_nonnulls(bio, rating) >= 1', 'bio? rating?'],
  ['SELECT tags FROM authors WHERE num_nulls(VARIADIC tags) = 0', 'tags[_]~'],
  ['SELECT bio FROM authors WHERE num_nulls(VARIADIC ARRAY[bio]) = 0', 'bio~'],
]);

describeCases('a count of a subquery', [
  ['SELECT author_id FROM books b WHERE (SELECT count(*) FROM authors a WHERE a.id = b.author_id) > 0', 'author_id'],
  ['SELECT author_id FROM books b WHERE 1 <= (SELECT count(a.bio) FROM authors a WHERE a.id = b.author_id)', 'author_id'],
  ['SELECT author_id FROM books b WHERE (SELECT count(*) FROM authors a WHERE a.id = b.author_id) = 1', 'author_id'],
  ['SELECT author_id FROM books b WHERE (SELECT count(*) FROM authors a WHERE a.id = b.author_id) <> 0', 'author_id'],
  ['SELECT author_id FROM books b WHERE NOT (SELECT count(*) FROM authors a WHERE a.id = b.author_id) = 0', 'author_id'],
  ['SELECT author_id FROM books b WHERE (SELECT count(*) FROM authors a WHERE a.id = b.author_id) >= 0', 'author_id?'],
  ['SELECT author_id FROM books b WHERE (SELECT count(*) FROM authors a WHERE a.id = b.author_id) = 0', 'author_id?'],
  ['SELECT author_id FROM books b WHERE (SELECT count(*) + 1 FROM authors a WHERE a.id = b.author_id) > 0', 'author_id?'],
  [
    'SELECT author_id FROM books b WHERE (SELECT count(*) FROM authors a WHERE a.id = b.author_id UNION ALL SELECT 1 LIMIT 1 OFFSET 1) > 0',
    'author_id?',
  ],
  ['SELECT author_id FROM books b WHERE (SELECT sum(1) FROM authors a WHERE a.id = b.author_id) > 0', 'author_id~'],
]);

describeCases("a value in NULL's place", [
  ['SELECT rating FROM authors WHERE COALESCE(rating, 0) > 0', 'rating'],
  ['SELECT rating FROM authors WHERE 0 <> COALESCE(rating, 0)', 'rating'],
  ["SELECT bio FROM authors WHERE COALESCE(bio, '') <> ''", 'bio'],
  ["SELECT bio FROM authors WHERE NOT COALESCE(bio, '') = ''", 'bio'],
  ['SELECT rating, grade FROM authors WHERE COALESCE(rating, grade, 0) > 0', 'rating~ grade?'],
  ['SELECT rating FROM authors WHERE COALESCE(rating, 0) >= 0', 'rating?'],
  ['SELECT rating FROM authors WHERE COALESCE(rating, 0) < 9', 'rating?'],
  ["SELECT bio FROM authors WHERE COALESCE(bio, 'x') <> ''", 'bio?'],
  ["SELECT bio FROM authors WHERE COALESCE(bio, '') = ''", 'bio?'],
]);

describeCases('what a condition would be of NULL', [
  ["SELECT bio FROM authors WHERE concat(bio) <> ''", 'bio'],
  ["SELECT bio FROM authors WHERE concat(bio, 'x') = 'x'", 'bio?'],
  ["SELECT bio FROM authors WHERE concat('a', bio) <> concat('a')", 'bio'],
  ["SELECT bio FROM authors WHERE concat_ws('-', 'a', bio) <> 'a'", 'bio'],
  ["SELECT bio FROM authors WHERE btrim(COALESCE(bio, '')) <> ''", 'bio'],
  ["SELECT bio FROM authors WHERE length(COALESCE(bio, '')) > 0", 'bio'],
  ["SELECT bio FROM authors WHERE length(COALESCE(bio, '')) >= 0", 'bio?'],
  ['SELECT bio FROM authors WHERE COALESCE(length(bio), 0) > 0', 'bio'],
  ["SELECT bio FROM authors WHERE COALESCE(bio, '') LIKE 'w%'", 'bio'],
  ["SELECT bio FROM authors WHERE COALESCE(bio, '') LIKE '%'", 'bio?'],
  ['SELECT rating FROM authors WHERE GREATEST(rating, 0) > 2', 'rating'],
  ['SELECT rating FROM authors WHERE LEAST(rating, 100) < 50', 'rating'],
  ['SELECT rating FROM authors WHERE GREATEST(rating, 5) > 2', 'rating?'],
  ['SELECT rating FROM authors WHERE (rating IS NULL) = false', 'rating'],
  ['SELECT rating FROM authors WHERE (rating IS NULL) = true', 'rating?'],
  ['SELECT rating FROM authors WHERE COALESCE(rating, 0) IS DISTINCT FROM 0', 'rating'],
  ['SELECT rating FROM authors WHERE COALESCE(rating, 0) IS NOT DISTINCT FROM 0', 'rating?'],
  ['SELECT rating FROM authors GROUP BY GROUPING SETS ((rating), (id)) HAVING COALESCE(rating, 0) > 0', 'rating'],
  ['SELECT rating FROM authors GROUP BY GROUPING SETS ((rating), (rating + 1)) HAVING COALESCE(rating + 1, 0) > 0', 'rating?'],
]);

describeCases('a group that holds rows', [
  ['SELECT sum(pages) FROM books HAVING count(*) > 0', 'sum'],
  ['SELECT sum(pages) FROM books HAVING count(*) >= 0', 'sum~'],
  ['SELECT sum(pages), max(price) FROM books HAVING count(price) > 1', 'sum max'],
  ['SELECT max(price), avg(price), max(subtitle) FROM books GROUP BY author_id HAVING min(price) > 0', 'max avg max?'],
  ['SELECT max(price) FROM books GROUP BY author_id HAVING count(*) > 0', 'max?'],
  ['SELECT author_id, max(price) FROM books GROUP BY ROLLUP (author_id) HAVING count(price) > 0', 'author_id? max'],
  ['SELECT max(price) FROM books GROUP BY author_id HAVING COALESCE(sum(price), 0) > 0', 'max'],
  ['SELECT max(pages) FILTER (WHERE pages > 5) FROM books GROUP BY author_id HAVING count(*) FILTER (WHERE pages > 5) > 0', 'max'],
  ['SELECT max(pages) FILTER (WHERE pages > 5) FROM books GROUP BY author_id HAVING count(*) > 0', 'max?'],
  ['SELECT id FROM authors a WHERE COALESCE((SELECT count(*) FROM books WHERE author_id = a.rating OFFSET 1), 5) > 0', 'id'],
  ['SELECT rating FROM authors a WHERE COALESCE((SELECT count(*) FROM books WHERE author_id = a.rating OFFSET 1), 5) > 0', 'rating?'],
]);

describeCases('all rows of a subquery', [
  ['SELECT rating FROM authors WHERE rating > ALL (SELECT count(*) FROM nothing)', 'rating'],
  ['SELECT rating FROM authors WHERE rating > ALL (SELECT count(*) FROM nothing GROUP BY id)', 'rating?'],
  ['SELECT rating FROM authors WHERE NOT rating = ANY (SELECT max(pages) FROM books)', 'rating'],
  ['SELECT rating FROM authors WHERE rating NOT IN (SELECT pages FROM books WHERE pages > 1000)', 'rating?'],
]);

describeCases('whole rows', [
  ['SELECT pair FROM authors WHERE NOT pair IS NULL', 'pair'],
  ['SELECT b.title FROM authors a LEFT JOIN books b ON b.author_id = a.id WHERE NOT b IS NULL', 'title'],
  ['SELECT b.title FROM authors a LEFT JOIN books b ON b.author_id = a.id WHERE b IS NULL', 'title?'],
]);

const FIRST = 'COALESCE(a.bio, b.subtitle)';
const PAIRED = 'FROM authors a LEFT JOIN books b ON b.author_id = a.id';

describeCases('what is made of parts', [
  [`SELECT ${FIRST} AS x ${PAIRED}`, 'x?'],
  [`SELECT ${FIRST} AS x ${PAIRED} WHERE ${FIRST} IS NOT NULL`, 'x'],
  [`SELECT upper(${FIRST}) AS x ${PAIRED} WHERE ${FIRST} LIKE '%'`, 'x'],
  [`SELECT COALESCE(b.subtitle, a.bio) AS x ${PAIRED} WHERE ${FIRST} LIKE '%'`, 'x~'],
  [`SELECT ${FIRST} AS x, count(*) ${PAIRED} WHERE ${FIRST} IS NOT NULL GROUP BY ${FIRST}`, 'x count'],
  [`SELECT ${FIRST} AS x, count(*) ${PAIRED} WHERE ${FIRST} IS NOT NULL GROUP BY ROLLUP (${FIRST})`, 'x? count'],
  [`SELECT s.x FROM (SELECT ${FIRST} AS x ${PAIRED}) s WHERE s.x IS NOT NULL`, 'x'],
  [`SELECT n.id, s.x FROM authors n LEFT JOIN (SELECT a.id, ${FIRST} AS x ${PAIRED}) s ON s.id = n.id + 1 AND s.x IS NOT NULL`, 'id x?'],
  [`SELECT s.x, t.x FROM (SELECT ${FIRST} AS x ${PAIRED}) s, (SELECT ${FIRST} AS x ${PAIRED}) t WHERE s.x IS NOT NULL`, 'x x?'],
  ['SELECT CASE WHEN active THEN rating END AS x FROM authors WHERE CASE WHEN active THEN rating END > 0', 'x'],
  ['SELECT (SELECT max(pages) FROM books) AS x FROM authors WHERE (SELECT max(pages) FROM books) > 0', 'x'],
  ['SELECT COALESCE(NULLIF(random(), 0.5), NULL) AS x FROM authors WHERE COALESCE(NULLIF(random(), 0.5), NULL) > 0', 'x~'],
]);

describeCases('parts that decide each other', [
  ['SELECT rating IS NULL OR rating > 0 AS x, rating IS NOT NULL AND rating > 0 AS y FROM authors', 'x y'],
  ['SELECT rating IS NULL AND rating > 0 AS x, rating IS NOT NULL OR rating > 0 AS y FROM authors', 'x? y?'],
  ['SELECT bio IS NOT NULL AND (rating IS NULL OR rating > 0) AS x FROM authors', 'x'],
  ['SELECT rating > 0 OR rating <= 0 AS x, true OR rating > 0 AS y, false OR rating > 0 AS z FROM authors', 'x? y z?'],
  ['SELECT rating IS NULL OR rating > 0 OR grade > 0 AS x FROM authors', 'x~'],
]);

describeCases('elements of arrays', [
  ['SELECT rating FROM authors WHERE ARRAY[rating] && ARRAY[3, 4]', 'rating'],
  ['SELECT rating, grade FROM authors WHERE ARRAY[rating, grade] && codes', 'rating~ grade~'],
  ['SELECT rating, grade FROM authors WHERE ARRAY[3, 4] @> ARRAY[rating]', 'rating grade?'],
  ['SELECT rating FROM authors WHERE ARRAY[rating] <@ ARRAY[3, NULL]', 'rating'],
  ['SELECT rating FROM authors WHERE ARRAY[rating, 3] @> ARRAY[3]', 'rating?'],
  ['SELECT codes[1] AS first, codes[2] AS second FROM authors WHERE codes[1] > 0', 'first second?'],
]);

describeCases(
  'a table whose CHECK refuses NULL',
  [
    ['SELECT a, b, c, d, e, f FROM checked', 'a b c d? e? f?'],
    ['SELECT a, b FROM parent', 'a? b'],
    ['SELECT id, label, note FROM labels', 'id label note?'],
  ],
  `
  CREATE TABLE checked (
    a int CHECK (a IS NOT NULL), b int, c int, d int CHECK (d > 0), e int, f int,
    CHECK (b IS NOT NULL AND c IS NOT NULL), CHECK (e IS NOT NULL OR a > 9), CHECK ((f IS NOT NULL AND a > 0) OR b > 0)
  );
  INSERT INTO checked VALUES (10, 1, 1, NULL, NULL, NULL);
  ALTER TABLE checked ADD CHECK (e IS NOT NULL) NOT VALID;
  CREATE TABLE parent (a int, b int, CHECK (a IS NOT NULL) NO INHERIT, CHECK (b IS NOT NULL));
  CREATE TABLE child () INHERITS (parent);
  INSERT INTO child VALUES (NULL, 1);
  CREATE VIEW labels AS SELECT id, label, note FROM nothing;
  INSERT INTO nothing VALUES (1, 'l', NULL);
  `,
);

describeCases(
  'RETURNING of a view',
  [
    ["INSERT INTO labels VALUES ('l', 1, NULL) RETURNING *", 'name id note?'],
    ["UPDATE labels SET name = 'x' RETURNING id, name, note", 'id name note?'],
    ["UPDATE above SET name = 'x' RETURNING id, name", 'id name'],
    ["UPDATE instead SET label = 'x' RETURNING id, label", 'id? label~'],
    ['DELETE FROM labels RETURNING id, name', 'id~ name~'],
  ],
  `
  CREATE VIEW labels AS SELECT label AS name, id, note FROM nothing;
  CREATE VIEW above AS SELECT id, name FROM labels WHERE id > 0;
  CREATE VIEW instead AS SELECT id, label FROM nothing;
  INSERT INTO nothing VALUES (7, 'l', NULL);
  CREATE FUNCTION no_id() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.id := NULL; RETURN NEW; END';
  CREATE TRIGGER t INSTEAD OF UPDATE ON instead FOR EACH ROW EXECUTE FUNCTION no_id();
  `,
);

describeCases('a whole row that is not NULL', [
  ['SELECT bio, rating FROM authors a WHERE a IS NOT NULL', 'bio rating'],
  ['SELECT b.subtitle, a.id FROM authors a LEFT JOIN books b ON b.author_id = a.id WHERE b IS NOT NULL', 'subtitle id'],
]);
