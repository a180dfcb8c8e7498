import { describeCases } from './cases.js';

describeCases('inner joins', [
  ['SELECT a.id, b.id, b.subtitle FROM authors a JOIN books b ON b.pages > a.id', 'id id subtitle?'],
  ['SELECT a.name, b.author_id, b.subtitle FROM authors a JOIN books b ON b.author_id = a.id', 'name author_id subtitle?'],
  ['SELECT b.author_id, a.rating FROM authors a, books b WHERE b.author_id = a.rating', 'author_id rating'],
  ['SELECT a.id, b.subtitle FROM authors a CROSS JOIN books b', 'id subtitle?'],
  [
    'SELECT b.reviewer_id, b.author_id FROM books b JOIN authors a ON b.reviewer_id = a.id JOIN authors c ON c.id = b.author_id',
    'reviewer_id author_id',
  ],
]);

describeCases('outer joins', [
  ['SELECT a.id, b.id, b.title FROM authors a LEFT JOIN books b ON b.author_id = a.id', 'id id? title?'],
  ['SELECT a.bio, b.author_id FROM authors a LEFT JOIN books b ON b.author_id = a.id AND a.bio IS NOT NULL', 'bio? author_id?'],
  ['SELECT a.rating FROM authors a LEFT JOIN books b ON a.rating = b.pages', 'rating?'],
  ['SELECT a.id, b.id FROM books b RIGHT JOIN authors a ON b.author_id = a.id', 'id id?'],
  ['SELECT a.id, b.id FROM authors a FULL JOIN books b ON b.author_id = a.id', 'id? id?'],
  ['SELECT a.id, b.id FROM authors a LEFT JOIN books b ON true', 'id id~'],
  ['SELECT a.id, n.label FROM authors a LEFT JOIN nothing n ON true', 'id label?'],
  [
    'SELECT a.id, b.id, r.id, r.stars FROM authors a LEFT JOIN books b ON b.author_id = a.id LEFT JOIN reviews r ON r.book_id = b.id',
    'id id? id? stars?',
  ],
  ['SELECT a.id, b.id, r.id FROM authors a LEFT JOIN (books b JOIN reviews r ON r.book_id = b.id) ON b.author_id = a.id', 'id id? id?'],
  [
    'SELECT a.id, b.id, r.id FROM authors a LEFT JOIN (books b LEFT JOIN reviews r ON r.book_id = b.id) ON b.author_id = a.id',
    'id id? id?',
  ],
  ['SELECT a.id, b.id FROM (authors a LEFT JOIN books b ON b.author_id = a.id) RIGHT JOIN nothing n ON n.id = a.id', 'id~ id~'],
  [
    'SELECT a.id, b.id, r.id FROM authors a LEFT JOIN books b ON b.author_id = a.id RIGHT JOIN reviews r ON r.book_id = b.id + 1',
    'id? id? id',
  ],
  ['SELECT a.id, b.id, c.id FROM authors a LEFT JOIN books b ON b.author_id = a.id JOIN authors c ON c.id = a.id', 'id id? id'],
]);

describeCases('joins that a later condition turns back', [
  [
    'SELECT a.id, b.title, b.author_id FROM authors a LEFT JOIN books b ON b.author_id = a.id JOIN reviews r ON r.book_id = b.id',
    'id title author_id',
  ],
  ['SELECT b.title, b.subtitle FROM authors a LEFT JOIN books b ON b.author_id = a.id WHERE b.id = 1 OR b.pages > 7', 'title subtitle?'],
  ['SELECT b.title FROM authors a LEFT JOIN books b ON b.author_id = a.id WHERE b.id IS NOT NULL', 'title'],
  ['SELECT b.title FROM authors a LEFT JOIN books b ON b.author_id = a.id WHERE b.id IS NULL', 'title?'],
  ["SELECT b.title FROM authors a LEFT JOIN books b ON b.author_id = a.id WHERE b.id IS NULL OR b.title <> ''", 'title?'],
  [
    'SELECT b.title, r.body, r.stars FROM authors a LEFT JOIN books b ON b.author_id = a.id LEFT JOIN reviews r ON r.book_id = b.id WHERE r.stars > 2',
    'title body? stars',
  ],
  [
    'SELECT b.title, r.id FROM authors a LEFT JOIN (books b JOIN reviews r ON r.book_id = b.id) ON b.author_id = a.id WHERE r.id > 0',
    'title id',
  ],
  [
    'SELECT b.title, r.id FROM authors a LEFT JOIN (books b LEFT JOIN reviews r ON r.book_id = b.id) ON b.author_id = a.id WHERE b.id > 0',
    'title id?',
  ],
  [
    'SELECT b.title, r.id FROM authors a LEFT JOIN (books b LEFT JOIN reviews r ON r.book_id = b.id) ON b.author_id = a.id WHERE r.id > 0',
    'title id',
  ],
  ['SELECT a.id, b.id FROM authors a FULL JOIN books b ON b.author_id = a.id WHERE a.id > 0', 'id id?'],
  [
    'SELECT a.rating, b.author_id FROM authors a FULL JOIN books b ON b.author_id = a.rating WHERE a.id > 0 AND b.id > 0',
    'rating author_id',
  ],
  ['SELECT a.rating, b.author_id FROM authors a FULL JOIN books b ON b.author_id = a.rating', 'rating? author_id?'],
  ['SELECT a.rating, b.subtitle FROM authors a LEFT JOIN books b ON a.rating = b.pages WHERE b.id > 0', 'rating subtitle~'],
  [
    'SELECT s.title FROM authors a LEFT JOIN (SELECT author_id, title FROM books WHERE author_id > 0) s ON s.author_id = a.id WHERE s.author_id = 1',
    'title',
  ],
]);

