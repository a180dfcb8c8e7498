import { describeCases } from './cases.js';

/** What is written into an array: elements that may be NULL, and a depth of its own. */
describeCases(
  'arrays that are written',
  [
    ['UPDATE lists SET l = array_append(l, NULL) RETURNING l, old.l AS o', 'l[?] o[_]~'],
    ['UPDATE lists SET m = m || m RETURNING l, m, g', 'l[_]~ m[_]? g[?]'],
    ["UPDATE lists SET l[3] = 1, m = ARRAY['x'] RETURNING l, m", 'l[?]~ m[]'],
    ['UPDATE lists SET l = $1, d = $2 RETURNING l, d', 'l[] d[][]', { values: [[1], [[1]]] }],
    ['UPDATE lists SET (l, m) = (SELECT ARRAY[max(rating)], NULL::text[] FROM authors WHERE false) RETURNING l, m', 'l[?] m[_]?'],
    ['INSERT INTO lists (id) VALUES (7) RETURNING l, m, d, g', 'l[_]? m[?] d[_]? g[?]'],
    ["INSERT INTO lists (id, m) VALUES (1, '{x}') ON CONFLICT (id) DO UPDATE SET m = ARRAY[NULL] RETURNING m", 'm[?]'],
    ['INSERT INTO watched (id, l) VALUES (1, ARRAY[NULL]::int[]) RETURNING l, watched', 'l[?]~ watched'],
    ['UPDATE viewed SET l = ARRAY[NULL]::int[] RETURNING l', 'l[?]~'],
    [
      'MERGE INTO lists USING authors a ON a.id = lists.id WHEN MATCHED THEN UPDATE SET l = ARRAY[a.rating] RETURNING lists.l, m',
      'l[?]~ m[_]?',
    ],
    ['SELECT g FROM lists', 'g[?]'],
  ],
  `
CREATE TABLE lists (id int PRIMARY KEY, l int[], m text[] DEFAULT '{NULL}', d int[][], g text[] GENERATED ALWAYS AS (array_append(m, NULL)) STORED);
INSERT INTO lists VALUES (1, '{1}', '{a}', '{{1}}'), (2, '{}', NULL, NULL);
CREATE TABLE watched (id int, l int[]);
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER watch BEFORE INSERT ON watched FOR EACH ROW EXECUTE FUNCTION watch();
CREATE VIEW viewed AS SELECT l FROM lists;
`,
);

const TRIGGERS = `
CREATE TABLE audited (id int PRIMARY KEY, note text, label text NOT NULL);
INSERT INTO audited VALUES (1, 'n', 'l');
CREATE FUNCTION clear_note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := NULL; RETURN NEW; END';
CREATE TRIGGER clear BEFORE INSERT OR UPDATE ON audited FOR EACH ROW EXECUTE FUNCTION clear_note();
CREATE VIEW noted AS SELECT id, label, note FROM nothing WHERE note IS NOT NULL;
`;

describeCases('INSERT … RETURNING', [
  ["INSERT INTO nothing VALUES (1, 'l', NULL) RETURNING *", 'id label note?'],
  [
    "INSERT INTO nothing AS n (id, label) VALUES (1, 'l') RETURNING n.id, n.*, label || 'x' AS a, note || 'x' AS b",
    'id id label note? a b?',
  ],
  ['INSERT INTO nothing (id, label, note) SELECT id, name, bio FROM authors RETURNING note, id', 'note? id'],
  ["INSERT INTO nothing VALUES (1, 'l') ON CONFLICT DO NOTHING RETURNING id", 'id'],
  [
    "INSERT INTO authors (id, name) VALUES (1, 'z') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name RETURNING *, (xmax = 0) AS inserted",
    'id name bio~ rating~ mood~ tags[_]~ codes[_] meta~ settings created_at deleted_at~ active email~ score~ nick~ grade~ pair~ Select inserted',
  ],
  [
    "INSERT INTO authors (id, name) VALUES (9, 'z') RETURNING (SELECT max(id) FROM nothing) AS a, EXISTS (SELECT * FROM nothing) AS b",
    'a? b',
  ],
  ["INSERT INTO authors (id, name) VALUES (9, 'z') RETURNING old.id, new.id, old.name, new.bio", 'id? id name? bio?'],
  [
    "INSERT INTO authors (id, name) VALUES (1, 'z') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name RETURNING old.name, new.name, old.*",
    'name~ name id~ name~ bio~ rating~ mood~ tags[_]~ codes[_]~ meta~ settings~ created_at~ deleted_at~ active~ email~ score~ nick~ grade~ pair~ Select~',
  ],
  ["INSERT INTO authors (id, name) VALUES (9, 'z') RETURNING WITH (OLD AS o, NEW AS n) o.id, n.id", 'id? id'],
  [
    'INSERT INTO reviews DEFAULT VALUES RETURNING id',
    'id',
    { before: 'ALTER TABLE reviews ALTER book_id DROP NOT NULL, ALTER stars DROP NOT NULL' },
  ],
]);

