/** Tables whose rows hold NULL wherever they may, rows without a match, and values at the ends of their types. */
export const SCHEMA = `
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE DOMAIN required_text AS text NOT NULL;
CREATE DOMAIN small AS int CHECK (VALUE < 10);
CREATE TYPE pair AS (a int, b text);

CREATE TABLE authors (
  id int PRIMARY KEY,
  name text NOT NULL,
  bio text,
  rating int,
  mood mood,
  tags text[],
  codes int[] NOT NULL DEFAULT '{}',
  meta jsonb,
  settings jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  active boolean NOT NULL DEFAULT true,
  email text UNIQUE,
  score numeric,
  nick required_text DEFAULT 'nick',
  grade small,
  pair pair,
  "Select" int NOT NULL DEFAULT 0
);
CREATE TABLE books (
  id bigint PRIMARY KEY,
  author_id int REFERENCES authors,
  title text NOT NULL,
  subtitle text,
  pages int NOT NULL,
  price numeric,
  isbn text UNIQUE,
  published date,
  reviewer_id int,
  period tstzrange NOT NULL DEFAULT 'empty'
);
CREATE TABLE reviews (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  book_id bigint NOT NULL REFERENCES books ON DELETE CASCADE,
  stars int NOT NULL,
  body text,
  at timestamptz
);
CREATE TABLE shelves (author_id int NOT NULL, book_id bigint NOT NULL, place int, PRIMARY KEY (author_id, book_id));
CREATE TABLE nothing (id int PRIMARY KEY, label text NOT NULL, note text);

INSERT INTO authors (id, name, bio, rating, mood, tags, codes, meta, settings, created_at, deleted_at, active, email, score, grade, pair) VALUES
  (1, 'Ann', 'writes', 3, 'happy', '{x,NULL}', '{1,2}', '{"k": 1, "z": null}', '{"a": {"b": null}}', '2020-01-01Z', 'infinity', true, 'ann@x', 1.5, 3, ROW(1, NULL)),
  (2, 'Bob', NULL, NULL, NULL, NULL, '{}', NULL, '{}', 'infinity', NULL, false, NULL, NULL, NULL, NULL),
  (3, 'Cy', NULL, 4, NULL, '{}', '{3}', '[]', '[1, null]', '-infinity', NULL, true, NULL, 'NaN', NULL, ROW(NULL, 'b')),
  (4, '', '', NULL, 'sad', NULL, '{}', 'null', '{}', '2021-05-06Z', '2021-05-06Z', true, '', NULL, 0, NULL);
INSERT INTO books (id, author_id, title, subtitle, pages, price, isbn, published, reviewer_id, period) VALUES
  (1, 1, 'One', 'first', 10, 1.5, 'i1', '2020-01-01', 2, '[2020-01-01Z,)'),
  (2, 1, 'Two', NULL, 20, NULL, NULL, NULL, NULL, 'empty'),
  (3, NULL, 'Three', NULL, 0, NULL, NULL, 'infinity', 1, '(,)'),
  (4, 3, '', NULL, 5, 2, 'i4', NULL, 99, 'empty');
INSERT INTO reviews (book_id, stars, body, at) VALUES (1, 5, 'good', now()), (1, 3, NULL, NULL), (2, 1, NULL, 'infinity');
INSERT INTO shelves VALUES (1, 1, NULL), (1, 2, 7), (2, 1, NULL);
`;
