import { describeCases } from './cases.js';

describeCases('built-in functions', [
  [
    "SELECT lower(name) AS a, upper(bio) AS b, length(name) AS c, trim(name) AS d, replace(name, 'a', 'b') AS e, left(name, 1) AS f, md5(name) AS g FROM authors",
    'a b? c d e f g',
  ],
  [
    "SELECT substring(name, 1, 2) AS a, substring(name from '^z') AS b, substring(name from 2 for 1) AS c, split_part(name, 'n', 2) AS d, position('n' in name) AS e FROM authors",
    'a b? c d e',
  ],
  [
    "SELECT concat(bio, rating) AS a, concat_ws(',', bio, rating) AS b, concat_ws(NULL, 'a') AS c, format('%s', bio) AS d, quote_nullable(bio) AS e FROM authors",
    'a b c? d e',
  ],
  [
    'SELECT abs(id) AS a, round(score) AS b, round(1.5, 1) AS c, ceil(1.2) AS d, random() AS e, mod(id, 2) AS f, sqrt(id) AS g, trunc(2.5) AS h FROM authors',
    'a b? c d e f g h',
  ],
  [
    "SELECT now() AS a, date_trunc('day', created_at) AS b, age(now()) AS c, to_timestamp(0) AS d, make_date(2020, 1, 1) AS e, clock_timestamp() AS f FROM authors",
    'a b c d e f',
  ],
  [
    "SELECT extract(epoch from created_at) AS a, extract(year from created_at) AS b, extract(month from created_at) AS c, date_part('dow', created_at) AS d FROM authors",
    'a b c? d?',
  ],
  [
    'SELECT extract(month from now()) AS a, extract(hour from current_timestamp) AS b, extract(epoch from now() - created_at) AS c FROM authors',
    'a b c',
  ],
  [
    "SELECT to_char(to_timestamp(id), 'YYYY') AS a, to_char(to_timestamp(score::float8), 'YYYY') AS b, to_char(now() - INTERVAL '1 day', 'YYYY') AS c, to_char(now() - 'infinity'::interval, 'YYYY') AS d, to_char('2024-01-01'::date + 1, 'DD') AS e, to_char(created_at + '1 day'::interval, 'DD') AS f, extract(year FROM to_timestamp(id)) AS g, to_char(date_trunc('day', now() AT TIME ZONE 'UTC' - '1 h'::interval), 'DD') AS h FROM authors WHERE score IS NULL OR score <> 'NaN'",
    'a b? c d? e~ f? g h',
    { before: "UPDATE authors SET score = 'Infinity' WHERE id = 1" },
  ],
  [
    "SELECT to_char(created_at, 'YYYY') AS a, to_char(1, '999') AS b, to_char(now(), 'YYYY') AS c, to_char(now(), '') AS d, to_char(score, '9') AS e FROM authors",
    'a? b c d? e?',
  ],
  ["SELECT to_number('1', '9') AS a, to_date('2020', 'YYYY') AS b", 'a b'],
  [
    "SELECT gen_random_uuid() AS a, version() AS b, pg_backend_pid() AS c, current_database() AS d, current_setting('TimeZone') AS e, current_setting('no.such', true) AS f",
    'a b c d e f?',
  ],
  [
    "SELECT array_length(codes, 1) AS a, cardinality(codes) AS b, array_position(codes, 9) AS c, array_to_string(codes, ',') AS d, array_upper(codes, 1) AS e FROM authors",
    'a? b c? d e?',
  ],
  [
    "SELECT string_to_array(name, ',') AS a, string_to_array(name, ',', '') AS b, regexp_split_to_array(name, ',') AS c, regexp_match(name, 'z') AS d, regexp_replace(name, 'a', 'b') AS e FROM authors",
    'a[] b[?] c[] d[?]? e',
  ],
  [
    'SELECT array_remove(array_agg(bio), NULL) AS a, array_remove(tags, NULL::text) AS b, array_remove(array_agg(bio), name) AS c FROM authors GROUP BY tags, name',
    'a[] b[]? c[?]',
  ],
  [
    'SELECT array_append(codes, 1) AS a, array_append(codes, NULL) AS b, array_remove(codes, 1) AS c, array_cat(tags, NULL) AS d, array_append(NULL, 1) AS e FROM authors',
    'a[_] b[?] c[_] d[_]? e[]',
  ],
  [
    "SELECT jsonb_build_object('a', bio) AS a, json_build_array(bio) AS b, to_jsonb(bio) AS c, to_json(name) AS d, row_to_json(a) AS e, jsonb_set(settings, '{q}', '1') AS f, jsonb_typeof(settings) AS g FROM authors a WHERE id <> 3",
    'a b c? d e f g',
  ],
  [
    "SELECT jsonb_extract_path(settings, 'a') AS a, jsonb_extract_path_text(settings, 'a', 'b') AS b, jsonb_array_length('[]') AS c, jsonb_path_query_first(settings, '$.q') AS d, jsonb_pretty(settings) AS e FROM authors",
    'a? b? c d? e',
  ],
  [
    'SELECT lower(period) AS a, upper(period) AS b, isempty(period) AS c, lower_inf(period) AS d, tstzrange(now(), NULL) AS e FROM books',
    'a? b? c d e',
  ],
  [
    "SELECT to_tsvector('english', name) AS a, ts_rank(to_tsvector(name), plainto_tsquery('a')) AS b, ts_headline(name, websearch_to_tsquery('a')) AS c FROM authors",
    'a b c',
  ],
  [
    "SELECT encode('a', 'hex') AS a, decode('00', 'hex') AS b, sha256('a') AS c, pg_typeof(bio) AS d, num_nulls(bio) AS e, starts_with(name, 'A') AS f FROM authors",
    'a b c d e f',
  ],
  [
    "SELECT host('1.2.3.4'::inet) AS a, masklen('1.2.3.4'::inet) AS b, enum_range(NULL::mood) AS c, enum_first(NULL::mood) AS d",
    'a b c[] d',
  ],
  [
    "SELECT overlay(name placing 'x' from 1) AS a, (created_at, created_at) OVERLAPS (now(), now()) AS b, normalize(name) AS c FROM authors",
    'a b c',
  ],
  ['SELECT scale(score) AS a, min_scale(1.50) AS b, obj_description(1) AS c FROM authors', 'a? b~ c?'],
  ['SELECT lower(authors.name) AS a, authors.id::text || lower(bio) AS b FROM authors', 'a b?'],
  ["SELECT make_interval(days => id) AS a, make_interval(days => rating) AS b, json_strip_nulls('{}') AS c FROM authors", 'a b? c'],
  [
    'SELECT width_bucket(id, 1, 5, 2) AS a, div(9, 4) AS b, pg_size_pretty(1::bigint) AS c, hashtext(name) AS d, pg_try_advisory_xact_lock(1) AS e FROM authors',
    'a b c d e',
  ],
  [
    "SELECT date(created_at) AS a, date('2020-01-01') AS b, date(published) AS c, text(authors.id) AS d, int4(settings -> 'q') AS e, uuid('00000000-0000-0000-0000-000000000000') AS f, float8(authors.id) AS g, \"time\"(created_at) AS h FROM authors, books",
    'a b c? d e? f g h?',
  ],
  ['SELECT array_agg(x) AS a FROM unnest(ARRAY[1]) x', 'a[]~'],
]);

