import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../src/sql/edits.js';
import { analyzeSql, useDatabase } from './cases.js';

const EXTRA = `
CREATE TABLE odd ("Id" int, "a b" text, "select" int, "x""y" int, user_id int, "user" int, "ümlaut" int, "timestamp" int);
CREATE TABLE plain (id int, a int);
CREATE SCHEMA other;
CREATE TABLE other.plain (id int, b int);
CREATE TABLE empty ();
CREATE FUNCTION two(OUT p int, OUT q text) LANGUAGE sql AS 'SELECT 1, NULL::text';
INSERT INTO plain VALUES (1, NULL);
INSERT INTO other.plain VALUES (1, 2);
INSERT INTO odd DEFAULT VALUES;
`;

describe('what stands for a star', () => {
  const ground = useDatabase(EXTRA);
  const expand = async (sql: string): Promise<string> => applyEdits(sql, (await analyzeSql(ground(), sql)).stars).text;

  const cases: readonly (readonly [behaviour: string, sql: string, expanded: string])[] = [
    ['a bare star', 'SELECT * FROM plain', 'SELECT id, a FROM plain'],
    ['a qualified star', 'SELECT plain.* FROM plain', 'SELECT plain.id, plain.a FROM plain'],
    ['an alias', 'SELECT p.*, 1 FROM plain p', 'SELECT p.id, p.a, 1 FROM plain p'],
    ['a schema', 'SELECT other.plain.* FROM other.plain', 'SELECT other.plain.id, other.plain.b FROM other.plain'],
    [
      'names in two tables',
      'SELECT * FROM plain p, shelves s, nothing',
      'SELECT p.id, a, author_id, book_id, place, nothing.id, label, note FROM plain p, shelves s, nothing',
    ],
    [
      'two tables of one name',
      'SELECT * FROM public.plain, other.plain',
      'SELECT public.plain.id, a, other.plain.id, b FROM public.plain, other.plain',
    ],
    [
      'names that need quotes',
      'SELECT * FROM odd',
      'SELECT "Id", "a b", "select", "x""y", user_id, "user", "ümlaut", "timestamp" FROM odd',
    ],
    ['an alias that needs quotes', 'SELECT "O".* FROM (SELECT 1 AS a) "O"', 'SELECT "O".a FROM (SELECT 1 AS a) "O"'],
    ['USING merges', 'SELECT * FROM plain JOIN nothing USING (id)', 'SELECT id, a, label, note FROM plain JOIN nothing USING (id)'],
    [
      'NATURAL merges in the left order',
      'SELECT * FROM other.plain NATURAL LEFT JOIN plain',
      'SELECT id, b, a FROM other.plain NATURAL LEFT JOIN plain',
    ],
    [
      'each table keeps its merged column',
      'SELECT p.*, n.* FROM plain p JOIN nothing n USING (id)',
      'SELECT p.id, p.a, n.id, n.label, n.note FROM plain p JOIN nothing n USING (id)',
    ],
    [
      'a merged name that a third table has too',
      'SELECT * FROM plain p JOIN nothing n USING (id), (SELECT 1 AS id) x',
      'SELECT p.id, a, label, note, x.id FROM plain p JOIN nothing n USING (id), (SELECT 1 AS id) x',
    ],
    [
      'a merged name of FULL JOIN that a third table has too',
      'SELECT * FROM plain p FULL JOIN nothing n USING (id), (SELECT 1 AS id) x',
      'SELECT COALESCE(p.id, n.id) AS id, a, label, note, x.id FROM plain p FULL JOIN nothing n USING (id), (SELECT 1 AS id) x',
    ],
    ['a USING alias', 'SELECT j.* FROM plain JOIN nothing USING (id) AS j', 'SELECT j.id FROM plain JOIN nothing USING (id) AS j'],
    [
      'an aliased join',
      'SELECT * FROM (plain JOIN nothing USING (id)) j',
      'SELECT id, a, label, note FROM (plain JOIN nothing USING (id)) j',
    ],
    [
      'an aliased join with the same names',
      'SELECT j.* FROM (plain p CROSS JOIN nothing) AS j (x, y)',
      'SELECT j.x, j.y, j.id, j.label, j.note FROM (plain p CROSS JOIN nothing) AS j (x, y)',
    ],
    ['a column alias list', 'SELECT * FROM plain AS p (x)', 'SELECT x, a FROM plain AS p (x)'],
    ['a subselect', 'SELECT * FROM (SELECT * FROM plain) s', 'SELECT id, a FROM (SELECT id, a FROM plain) s'],
    [
      'a nameless column',
      'SELECT * FROM (SELECT 1 + 1, count(*) FROM plain) s',
      'SELECT "?column?", count FROM (SELECT 1 + 1, count(*) FROM plain) s',
    ],
    ['a CTE', 'WITH x AS (SELECT * FROM plain) SELECT x.* FROM x', 'WITH x AS (SELECT id, a FROM plain) SELECT x.id, x.a FROM x'],
    [
      'a CTE that writes',
      'WITH x AS (DELETE FROM plain RETURNING *) SELECT * FROM x',
      'WITH x AS (DELETE FROM plain RETURNING id, a) SELECT id, a FROM x',
    ],
    [
      'a recursive CTE',
      'WITH RECURSIVE x AS (SELECT * FROM plain UNION ALL SELECT p.* FROM plain p JOIN x ON x.a = p.id) SELECT * FROM x',
      'WITH RECURSIVE x AS (SELECT id, a FROM plain UNION ALL SELECT p.id, p.a FROM plain p JOIN x ON x.a = p.id) SELECT id, a FROM x',
    ],
    ['EXISTS', 'SELECT EXISTS (SELECT * FROM plain)', 'SELECT EXISTS (SELECT id, a FROM plain)'],
    [
      'a subquery in WHERE',
      'SELECT 1 FROM nothing WHERE EXISTS (SELECT * FROM plain)',
      'SELECT 1 FROM nothing WHERE EXISTS (SELECT id, a FROM plain)',
    ],
    [
      'a subquery in ORDER BY',
      'SELECT 1 FROM nothing ORDER BY (SELECT count(*) FROM (SELECT * FROM plain) s)',
      'SELECT 1 FROM nothing ORDER BY (SELECT count(*) FROM (SELECT id, a FROM plain) s)',
    ],
    [
      'a subquery in SET',
      'UPDATE plain SET a = (SELECT max(x.a) FROM (SELECT * FROM plain) x)',
      'UPDATE plain SET a = (SELECT max(x.a) FROM (SELECT id, a FROM plain) x)',
    ],
    [
      'a subquery that SET takes several columns from',
      'UPDATE plain SET (id, a) = (SELECT x.id, x.a FROM (SELECT * FROM plain) x)',
      'UPDATE plain SET (id, a) = (SELECT x.id, x.a FROM (SELECT id, a FROM plain) x)',
    ],
    [
      'a subquery in HAVING and LIMIT',
      'SELECT count(*) FROM plain HAVING EXISTS (SELECT * FROM plain) LIMIT (SELECT count(*) FROM (SELECT * FROM plain) s)',
      'SELECT count(*) FROM plain HAVING EXISTS (SELECT id, a FROM plain) LIMIT (SELECT count(*) FROM (SELECT id, a FROM plain) s)',
    ],
    [
      'a subquery in VALUES',
      'INSERT INTO plain VALUES (1, (SELECT count(*) FROM (SELECT * FROM nothing) s))',
      'INSERT INTO plain VALUES (1, (SELECT count(*) FROM (SELECT id, label, note FROM nothing) s))',
    ],
    [
      'a subquery in a join condition',
      'SELECT 1 FROM plain p JOIN nothing n ON n.id IN (SELECT s.id FROM (SELECT * FROM plain) s)',
      'SELECT 1 FROM plain p JOIN nothing n ON n.id IN (SELECT s.id FROM (SELECT id, a FROM plain) s)',
    ],
    [
      'both arms of a UNION',
      'SELECT * FROM plain UNION ALL SELECT * FROM other.plain',
      'SELECT id, a FROM plain UNION ALL SELECT id, b FROM other.plain',
    ],
    [
      'INSERT from SELECT',
      'INSERT INTO plain SELECT * FROM other.plain RETURNING *',
      'INSERT INTO plain SELECT id, b FROM other.plain RETURNING id, a',
    ],
    [
      'RETURNING with FROM',
      'UPDATE plain p SET a = n.id FROM nothing n RETURNING *',
      'UPDATE plain p SET a = n.id FROM nothing n RETURNING p.id, a, n.id, label, note',
    ],
    ['old and new', 'UPDATE plain SET a = 1 RETURNING old.*, new.*', 'UPDATE plain SET a = 1 RETURNING old.id, old.a, new.id, new.a'],
    [
      'MERGE',
      'MERGE INTO plain t USING nothing s ON s.id = t.id WHEN MATCHED THEN DELETE RETURNING *',
      'MERGE INTO plain t USING nothing s ON s.id = t.id WHEN MATCHED THEN DELETE RETURNING s.id, label, note, t.id, a',
    ],
    ['a function with OUT parameters', 'SELECT (two()).*, t.* FROM two() t', 'SELECT (two()).p, (two()).q, t.p, t.q FROM two() t'],
    ['a composite column', 'SELECT (pair).* FROM authors', 'SELECT (pair).a, (pair).b FROM authors'],
    ['a row of a table', 'SELECT (p).* FROM plain p', 'SELECT (p).id, (p).a FROM plain p'],
    [
      'LATERAL reaches outward',
      'SELECT s.* FROM plain p, LATERAL (SELECT p.*) s',
      'SELECT s.id, s.a FROM plain p, LATERAL (SELECT p.id, p.a) s',
    ],
    ['TABLE has none that is written', 'SELECT s.*, 2 * 3 FROM (TABLE plain) s', 'SELECT s.id, s.a, 2 * 3 FROM (TABLE plain) s'],
    ['TABLE in a CTE', 'WITH x AS (TABLE plain) SELECT * FROM x', 'WITH x AS (TABLE plain) SELECT id, a FROM x'],
    ['count(*) is none', 'SELECT count(*), 2 * 3 FROM plain', 'SELECT count(*), 2 * 3 FROM plain'],
    ['whole rows in calls are none', 'SELECT to_jsonb(p.*), ROW(p.*) FROM plain p', 'SELECT to_jsonb(p.*), ROW(p.*) FROM plain p'],
    ['space and comments within', 'SELECT p . /* all */ * FROM plain p', 'SELECT p.id, p.a FROM plain p'],
    ['a comment right after', 'SELECT */**/FROM plain', 'SELECT id, a/**/FROM plain'],
    ['lines are kept', 'SELECT p.\n-- all\n*,\n1 FROM plain p', 'SELECT p.id, p.a\n\n,\n1 FROM plain p'],
    ['lines of a repeated expression', 'SELECT (\n two()\n).* FROM plain', 'SELECT ( two() ).p, ( two() ).q\n\n FROM plain'],
    ['text beyond ASCII', "SELECT 'ñ€😀', * FROM plain", "SELECT 'ñ€😀', id, a FROM plain"],
  ];

  it.each(cases)('%s', async (_behaviour, sql, expanded) => {
    const { client } = ground();
    expect(await expand(sql)).toBe(expanded);
    await client.query('BEGIN');
    try {
      const before = await client.query({ text: sql, rowMode: 'array' });
      await client.query('ROLLBACK; BEGIN');
      const after = await client.query({ text: expanded, rowMode: 'array' });
      expect(after.fields.map(({ name, dataTypeID }) => [name, dataTypeID])).toEqual(
        before.fields.map(({ name, dataTypeID }) => [name, dataTypeID]),
      );
      expect(after.rows).toEqual(before.rows);
    } finally {
      await client.query('ROLLBACK');
    }
  });

  it.each([
    ['two columns of one name', 'SELECT * FROM (SELECT 1 AS a, 2 AS a) s'],
    ['a table without columns', 'SELECT * FROM empty'],
  ])('leaves %s as it is', async (_behaviour, sql) => {
    expect(await expand(sql)).toBe(sql);
  });

  it('says what a star stands for', async () => {
    const sql =
      'SELECT a.*, b.*, 1, c.* FROM authors a LEFT JOIN nothing b ON b.id = a.id LEFT JOIN LATERAL (SELECT * FROM plain) c ON true';
    const { stars, columns } = await analyzeSql(ground(), sql);
    expect(
      stars.map(({ start, alias, relation, nullExtended, topLevel }) => [
        sql.slice(start, start + 3),
        alias,
        relation?.name,
        nullExtended,
        topLevel,
      ]),
    ).toEqual([
      ['a.*', 'a', 'authors', false, true],
      ['b.*', 'b', 'nothing', true, true],
      ['c.*', 'c', undefined, true, true],
      ['* F', undefined, undefined, false, false],
    ]);
    expect(columns.map(({ star }) => star)).toEqual([...Array<number>(18).fill(0), 1, 1, 1, undefined, 2, 2]);
    expect(columns.slice(18, 21).map(({ nullable }) => nullable)).toEqual([true, true, true]);
  });

  it.each([
    ['a LEFT JOIN', 'SELECT b.* FROM authors a LEFT JOIN nothing b ON b.id = a.id', true],
    ['a condition on the table', 'SELECT b.* FROM authors a LEFT JOIN nothing b ON b.id = a.id WHERE b.id > 0', false],
    [
      'a condition on a table that came with it',
      'SELECT b.* FROM authors a LEFT JOIN (books b JOIN reviews r ON r.book_id = b.id) ON b.author_id = a.id WHERE r.stars = 1',
      false,
    ],
    ['an inner join', 'SELECT b.* FROM authors a JOIN books b ON b.author_id = a.id', false],
    ['a RIGHT JOIN', 'SELECT a.* FROM authors a RIGHT JOIN books b ON b.author_id = a.id', true],
    ['a FULL JOIN', 'SELECT a.* FROM authors a FULL JOIN books b ON b.author_id = a.id WHERE b.id > 0', true],
    ['a later inner join', 'SELECT b.* FROM authors a LEFT JOIN books b ON b.author_id = a.id JOIN reviews r ON r.book_id = b.id', false],
    ['the old row of an INSERT', "INSERT INTO nothing VALUES (1, 'l') RETURNING old.*", true],
  ])('finds whether the row can be missing: %s', async (_behaviour, sql, missing) => {
    expect((await analyzeSql(ground(), sql)).stars.map(({ nullExtended }) => nullExtended)).toEqual([missing]);
  });
});