describeCases('UPDATE … RETURNING', [
  ["UPDATE authors SET name = 'x' WHERE id = 1 RETURNING id, name, bio, email", 'id name bio~ email~'],
  ['UPDATE authors SET bio = NULL WHERE bio IS NOT NULL RETURNING bio, old.bio, new.bio, old.name', 'bio? bio bio? name'],
  [
    'UPDATE books b SET title = a.name FROM authors a WHERE a.id = b.author_id RETURNING b.id, a.name, a.bio, b.author_id',
    'id name bio? author_id',
  ],
  [
    "UPDATE books b SET title = 'x' FROM authors a LEFT JOIN nothing n ON n.id = a.id WHERE a.id = b.author_id AND a.rating > 1 RETURNING a.rating, n.label, b.pages",
    'rating label? pages',
  ],
  [
    'UPDATE authors SET (bio, email) = (SELECT name, NULL FROM nothing) RETURNING *',
    'id name bio? rating? mood? tags[_]? codes[_] meta? settings created_at deleted_at? active email? score? nick~ grade? pair? Select',
  ],
]);

const WRITTEN = `
CREATE FUNCTION clear_c() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.c := NULL; RETURN NEW; END';
CREATE TABLE written (a int PRIMARY KEY, b text, c int DEFAULT 7, d timestamptz DEFAULT now(), e text[], g int GENERATED ALWAYS AS (c + 1) STORED, s small, p pair, m mood DEFAULT 'sad');
CREATE TABLE cleared_insert (a int PRIMARY KEY, b text, c int);
CREATE TRIGGER clear BEFORE INSERT ON cleared_insert FOR EACH ROW EXECUTE FUNCTION clear_c();
CREATE TABLE cleared_update (a int PRIMARY KEY, b text, c int);
CREATE TRIGGER clear BEFORE UPDATE ON cleared_update FOR EACH ROW EXECUTE FUNCTION clear_c();
CREATE TABLE cleared_after (a int PRIMARY KEY, b text, c int);
CREATE TRIGGER clear AFTER INSERT OR UPDATE ON cleared_after FOR EACH ROW EXECUTE FUNCTION clear_c();
CREATE TABLE above (a int, b text, c int);
CREATE TABLE below () INHERITS (above);
CREATE TRIGGER clear BEFORE UPDATE ON below FOR EACH ROW EXECUTE FUNCTION clear_c();
CREATE TABLE halves (a int, b text, c int) PARTITION BY RANGE (a);
CREATE TABLE low PARTITION OF halves FOR VALUES FROM (0) TO (10);
CREATE TABLE high PARTITION OF halves FOR VALUES FROM (10) TO (20);
CREATE TRIGGER clear BEFORE INSERT ON high FOR EACH ROW EXECUTE FUNCTION clear_c();
CREATE TABLE redirected (a int, b text, c int);
CREATE RULE elsewhere AS ON UPDATE TO redirected DO INSTEAD UPDATE cleared_after SET b = NULL RETURNING a, b, c;
INSERT INTO written (a, b, c) VALUES (1, 'b', 1), (2, NULL, NULL);
INSERT INTO cleared_update VALUES (1, 'b', 1);
INSERT INTO cleared_after VALUES (1, 'b', 1);
INSERT INTO below VALUES (1, 'b', 1);
INSERT INTO halves VALUES (1, 'b', 1);
INSERT INTO redirected VALUES (1, 'b', 1);
`;

