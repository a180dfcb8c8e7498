import { describeCases } from './cases.js';

describeCases('literals and casts', [
  ["SELECT 1 AS a, 'x' AS b, true AS c, NULL AS d, 1.5 AS e, B'1' AS f, 5000000000 AS g", 'a b c d? e f g'],
  ['SELECT NULL::int AS a, (1)::text AS b, bio::varchar(3), id::text FROM authors', 'a? b bio? id'],
  ["SELECT '1'::int AS a, '{}'::jsonb AS b, 'happy'::mood AS c, '2020-01-01'::date AS d, interval '1 day' AS e", 'a b c d e'],
  [
    'SELECT mood::text, created_at::date, created_at::time, created_at::timestamp, id::bigint FROM authors',
    'mood? created_at created_at? created_at id',
  ],
  [
    "SELECT settings::text, (settings->'a')::text, 'null'::jsonb::int AS c, ('1'::jsonb)::numeric AS d FROM authors",
    'settings text? c? d~',
  ],
  ['SELECT bio COLLATE "C" AS a, name COLLATE "C" AS b FROM authors', 'a? b'],
  ['SELECT (SELECT nick FROM authors WHERE false)::required_text AS a', 'a?'],
  ['SELECT name::required_text, grade::int, id::small FROM authors', 'name grade? id'],
]);

describeCases('conditional expressions', [
  ["SELECT COALESCE(bio, '') AS a, COALESCE(bio, email) AS b, COALESCE(bio, email, name) AS c FROM authors", 'a b? c'],
  ['SELECT COALESCE(NULL, rating, 0) AS a, COALESCE(rating) AS b FROM authors', 'a b?'],
  ["SELECT CASE WHEN id = 1 THEN 'a' END AS a, CASE WHEN id = 1 THEN 'a' ELSE 'b' END AS b FROM authors", 'a? b'],
  ["SELECT CASE WHEN id = 1 THEN bio ELSE 'b' END AS a, CASE WHEN id > 1 THEN name ELSE bio END AS b FROM authors", 'a~ b~'],
  [
    "SELECT CASE WHEN id = 2 THEN bio ELSE 'b' END AS a, CASE id WHEN 1 THEN name WHEN 2 THEN name ELSE nick END AS b FROM authors",
    'a? b~',
  ],
  [
    "SELECT CASE WHEN bio IS NOT NULL THEN bio ELSE 'none' END AS a, CASE WHEN bio IS NULL THEN 'none' ELSE bio END AS b FROM authors",
    'a b',
  ],
  ["SELECT CASE WHEN bio IS NULL OR bio = '' THEN 'none' ELSE bio END AS a FROM authors", 'a'],
  ["SELECT CASE WHEN bio IS NULL AND id = 9 THEN 'none' ELSE bio END AS a FROM authors", 'a?'],
  ["SELECT CASE WHEN bio = 'writes' THEN bio ELSE name END AS a, CASE bio WHEN 'x' THEN bio ELSE '' END AS b FROM authors", 'a b'],
  ['SELECT CASE WHEN true THEN name ELSE NULL END AS a, CASE WHEN false THEN NULL ELSE name END AS b FROM authors', 'a b'],
  ['SELECT CASE WHEN rating > 3 THEN 1 WHEN rating <= 3 THEN 2 END AS a FROM authors', 'a?'],
  ["SELECT NULLIF(name, '') AS a, NULLIF(id, -1) AS b FROM authors", 'a? b~'],
  ["SELECT COALESCE(NULLIF(name, ''), 'anonymous') AS a FROM authors", 'a'],
  ['SELECT GREATEST(id, rating) AS a, LEAST(rating, grade) AS b, GREATEST(rating, NULL) AS c FROM authors', 'a b? c?'],
]);

describeCases('operators', [
  ['SELECT id + 1 AS a, id - rating AS b, -id AS c, id / 2 AS d, id % 2 AS e, id ^ 2 AS f, |/ id AS g FROM authors', 'a b? c d e f g'],
  ["SELECT name || 'x' AS a, name || bio AS b, name || id AS c, id || name AS d FROM authors", 'a b? c d'],
  [
    "SELECT name = 'x' AS a, bio = 'x' AS b, id < 3 AS c, name LIKE 'x' AS d, name ~ 'x' AS e, bio ILIKE 'x' AS f FROM authors",
    'a b? c d e f?',
  ],
  [
    'SELECT id BETWEEN 1 AND 2 AS a, rating BETWEEN 1 AND 2 AS b, id IN (1, 2) AS c, id IN (1, NULL) AS d, rating IN (1) AS e FROM authors',
    'a b? c d? e?',
  ],
  ['SELECT id NOT IN (1, 2) AS a, id NOT IN (9, grade) AS b FROM authors', 'a b?'],
  ['SELECT id IS DISTINCT FROM rating AS a, rating IS NULL AS b, (rating > 1) IS TRUE AS c, rating ISNULL AS d FROM authors', 'a b c d'],
  ['SELECT active AND true AS a, active AND rating > 1 AS b, NOT active AS c, rating > 1 OR active AS d FROM authors', 'a b? c d?'],
  [
    'SELECT id = ANY (ARRAY[1, 2]) AS a, id = ANY (ARRAY[9, NULL]) AS b, id = ANY (codes) AS c, id <> ALL (ARRAY[1]) AS d FROM authors',
    'a b? c~ d',
  ],
  ["SELECT 'q' = ANY (tags) AS a FROM authors WHERE tags IS NOT NULL", 'a?'],
  ['SELECT (id, name) = (1, NULL) AS a, (id, name) = (1, name) AS b, (id, rating) < (2, 5) AS c FROM authors', 'a? b c?'],
  ['SELECT ROW(id, bio) = ROW(1, bio) AS a, ROW(1, NULL) IS NULL AS b, ROW(id, bio) AS c FROM authors', 'a~ b c'],
  ["SELECT settings -> 'a' AS a, settings ->> 'a' AS b, settings #> '{a,b}' AS c, settings #>> '{a,b}' AS d FROM authors", 'a? b? c? d?'],
  [
    "SELECT settings || '{}' AS a, settings - 'a' AS b, settings #- '{a}' AS c, settings ? 'a' AS d, settings @> '{}' AS e, settings ?| ARRAY['a'] AS f FROM authors WHERE id <> 3",
    'a b c d e f',
  ],
  ["SELECT settings @? '$.a' AS a, settings @@ '$.a' AS b FROM authors", 'a~ b?'],
  ["SELECT settings['a'] AS a, codes[1] AS b, codes[1:1] AS c, (ARRAY[1, 2])[3] AS d FROM authors", 'a? b? c[_] d?'],
  ['SELECT created_at - created_at AS a FROM authors WHERE isfinite(created_at)', 'a'],
  [
    "SELECT now() - interval '1 day' AS a, created_at + interval '1 day' AS b, created_at AT TIME ZONE 'UTC' AS c, published + 1 AS d FROM authors, books",
    'a b c d?',
  ],
  ["SELECT to_tsvector(name) @@ to_tsquery('a') AS a, period @> now() AS b, period && '(,)' AS c FROM authors, books", 'a b c'],
  [
    'SELECT codes || 1 AS a, codes || tags::int[] AS b, codes || NULL AS c, NULL || codes AS d FROM authors WHERE id = 2',
    'a[_] b[_] c[_] d[_]',
  ],
  ['SELECT codes || rating AS a FROM authors', 'a[?]'],
  ['SELECT id OPERATOR(pg_catalog.+) 1 AS a, name = bio IS NOT NULL AS b FROM authors', 'a b'],
]);