describe('where a column comes from', () => {
  const ground = useDatabase(`
    CREATE VIEW writers AS SELECT id, name AS title FROM authors;
  `);
  it.each([
    ['a table', 'SELECT name FROM authors', ['authors.name']],
    ['an alias', 'SELECT a.name AS x FROM authors a', ['authors.name']],
    ['a subselect', 'SELECT s.x FROM (SELECT name AS x FROM authors) s', ['authors.name']],
    ['a CTE', 'WITH c(x) AS (SELECT name FROM authors) SELECT x, lower(x) FROM c', ['authors.name', undefined]],
    ['a view, whose own it is', 'SELECT title FROM writers', ['writers.title']],
    ['an outer join', 'SELECT b.title FROM authors a LEFT JOIN books b ON true', ['books.title']],
    [
      'an expression has none',
      "SELECT name || '', COALESCE(bio), id::bigint, id::int FROM authors",
      [undefined, undefined, undefined, 'authors.id'],
    ],
    ['a merged column', 'SELECT author_id FROM shelves JOIN books USING (author_id)', ['shelves.author_id']],
    ['equal arms of a UNION', 'SELECT name FROM authors UNION SELECT name FROM authors', ['authors.name']],
    ['different arms of a UNION', 'SELECT name FROM authors UNION SELECT title FROM books', [undefined]],
    ['RETURNING', "INSERT INTO nothing VALUES (1, 'l') RETURNING label", ['nothing.label']],
    [
      'a recursive CTE',
      'WITH RECURSIVE t AS (SELECT id FROM books UNION SELECT b.id FROM books b JOIN t ON t.id = b.author_id) SELECT id FROM t',
      ['books.id'],
    ],
    ['a scalar subquery has none', 'SELECT (SELECT name FROM authors LIMIT 1)', [undefined]],
  ])('%s', async (_behaviour, sql, origins) => {
    const found = (await analyzeSql(ground(), sql)).columns.map(({ column }) => column && `${column.relation.name}.${column.column.name}`);
    expect(found).toEqual(origins);
  });
});