describeCases(
  'what a row is written with',
  [
    ["INSERT INTO written (a, b) VALUES (5, 'x') RETURNING a, b, c, d, e, m, new.b, old.b", 'a b c d e[_]? m b b?'],
    ['INSERT INTO written VALUES (5, NULL, DEFAULT, NULL) RETURNING b, c, d', 'b? c d?'],
    ["INSERT INTO written (a, b) VALUES (5, 'x'), (6, NULL), (7, DEFAULT) RETURNING b, c", 'b? c'],
    ['INSERT INTO written (a, c) VALUES (5, 1), (6, DEFAULT) RETURNING b, c', 'b? c~'],
    [
      'INSERT INTO written DEFAULT VALUES RETURNING c, d, e',
      'c d e[_]?',
      { before: 'ALTER TABLE written DROP CONSTRAINT written_pkey, ALTER a DROP NOT NULL' },
    ],
    ['INSERT INTO written (a, b, c) SELECT id, name, rating FROM authors WHERE id > 2 RETURNING b, c', 'b c?'],
    ['INSERT INTO written (a, b, c) SELECT id, bio, rating FROM authors WHERE rating IS NOT NULL AND id > 2 RETURNING b, c', 'b? c'],
    ["INSERT INTO written (a, b, c) SELECT unnest('{5,6}'::int[]), unnest('{x}'::text[]), 1 RETURNING b, c", 'b? c'],
    ["INSERT INTO written (a, b, c) VALUES (unnest('{5,6}'::int[]), unnest('{x}'::text[]) || 'y', 1) RETURNING b, c", 'b? c'],
    ["INSERT INTO written (a, b) VALUES (unnest('{5,6}'::int[]), 'x') RETURNING a, b", 'a b'],
    ['INSERT INTO written (a, b) VALUES ($1, $2) RETURNING b', 'b', { values: [5, 'x'] }],
    ['INSERT INTO written (a, b) VALUES ($1, $2) RETURNING b', 'b?', { values: [5, null], nullableParameters: [2] }],
    ["INSERT INTO written (a, e[1], p.a) VALUES (5, 'x', 1) RETURNING e, p", 'e[?]~ p'],
    ["INSERT INTO written (a, c, s) VALUES (5, '1', 3) RETURNING g, s, c", 'g s c'],
    ["INSERT INTO written (a, c) VALUES (5, ('null'::jsonb)::int) RETURNING c", 'c?'],
    ["INSERT INTO written (a, b, c) VALUES (2, 'x', 1) ON CONFLICT (a) DO UPDATE SET b = 'y' RETURNING b, c", 'b c?'],
    ["INSERT INTO written (a, b, c) VALUES (1, 'x', NULL) ON CONFLICT (a) DO UPDATE SET c = 1 RETURNING b, c", 'b~ c~'],
    [
      "INSERT INTO written AS w (a, b, c) VALUES (2, 'x', 1) ON CONFLICT (a) DO UPDATE SET b = excluded.b, c = w.c WHERE w.a = 2 RETURNING b, c",
      'b c?',
    ],
    [
      "INSERT INTO written AS w (a, b, c) VALUES (1, 'x', 1) ON CONFLICT (a) DO UPDATE SET b = excluded.b WHERE w.c IS NOT NULL RETURNING b, c, old.c",
      'b c c~',
    ],
    ["INSERT INTO written (a, b) VALUES (1, 'x') ON CONFLICT (a) DO UPDATE SET b = NULL RETURNING b", 'b?'],
    [
      "WITH w AS (INSERT INTO written (a, b) VALUES (1, 'x') ON CONFLICT (a) DO UPDATE SET b = NULL RETURNING written AS r) SELECT (r).b FROM w",
      'b?',
    ],
    ["INSERT INTO written (a, b) VALUES (5, 'x') ON CONFLICT DO NOTHING RETURNING b", 'b'],
    ["UPDATE written SET b = 'x', d = DEFAULT RETURNING b, c, d, e, old.b", 'b c? d e[_]? b?'],
    ['UPDATE written SET c = c + 1 RETURNING c', 'c?'],
    ["UPDATE written SET c = c + 1 WHERE c > 0 AND b <> '' RETURNING c, b, new.b, old.c", 'c b b c'],
    ['UPDATE written SET c = NULL WHERE c > 0 AND g > 0 RETURNING c, g, old.g', 'c? g? g'],
    ["UPDATE written SET (b, c) = ('x', NULL) RETURNING b, c", 'b c?'],
    ["UPDATE written SET (b, c) = (SELECT 'x', 1 WHERE false) RETURNING b, c", 'b? c?'],
    ["UPDATE written SET e[2] = 'x', p.a = 1 WHERE p IS NOT NULL RETURNING e, p", 'e[?]~ p'],
    [
      "UPDATE written w SET b = a.bio, c = a.rating FROM authors a WHERE a.id = w.a AND a.bio = 'writes' RETURNING w.b, w.c, w.d",
      'b c~ d~',
    ],
    ['UPDATE written w SET b = n.label FROM authors a LEFT JOIN nothing n ON n.id = a.id RETURNING w.b', 'b?'],
    ['WITH x AS (UPDATE written SET d = now() WHERE c = 1 RETURNING *) SELECT x.b, x.c, x.d FROM x', 'b~ c d'],
    ["INSERT INTO cleared_insert VALUES (1, 'b', 1) RETURNING b, c", 'b~ c?'],
    ["UPDATE cleared_update SET b = 'x', c = 2 RETURNING b, c", 'b~ c?'],
    ["INSERT INTO cleared_update VALUES (2, 'b', 1) RETURNING b, c", 'b c'],
    ["INSERT INTO cleared_update VALUES (1, 'b', 1) ON CONFLICT (a) DO UPDATE SET c = 3 RETURNING b, c", 'b~ c?'],
    ["UPDATE cleared_after SET b = 'x', c = 2 RETURNING b, c", 'b c'],
    ["UPDATE above SET b = 'x', c = 2 RETURNING b, c", 'b~ c?'],
    ["INSERT INTO above VALUES (1, 'b', 1) RETURNING b, c", 'b c'],
    ["UPDATE halves SET a = 12, b = 'x', c = 2 RETURNING b, c", 'b~ c?'],
    ["INSERT INTO halves VALUES (12, 'b', 1) RETURNING b, c", 'b~ c?'],
    ["INSERT INTO low VALUES (2, 'b', 1) RETURNING b, c", 'b c'],
    ["UPDATE redirected SET b = 'x', c = 2 RETURNING b, c", 'b? c~'],
  ],
  WRITTEN,
);

