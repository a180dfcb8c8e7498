/** Rows that a foreign key refers to are there, where nothing else decides over them. */
import { describeCases } from './cases.js';

const TABLES = `
CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, code text UNIQUE NOT NULL, bio text);
CREATE TABLE orders (
  id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, boss int REFERENCES users, wide bigint NOT NULL REFERENCES users,
  code text NOT NULL REFERENCES users (code), later int NOT NULL REFERENCES users DEFERRABLE, old int NOT NULL, off int NOT NULL REFERENCES users
);
ALTER TABLE orders ADD FOREIGN KEY (old) REFERENCES users NOT VALID;
CREATE TABLE spots (a int, b int, label text NOT NULL, PRIMARY KEY (a, b));
CREATE TABLE pins (a int NOT NULL, b int NOT NULL, c int, d int NOT NULL, FOREIGN KEY (a, b) REFERENCES spots, FOREIGN KEY (d, c) REFERENCES spots);
CREATE TABLE hidden (id int PRIMARY KEY, name text NOT NULL);
ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
CREATE TABLE seekers (hidden_id int NOT NULL REFERENCES hidden);
INSERT INTO users VALUES (1, 'u', 'c', NULL);
INSERT INTO orders VALUES (1, 1, NULL, 1, 'c', 1, 1, 1);
INSERT INTO spots VALUES (1, 1, 's');
INSERT INTO pins VALUES (1, 1, NULL, 7);
INSERT INTO hidden VALUES (1, 'h');
INSERT INTO seekers VALUES (1);
CREATE VIEW named AS SELECT o.id, u.name FROM orders o LEFT JOIN users u ON u.id = o.user_id;
`;

describeCases(
  'a row that a foreign key refers to',
  [
    ['SELECT (SELECT name FROM users u WHERE u.id = o.user_id) FROM orders o', 'name'],
    ['SELECT (SELECT bio FROM users u WHERE u.id = o.user_id) FROM orders o', 'bio?'],
    ['SELECT u.id, u.name, u.bio FROM orders o LEFT JOIN users u ON o.user_id = u.id', 'id name bio?'],
    ['SELECT b.name FROM orders o LEFT JOIN users b ON b.id = o.boss WHERE o.boss IS NOT NULL', 'name'],
    ['SELECT b.name FROM users b RIGHT JOIN orders o ON b.id = o.boss WHERE o.boss > 0 AND o.id = 1', 'name'],
    ['SELECT b.name FROM orders o LEFT JOIN users b ON b.id = o.boss JOIN spots s ON s.a = o.boss', 'name'],
    ['SELECT b.name FROM orders o LEFT JOIN users b ON b.id = o.boss LEFT JOIN spots s ON s.a = o.boss', 'name?'],
    ['SELECT b.name FROM orders o LEFT JOIN users b ON b.id = o.boss WHERE o.boss IS NOT NULL OR o.id = 1', 'name?'],
    ['SELECT b.name FROM orders o LEFT JOIN users b ON b.id = o.boss AND b.bio IS NULL WHERE o.boss IS NOT NULL', 'name~'],
    ['SELECT c.name FROM users x LEFT JOIN orders o ON o.id = x.id LEFT JOIN users c ON c.id = o.user_id WHERE o.id > 0', 'name'],
    ['SELECT c.name FROM users x LEFT JOIN orders o ON o.id = x.id + 1 LEFT JOIN users c ON c.id = o.user_id', 'name?'],
    ['SELECT u.name FROM users u RIGHT JOIN orders o ON o.user_id = u.id', 'name'],
    ['SELECT u.name FROM orders o LEFT JOIN users u ON u.id = o.wide', 'name'],
    ['SELECT u.name FROM orders o LEFT JOIN users u ON u.code = o.code', 'name'],
    ['SELECT u.name FROM (SELECT user_id AS x FROM orders) o LEFT JOIN users u ON u.id = o.x', 'name'],
    ['SELECT s.label FROM pins p LEFT JOIN spots s ON s.a = p.a AND p.b = s.b', 'label'],
    ['SELECT s.label FROM pins p LEFT JOIN spots s USING (a, b)', 'label'],
    ['SELECT s.label FROM pins p LEFT JOIN spots s ON s.a = p.a', 'label'],
    ['SELECT u.name FROM orders o LEFT JOIN users u ON u.id = o.boss WHERE o.boss IS NOT NULL', 'name'],
    ['SELECT w.name FROM orders o LEFT JOIN users u ON u.id = o.user_id LEFT JOIN users w ON w.id = u.id', 'name~'],
  ],
  TABLES,
);

describeCases(
  'a row that something else decides over',
  [
    ['SELECT u.name FROM orders o LEFT JOIN users u ON u.id = o.boss', 'name?'],
    ["SELECT u.name FROM orders o LEFT JOIN users u ON u.id = o.user_id AND u.name = 'x'", 'name?'],
    ['SELECT u.name FROM orders o LEFT JOIN users u ON u.id = o.user_id AND (true)', 'name~'],
    ['SELECT (SELECT name FROM users u WHERE u.id = o.user_id AND (true)) FROM orders o', 'name~'],
    ['SELECT (SELECT name FROM users u WHERE u.id = o.user_id OFFSET 1) FROM orders o', 'name?'],
    ["SELECT (SELECT name FROM users u WHERE u.id = o.user_id GROUP BY name HAVING name = 'x') FROM orders o", 'name?'],
    ['SELECT u.name FROM orders o LEFT JOIN users u ON u.id = o.later', 'name~'],
    ['SELECT u.name FROM orders o LEFT JOIN users u ON u.id = o.old', 'name~'],
    ['SELECT u.name FROM orders o LEFT JOIN users u ON u.code COLLATE "C" = o.code', 'name~'],
    ['SELECT s.label FROM pins p LEFT JOIN spots s ON s.a = p.d', 'label?'],
    ['SELECT s.label FROM pins p JOIN pins q ON true LEFT JOIN spots s ON s.a = p.a AND s.b = q.b', 'label~'],
    ['SELECT h.name FROM seekers s LEFT JOIN hidden h ON h.id = s.hidden_id', 'name~'],
    ['SELECT u.name FROM orders o LEFT JOIN users u ON u.id = o.user_id FOR UPDATE OF o', 'name~'],
    ["WITH n AS (UPDATE users SET bio = 'x' RETURNING id) SELECT u.name FROM orders o LEFT JOIN users u ON u.id = o.user_id", 'name~'],
    ['DELETE FROM orders o WHERE id = 1 RETURNING (SELECT name FROM users u WHERE u.id = o.user_id)', 'name~'],
    ['SELECT u.name FROM orders o LEFT JOIN users u TABLESAMPLE SYSTEM (0) ON u.id = o.user_id', 'name?'],
    ['SELECT name FROM named', 'name~'],
    ['SELECT u.name FROM orders o FULL JOIN users u ON u.id = o.user_id', 'name~'],
  ],
  TABLES,
);
