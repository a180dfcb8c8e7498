import type { Overriding } from '../../src/compiler/query.js';
import { describeCases } from './cases.js';

describeCases(
  'views',
  [
    ['SELECT * FROM author_books', 'id name bio? title? book_id?'],
    ['SELECT title, book_id FROM author_books WHERE book_id > 0', 'title book_id'],
    ['SELECT p.title, q.title FROM author_books p, author_books q WHERE p.book_id > 0', 'title title?'],
    ['SELECT * FROM author_stats', 'id books last? total'],
    ['SELECT v.id, v.total FROM books b LEFT JOIN author_stats v ON v.id = b.author_id', 'id? total?'],
    ['SELECT * FROM renamed', 'a b?'],
    ['SELECT * FROM nested', 'id title'],
    ['SELECT * FROM stored', 'id~ bio'],
    ['SELECT * FROM unions', 'id label?'],
    ['SELECT * FROM recursive_view', 'n'],
    ['SELECT * FROM with_tags', 'tags[_]? words[] parts[?]'],
  ],
  `
  CREATE VIEW author_books AS SELECT a.id, a.name, a.bio, b.title, b.id AS book_id FROM authors a LEFT JOIN books b ON b.author_id = a.id;
  CREATE VIEW author_stats AS SELECT a.id, count(b.id) AS books, max(b.published) AS last, COALESCE(sum(b.pages), 0) AS total FROM authors a LEFT JOIN books b ON b.author_id = a.id GROUP BY a.id;
  CREATE VIEW renamed(a, b) AS SELECT id, bio FROM authors;
  CREATE VIEW nested AS SELECT id, title FROM author_books WHERE title IS NOT NULL;
  CREATE MATERIALIZED VIEW stored AS SELECT id, bio FROM authors WHERE bio IS NOT NULL;
  CREATE VIEW unions AS SELECT id, name AS label FROM authors UNION ALL SELECT id, subtitle FROM books;
  CREATE RECURSIVE VIEW recursive_view(n) AS SELECT 1 UNION ALL SELECT n + 1 FROM recursive_view WHERE n < 3;
  CREATE VIEW with_tags AS SELECT tags, ARRAY[name] AS words, ARRAY[bio] AS parts FROM authors;
  `,
);