describeCases('rows and arrays', [
  ['SELECT (pair).a, (authors.pair).b FROM authors', 'a? b?'],
  ['SELECT (pair).a, (authors.pair).b FROM authors WHERE (pair).a > 0', 'a b?'],
  ['SELECT (a).name, (a).bio FROM authors a', 'name bio?'],
  ['SELECT (b).title FROM authors a LEFT JOIN books b ON b.author_id = a.id', 'title?'],
  ['SELECT authors FROM authors', 'authors'],
  ['SELECT b FROM authors a LEFT JOIN books b ON b.author_id = a.id', 'b?'],
  ['SELECT b FROM authors a LEFT JOIN books b ON b.author_id = a.id WHERE b.pages > 1', 'b'],
  ['SELECT ARRAY[1, 2] AS a, ARRAY[1, NULL] AS b, ARRAY[rating] AS c, ARRAY[]::int[] AS d FROM authors', 'a[] b[?] c[?] d[]'],
  [
    "SELECT ARRAY[[1, 2], [3, 4]] AS a, '{{1},{2}}'::int[] AS b, '{}'::int[][] AS c, '{1,NULL}'::int[] AS d, ARRAY[codes] AS e FROM authors",
    'a[][] b[][] c[] d[?] e[_]',
  ],
  ['SELECT ARRAY(SELECT id FROM books) AS a, ARRAY(SELECT subtitle FROM books) AS b, ARRAY(SELECT 1 WHERE false) AS c', 'a[] b[?] c[]'],
  ["SELECT COALESCE(tags, '{}') AS a, COALESCE(NULL::text[], '{a}') AS b FROM authors", 'a[_] b[]'],
  ['SELECT ARRAY[name, bio] AS a, ARRAY[name] AS b FROM authors', 'a[?] b[]'],
]);

describeCases('values of SQL itself', [
  [
    'SELECT current_date, current_timestamp, localtime, localtimestamp, current_user, session_user, current_catalog, current_role',
    'current_date current_timestamp localtime localtimestamp current_user session_user current_catalog current_role',
  ],
  ['SELECT current_schema', 'current_schema~'],
  [
    "SELECT JSON_OBJECT('a': bio) AS a, JSON_ARRAY(bio) AS b, JSON_SCALAR(bio) AS c, JSON('{}') AS d, bio IS JSON AS e, name IS JSON AS f FROM authors",
    'a b c? d e? f',
  ],
  [
    "SELECT JSON_QUERY(settings, '$.q' EMPTY ARRAY ON EMPTY EMPTY ARRAY ON ERROR) AS a, JSON_QUERY(meta, '$.k' ERROR ON EMPTY ERROR ON ERROR) AS b, JSON_QUERY(settings, '$.a' DEFAULT '1' ON EMPTY) AS c, JSON_VALUE('null', '$' DEFAULT '1' ON EMPTY DEFAULT '2' ON ERROR) AS d, JSON_QUERY('null'::jsonb, '$' RETURNING int DEFAULT 1 ON EMPTY DEFAULT 2 ON ERROR) AS e, JSON_EXISTS(settings, '$.a' PASSING rating AS x) AS f, JSON_EXISTS(settings, 'strict $.q' UNKNOWN ON ERROR) AS g, JSON_EXISTS(settings, NULL::jsonpath) AS h FROM authors WHERE id <> 3 AND (meta IS NULL OR meta ? 'k')",
    'a~ b? c~ d? e~ f g? h?',
  ],
  [
    "SELECT JSON_VALUE(settings, '$.a') AS a, JSON_QUERY(settings, '$.q') AS b, JSON_EXISTS(settings, '$.a') AS c, JSON_EXISTS(meta, '$.a') AS d FROM authors",
    'a? b? c d?',
  ],
  ['SELECT xmlelement(name a, bio) AS a, xmlforest(bio) AS b FROM authors', 'a b?'],
]);