describeCases(
  'functions of the user',
  [
    ['SELECT twice(id) AS a, strict_null(id) AS b FROM authors', 'a~ b?'],
    ['SELECT rating FROM authors WHERE strict_null(rating) IS NULL', 'rating?'],
    ['SELECT rating FROM authors WHERE twice(rating) > 0', 'rating'],
    ['SELECT rating FROM authors WHERE never_strict(rating) > 0', 'rating?'],
    ['SELECT lower(1) AS a', 'a?'],
    ['SELECT total(id) AS a FROM authors', 'a~'],
    ['SELECT total(id) AS a FROM nothing', 'a?'],
    ['SELECT id &&& 1 AS a, id === 1 AS b FROM authors', 'a? b~'],
    ['SELECT rating FROM authors WHERE rating &&& 1 IS NULL', 'rating?'],
    ["SELECT 'x'::text::mood2 AS a, 'x'::mood2 AS b, 'x'::text::mood AS c WHERE false", 'a~ b c'],
  ],
  `
  CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql STRICT AS 'SELECT $1 * 2';
  CREATE FUNCTION strict_null(int) RETURNS int LANGUAGE sql STRICT AS 'SELECT NULL::int';
  CREATE FUNCTION never_strict(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION lower(int) RETURNS int LANGUAGE sql AS 'SELECT NULL::int';
  CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
  CREATE FUNCTION null_op(int, int) RETURNS int LANGUAGE sql AS 'SELECT NULL::int';
  CREATE OPERATOR &&& (LEFTARG = int, RIGHTARG = int, FUNCTION = null_op);
  CREATE FUNCTION same(int, int) RETURNS bool LANGUAGE sql STRICT AS 'SELECT $1 = $2';
  CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = same);
  CREATE TYPE mood2 AS ENUM ('x');
  CREATE FUNCTION to_mood2(text) RETURNS mood2 LANGUAGE sql AS 'SELECT NULL::mood2';
  CREATE CAST (text AS mood2) WITH FUNCTION to_mood2(text);
  `,
);