describeCases(
  'tables of other kinds',
  [
    ['SELECT * FROM measures', 'day value?'],
    ['SELECT * FROM measures_2020', 'day value'],
    ['SELECT * FROM parent', 'id note?'],
    ['SELECT * FROM ONLY parent', 'id note?'],
    ['SELECT * FROM child', 'id note extra?'],
    ['SELECT * FROM generated', 'id a doubled? one'],
    ['SELECT * FROM products', 'id price amount total note? label noted?'],
    ['SELECT note, noted FROM products WHERE noted IS NOT NULL', 'note noted'],
    ['SELECT noted FROM products WHERE note = $1', 'noted', { values: ['n'] }],
    ['UPDATE products SET note = $1 RETURNING total, noted', 'total noted', { values: ['n'] }],
    ['INSERT INTO products (id, price, amount) VALUES (9, 1, 1) RETURNING *', 'id price amount total note? label noted?'],
    ['SELECT * FROM whole', 'a twice?'],
    ['SELECT * FROM domains', 'a~ b?'],
    ['SELECT d.a FROM authors x LEFT JOIN domains d ON d.a = x.id', 'a?'],
    ['SELECT s.id, s."Odd Name" FROM "Other Schema".things s', 'id *?'],
    ['SELECT a.ctid, a.tableoid, b.ctid FROM authors a LEFT JOIN nothing b ON b.id = a.id', 'ctid tableoid ctid?'],
    ["SELECT relname, relkind, relacl FROM pg_class WHERE relname = 'authors'", 'relname relkind relacl[_]?'],
    ["SELECT table_name, column_default FROM information_schema.columns WHERE table_name = 'authors'", 'table_name column_default?'],
    ['SELECT id FROM authors TABLESAMPLE BERNOULLI (100)', 'id'],
    ['SELECT last_value, is_called FROM reviews_id_seq', 'last_value is_called'],
  ],
  `
  CREATE TABLE measures (day date NOT NULL, value int) PARTITION BY RANGE (day);
  CREATE TABLE measures_2020 PARTITION OF measures (value NOT NULL) FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
  CREATE TABLE measures_2021 PARTITION OF measures FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
  INSERT INTO measures VALUES ('2020-05-05', 1), ('2021-05-05', NULL);
  CREATE TABLE parent (id int NOT NULL, note text);
  CREATE TABLE child (extra int) INHERITS (parent);
  ALTER TABLE child ALTER note SET NOT NULL;
  INSERT INTO parent VALUES (1, NULL);
  INSERT INTO child VALUES (2, 'n', NULL);
  CREATE TABLE generated (id serial PRIMARY KEY, a int NOT NULL, doubled int GENERATED ALWAYS AS (nullif(a, 1) * 2) STORED, one int NOT NULL GENERATED ALWAYS AS (1) STORED);
  INSERT INTO generated (a) VALUES (1), (2);
  CREATE TABLE products (
    id int PRIMARY KEY, price int NOT NULL, amount int NOT NULL, total int GENERATED ALWAYS AS (price * amount) STORED,
    note text, label text GENERATED ALWAYS AS (COALESCE(note, '-')) STORED, noted int GENERATED ALWAYS AS (length(note)) STORED
  );
  INSERT INTO products VALUES (1, 2, 3, DEFAULT, 'n'), (2, 2, 3, DEFAULT, NULL);
  CREATE TABLE whole (a int NOT NULL, twice int GENERATED ALWAYS AS (a * 2) STORED);
  CREATE TABLE piece (twice int GENERATED ALWAYS AS (nullif(a, 1) * 2) STORED) INHERITS (whole);
  INSERT INTO whole VALUES (1);
  INSERT INTO piece VALUES (1);
  CREATE DOMAIN positive AS int NOT NULL CHECK (VALUE > 0);
  CREATE DOMAIN deeper AS positive;
  CREATE TABLE domains (a deeper, b small);
  INSERT INTO domains VALUES (1, NULL);
  CREATE SCHEMA "Other Schema";
  CREATE TABLE "Other Schema".things (id int PRIMARY KEY, "Odd Name" text);
  INSERT INTO "Other Schema".things VALUES (1, NULL);
  `,
);

describeCases('parameters', [
  ['SELECT $1::int AS a, $2::int AS b', 'a b?', { values: [1, null], nullableParameters: [2] }],
  ['SELECT $1::int AS a FROM authors WHERE id = $1', 'a', { values: [1], nullableParameters: [1] }],
  ['SELECT rating FROM authors WHERE rating = $1', 'rating', { values: [3] }],
  ['SELECT rating FROM authors WHERE rating = ANY ($1::int[])', 'rating', { values: [[3, 4]] }],
  ['SELECT rating FROM authors WHERE $1::int IS NULL OR rating = $1', 'rating?', { values: [null], nullableParameters: [1] }],
  ['SELECT COALESCE($1, name) AS a, COALESCE($1, bio) AS b FROM authors', 'a b?', { values: [null], nullableParameters: [1] }],
  ['SELECT id = ANY ($1::int[]) AS a, $1::int[] AS b FROM authors', 'a b[]', { values: [[1]] }],
]);

/** Of columns by their names. */
const saying =
  (nullable: Readonly<Record<string, boolean>>): Overriding =>
  (_type, column) => ({ ...SILENT, nullable: nullable[column?.column.name ?? ''] });
const SILENT = {
  target: { type: 'text' },
  tsType: undefined,
  import: undefined,
  nullable: undefined,
  nullableElements: undefined,
  start: 0,
};

describeCases('what the user says of a column', [
  ['SELECT bio, name FROM authors WHERE id = 1', 'bio name~', { result: { override: saying({ bio: false, name: true }) } }],
  ['SELECT a.bio FROM nothing n RIGHT JOIN authors a ON true WHERE a.id = 1', 'bio', { result: { override: saying({ bio: false }) } }],
]);