describeCases('USING and NATURAL', [
  [
    'SELECT * FROM shelves JOIN books USING (author_id)',
    'author_id book_id place? id title subtitle? pages price? isbn? published? reviewer_id? period',
  ],
  ['SELECT author_id, s.author_id, b.author_id FROM shelves s LEFT JOIN books b USING (author_id)', 'author_id author_id author_id?'],
  ['SELECT author_id, s.author_id, b.author_id FROM shelves s RIGHT JOIN books b USING (author_id)', 'author_id? author_id? author_id?'],
  ['SELECT author_id, s.place FROM shelves s FULL JOIN books b USING (author_id)', 'author_id? place?'],
  ['SELECT id, a.id, n.id FROM authors a FULL JOIN nothing n USING (id)', 'id id~ id?'],
  ['SELECT id, b.id FROM authors a LEFT JOIN books b USING (id)', 'id id~'],
  ['SELECT id, r.id FROM authors a RIGHT JOIN reviews r USING (id)', 'id id'],
  ['SELECT id FROM authors FULL JOIN books USING (id) FULL JOIN reviews USING (id)', 'id'],
  ['SELECT id, label FROM authors NATURAL LEFT JOIN nothing', 'id label?'],
  ['SELECT * FROM shelves NATURAL JOIN (SELECT 1 AS author_id, NULL::text AS extra) x', 'author_id book_id place? extra?'],
  ['SELECT book_id, author_id FROM shelves NATURAL FULL JOIN (SELECT 9 AS author_id, 9::bigint AS book_id) x', 'book_id author_id'],
  ['SELECT j.id, a.name FROM authors a JOIN books b USING (id) AS j', 'id name'],
  ['SELECT j.id, j.title FROM (authors a LEFT JOIN books b USING (id)) AS j', 'id title~'],
  ['SELECT j.id, j.label FROM (authors a LEFT JOIN nothing b USING (id)) AS j', 'id label?'],
]);

describeCases('COALESCE over the sides of a FULL JOIN', [
  ['SELECT COALESCE(a.id, b.author_id) FROM authors a FULL JOIN books b ON b.author_id = a.id', 'coalesce?'],
  ['SELECT COALESCE(a.id, b.id) FROM authors a FULL JOIN books b ON b.author_id = a.id', 'coalesce'],
  ['SELECT COALESCE(b.title, a.name) FROM authors a FULL JOIN books b ON b.author_id = a.id', 'coalesce'],
  [
    'SELECT COALESCE(a.id, b.id, r.id) FROM authors a FULL JOIN books b ON b.author_id = a.id FULL JOIN reviews r ON r.book_id = b.id',
    'coalesce',
  ],
  [
    'SELECT COALESCE(a.id, b.id) FROM authors a FULL JOIN books b ON b.author_id = a.id FULL JOIN reviews r ON r.book_id = b.id + 5',
    'coalesce?',
  ],
]);

describeCases('LATERAL', [
  ['SELECT a.id, c.n FROM authors a LEFT JOIN LATERAL (SELECT count(*) AS n FROM books b WHERE b.author_id = a.id) c ON true', 'id n'],
  [
    'SELECT a.id, c.n, c.m FROM authors a LEFT JOIN LATERAL (SELECT count(*) AS n, max(pages) AS m FROM books b WHERE b.author_id = a.id) c ON true',
    'id n m?',
  ],
  ['SELECT a.id, c.n FROM authors a LEFT JOIN LATERAL (SELECT count(*) AS n FROM books b WHERE b.author_id = a.id) c ON c.n > 0', 'id n?'],
  [
    'SELECT a.id, l.title FROM authors a LEFT JOIN LATERAL (SELECT title FROM books b WHERE b.author_id = a.id LIMIT 1) l ON true',
    'id title?',
  ],
  ['SELECT a.id, l.title FROM authors a CROSS JOIN LATERAL (SELECT title FROM books b WHERE b.author_id = a.id LIMIT 1) l', 'id title'],
  ['SELECT a.rating, l.title FROM authors a CROSS JOIN LATERAL (SELECT title FROM books b WHERE b.pages > a.rating) l', 'rating title'],
  ['SELECT a.rating, l.rating FROM authors a, LATERAL (SELECT a.rating) l', 'rating? rating?'],
  ['SELECT l.rating FROM authors a, LATERAL (SELECT a.rating) l WHERE a.rating > 0', 'rating'],
  ['SELECT a.tags[1], t FROM authors a, unnest(a.tags) t', 'tags~ t?'],
  ["SELECT a.tags, e FROM authors a, jsonb_array_elements(a.settings) e WHERE jsonb_typeof(a.settings) = 'array'", 'tags[_]~ e'],
]);