describeCases('DELETE … RETURNING', [
  ['DELETE FROM books WHERE subtitle IS NOT NULL RETURNING id, subtitle, price', 'id subtitle price~'],
  [
    "DELETE FROM books b USING authors a WHERE a.id = b.author_id AND a.bio <> '' RETURNING b.author_id, a.bio, b.price",
    'author_id bio price?',
  ],
  ['DELETE FROM shelves RETURNING *, old.place, new.place, new.author_id', 'author_id book_id place? place? place? author_id?'],
  ['DELETE FROM shelves WHERE place = 7 RETURNING place, shelves.*', 'place author_id book_id place'],
]);

describeCases('MERGE … RETURNING', [
  [
    'MERGE INTO authors t USING books s ON t.id = s.id WHEN MATCHED THEN UPDATE SET bio = s.subtitle WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.title) RETURNING merge_action() AS m, s.id, t.id, t.bio, old.id, new.id',
    'm id id bio? id~ id',
    { before: 'DELETE FROM books WHERE id > 4' },
  ],
  [
    'MERGE INTO shelves t USING authors s ON t.author_id = s.id WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT VALUES (s.id, 9, s.rating) RETURNING t.place, old.author_id, new.author_id, s.rating',
    'place? author_id? author_id rating?',
  ],
  [
    'MERGE INTO shelves t USING authors s ON t.author_id = s.id AND s.rating > 1 WHEN MATCHED THEN DELETE RETURNING s.id, s.rating, t.place, old.place, new.author_id',
    'id rating place? place? author_id?',
  ],
  [
    'MERGE INTO shelves t USING nothing s ON t.author_id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING s.id, t.author_id, merge_action() AS m',
    'id? author_id m',
  ],
]);

describeCases(
  'what triggers and views may do to a row',
  [
    ["INSERT INTO audited VALUES (2, 'n', 'l') RETURNING note, label", 'note? label'],
    ["UPDATE audited SET note = 'x' WHERE note IS NOT NULL RETURNING note, old.note", 'note? note'],
    ["INSERT INTO noted VALUES (1, 'l', NULL) RETURNING id, note", 'id note?'],
    ['UPDATE noted SET note = NULL RETURNING id, note', 'id note?', { before: "INSERT INTO nothing VALUES (1, 'l', 'n')" }],
  ],
  TRIGGERS,
);
