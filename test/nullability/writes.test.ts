import { describeCases } from './cases.js';

const TRIGGERS = `
CREATE TABLE audited (id int PRIMARY KEY, note text, label text NOT NULL);
INSERT INTO audited VALUES (1, 'n', 'l');
CREATE FUNCTION clear_note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := NULL; RETURN NEW; END';
CREATE TRIGGER clear BEFORE INSERT OR UPDATE ON audited FOR EACH ROW EXECUTE FUNCTION clear_note();
CREATE VIEW noted AS SELECT id, label, note FROM nothing WHERE note IS NOT NULL;
`;

describeCases('INSERT … RETURNING', [
  ["INSERT INTO nothing VALUES (1, 'l', NULL) RETURNING *", 'id label note?'],
  ["INSERT INTO nothing AS n (id, label) VALUES (1, 'l') RETURNING n.id, n.*, label || 'x' AS a, note || 'x' AS b", 'id id label note? a b?'],
  ["INSERT INTO nothing (id, label, note) SELECT id, name, bio FROM authors RETURNING note, id", 'note? id'],
  ["INSERT INTO nothing VALUES (1, 'l') ON CONFLICT DO NOTHING RETURNING id", 'id'],
  ["INSERT INTO authors (id, name) VALUES (1, 'z') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name RETURNING *, (xmax = 0) AS inserted", 'id name bio~ rating~ mood~ tags[_]~ codes[_] meta~ settings created_at deleted_at~ active email~ score~ nick grade~ pair~ Select inserted'],
  ["INSERT INTO authors (id, name) VALUES (9, 'z') RETURNING (SELECT max(id) FROM nothing) AS a, EXISTS (SELECT * FROM nothing) AS b", 'a? b'],
  ["INSERT INTO authors (id, name) VALUES (9, 'z') RETURNING old.id, new.id, old.name, new.bio", 'id? id name? bio?'],
  ["INSERT INTO authors (id, name) VALUES (1, 'z') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name RETURNING old.name, new.name, old.*", 'name~ name id~ name~ bio~ rating~ mood~ tags[_]~ codes[_]~ meta~ settings~ created_at~ deleted_at~ active~ email~ score~ nick~ grade~ pair~ Select~'],
  ["INSERT INTO authors (id, name) VALUES (9, 'z') RETURNING WITH (OLD AS o, NEW AS n) o.id, n.id", 'id? id'],
  ['INSERT INTO reviews DEFAULT VALUES RETURNING id', 'id', { before: 'ALTER TABLE reviews ALTER book_id DROP NOT NULL, ALTER stars DROP NOT NULL' }],
]);

describeCases('UPDATE … RETURNING', [
  ["UPDATE authors SET name = 'x' WHERE id = 1 RETURNING id, name, bio, email", 'id name bio~ email~'],
  ['UPDATE authors SET bio = NULL WHERE bio IS NOT NULL RETURNING bio, old.bio, new.bio, old.name', 'bio? bio bio? name'],
  ['UPDATE books b SET title = a.name FROM authors a WHERE a.id = b.author_id RETURNING b.id, a.name, a.bio, b.author_id', 'id name bio? author_id~'],
  ['UPDATE books b SET title = \'x\' FROM authors a LEFT JOIN nothing n ON n.id = a.id WHERE a.id = b.author_id AND a.rating > 1 RETURNING a.rating, n.label, b.pages', 'rating label? pages'],
  ["UPDATE authors SET (bio, email) = (SELECT name, NULL FROM nothing) RETURNING *", 'id name bio? rating? mood? tags[_]? codes[_] meta? settings created_at deleted_at? active email? score? nick grade? pair? Select'],
]);

describeCases('DELETE … RETURNING', [
  ['DELETE FROM books WHERE subtitle IS NOT NULL RETURNING id, subtitle, price', 'id subtitle price~'],
  ['DELETE FROM books b USING authors a WHERE a.id = b.author_id AND a.bio <> \'\' RETURNING b.author_id, a.bio, b.price', 'author_id bio price?'],
  ['DELETE FROM shelves RETURNING *, old.place, new.place, new.author_id', 'author_id book_id place? place? place? author_id?'],
  ['DELETE FROM shelves WHERE place = 7 RETURNING place, shelves.*', 'place author_id book_id place'],
]);

describeCases('MERGE … RETURNING', [
  ["MERGE INTO authors t USING books s ON t.id = s.id WHEN MATCHED THEN UPDATE SET bio = s.subtitle WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.title) RETURNING merge_action() AS m, s.id, t.id, t.bio, old.id, new.id", 'm id id bio? id~ id', { before: 'DELETE FROM books WHERE id > 4' }],
  ["MERGE INTO shelves t USING authors s ON t.author_id = s.id WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT VALUES (s.id, 9, s.rating) RETURNING t.place, old.author_id, new.author_id, s.rating", 'place? author_id? author_id rating?'],
  ['MERGE INTO shelves t USING authors s ON t.author_id = s.id AND s.rating > 1 WHEN MATCHED THEN DELETE RETURNING s.id, s.rating, t.place, old.place, new.author_id', 'id rating place? place? author_id?'],
  ['MERGE INTO shelves t USING nothing s ON t.author_id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING s.id, t.author_id, merge_action() AS m', 'id? author_id m'],
]);

describeCases(
  'what triggers and views may do to a row',
  [
    ["INSERT INTO audited VALUES (2, 'n', 'l') RETURNING note, label", 'note? label'],
    ["UPDATE audited SET note = 'x' WHERE note IS NOT NULL RETURNING note, old.note", 'note? note'],
    ["INSERT INTO noted VALUES (1, 'l', NULL) RETURNING id, note", 'id~ note?'],
    ["UPDATE noted SET note = NULL RETURNING id, note", 'id~ note?', { before: "INSERT INTO nothing VALUES (1, 'l', 'n')" }],
  ],
  TRIGGERS,
);
