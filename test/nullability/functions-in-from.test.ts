import { describeCases } from './cases.js';

describeCases(
  'functions in FROM',
  [
    ['SELECT * FROM generate_series(1, 3) g', 'g'],
    ['SELECT * FROM generate_series(1, 3) AS g(n)', 'n'],
    ['SELECT g, n FROM generate_series(1, 3) WITH ORDINALITY AS g(v, n)', 'g n'],
    ['SELECT * FROM generate_series(1, 3) WITH ORDINALITY', 'generate_series ordinality'],
    ["SELECT * FROM unnest(ARRAY['a', 'b']) u", 'u'],
    ["SELECT * FROM unnest(ARRAY['a', NULL]) u", 'u?'],
    ['SELECT * FROM unnest($1::text[]) WITH ORDINALITY AS u(v, n)', 'v n', { values: [['a']] }],
    ['SELECT * FROM unnest(ARRAY[1, 2], ARRAY[3]) AS u(a, b)', 'a~ b?'],
    ['SELECT * FROM unnest($1::int[], $2::text[]) AS u(a, b)', 'a? b~', { values: [[1], ['a', 'b']] }],
    ['SELECT * FROM ROWS FROM (generate_series(1, 2), generate_series(1, 1)) AS r(a, b)', 'a~ b?'],
    ['SELECT key, value FROM jsonb_each(\'{"a": null}\')', 'key value'],
    ['SELECT key, value FROM jsonb_each_text(\'{"a": null}\')', 'key value?'],
    ["SELECT * FROM jsonb_array_elements('[null]')", 'value'],
    ["SELECT * FROM jsonb_array_elements_text('[null]') AS t(v)", 'v?'],
    ['SELECT * FROM jsonb_object_keys(\'{"a": 1}\') AS k', 'k'],
    ['SELECT * FROM jsonb_to_recordset(\'[{"a": 1}]\') AS r(a int, b text)', 'a~ b?'],
    ['SELECT * FROM json_to_record(\'{"a": 1}\') AS r(a int, b text)', 'a~ b?'],
    ['SELECT * FROM jsonb_populate_record(NULL::pair, \'{"a": 1}\')', 'a~ b?'],
    ["SELECT * FROM regexp_matches('ab', '(a)|(c)') AS m", 'm[?]'],
    ["SELECT * FROM string_to_table('a,b', ',') AS s", 's'],
    ["SELECT * FROM string_to_table('a,b', ',', 'b') AS s", 's?'],
    ["SELECT * FROM regexp_split_to_table('a b', ' ') AS s", 's'],
    ['SELECT * FROM now() AS n', 'n'],
    ['SELECT * FROM current_date AS d', 'd'],
    ['SELECT * FROM lower(NULL) AS l', 'l?'],
    [
      "SELECT * FROM XMLTABLE('/r/i' PASSING CAST('<r><i/></r>' AS xml) COLUMNS n FOR ORDINALITY, v text PATH '@v', w text PATH '@w' DEFAULT 'x' NOT NULL)",
      'n v? w',
    ],
    [
      "SELECT * FROM JSON_TABLE('[{\"a\": [null]}, {}]', '$[*]' COLUMNS (n FOR ORDINALITY, a bool EXISTS PATH '$.a', b jsonb PATH '$.b' EMPTY ON EMPTY EMPTY ON ERROR, c jsonb PATH '$.a', d int[] PATH '$.b', NESTED PATH '$.a[*]' COLUMNS (e bool EXISTS PATH '$'))) j",
      'n~ a~ b~ c? d[?]? e?',
    ],
    ["SELECT * FROM JSON_TABLE('[{\"a\": 1}]', '$[*]' COLUMNS (n FOR ORDINALITY, a int PATH '$.a', b text PATH '$.b')) j", 'n~ a~ b?'],
    ['SELECT a.tags, t.tag FROM authors a, unnest(a.tags) AS t(tag)', 'tags[_] tag?'],
    ['SELECT a.id, t.tag FROM authors a LEFT JOIN LATERAL unnest(a.tags) AS t(tag) ON true', 'id tag?'],
    [
      "SELECT a.id, e.value FROM authors a LEFT JOIN LATERAL jsonb_each(a.settings) e ON jsonb_typeof(a.settings) = 'object' WHERE a.id <> 3",
      'id value?',
    ],
    ['SELECT a.tags FROM authors a LEFT JOIN LATERAL unnest(a.tags) AS t(tag) ON true', 'tags[_]?'],
    ['SELECT * FROM row_of(1)', 'id? label? note?', { before: 'DELETE FROM nothing' }],
    ['SELECT * FROM table_of(1)', 'x~ y?'],
    ['SELECT * FROM out_of(1)', 'x~ y?'],
    ['SELECT * FROM one_out(1)', 'x?'],
    ['SELECT (out_of(1)).*', 'x~ y?'],
    ['SELECT (out_of(id)).x, (row_of(1)).label FROM authors', 'x~ label?'],
    ['SELECT * FROM scalar_of(1) AS s', 's?'],
    ['SELECT * FROM set_of(1) AS s', 's?'],
    ['SELECT * FROM anything() AS r(a int, b text)', 'a? b?'],
    ['SELECT * FROM ROWS FROM (anything() AS (a int, b text)) AS r', 'a? b?'],
  ],
  `
  CREATE FUNCTION row_of(int) RETURNS nothing LANGUAGE sql AS 'SELECT * FROM nothing WHERE id = $1';
  CREATE FUNCTION table_of(int) RETURNS TABLE (x int, y text) LANGUAGE sql AS 'SELECT 1, NULL::text';
  CREATE FUNCTION out_of(int, OUT x int, OUT y text) LANGUAGE sql AS 'SELECT 1, NULL::text';
  CREATE FUNCTION one_out(int, OUT x int) LANGUAGE sql AS 'SELECT NULL::int';
  CREATE FUNCTION scalar_of(int) RETURNS int LANGUAGE sql AS 'SELECT NULL::int';
  CREATE FUNCTION set_of(int) RETURNS SETOF int LANGUAGE sql AS 'SELECT NULL::int';
  CREATE FUNCTION anything() RETURNS SETOF record LANGUAGE sql AS 'SELECT NULL::int, NULL::text';
  `,
);

describeCases('set-returning functions in a select list', [
  ['SELECT generate_series(1, 3) AS a, 1 AS b', 'a b'],
  ['SELECT unnest(tags) AS a, id FROM authors', 'a? id'],
  ['SELECT unnest(ARRAY[1, 2]) AS a', 'a'],
  ['SELECT generate_series(1, 3) AS a, generate_series(1, 2) AS b', 'a~ b?'],
  ['SELECT unnest($1::int[]) AS a, unnest($2::int[]) AS b', 'a? b~', { values: [[1], [1, 2]] }],
  ["SELECT jsonb_array_elements_text('[null]') AS a, 1 AS b", 'a? b'],
  ['SELECT (jsonb_each_text(\'{"a": null}\')).*', 'key~ value?'],
  ["SELECT (regexp_matches(name, 'n'))[1] AS a FROM authors", 'a~'],
  ['INSERT INTO nothing SELECT unnest($1::int[]), unnest($2::text[]) RETURNING id, label', 'id label', { values: [[5], ['x']] }],
  ['SELECT id, unnest(codes) + 1 AS a FROM authors', 'id a~'],
]);
