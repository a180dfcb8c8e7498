import { describe, expect, test } from 'vitest';
import { untypedRemedy } from '../../src/compiler/dialect/refusal.js';
import { analyzed, rewritten, useSchema } from './analyze.js';

useSchema();

const defaults = async (sql: string): Promise<(string | undefined)[]> => (await analyzed(sql)).map((parameter) => parameter.default?.sql);

describe('the zero value that the SQL gives an omitted parameter', () => {
  test.for<[sql: string, found: string, text: string]>([
    ["SELECT 1 FROM users WHERE CASE WHEN @p :: text != '' THEN name = @p ELSE true END", "''", ''],
    ["SELECT 1 FROM users WHERE CASE WHEN @p::text <> '' THEN name = @p ELSE true END", "''", ''],
    ["SELECT 1 FROM users WHERE CASE WHEN '' != @p::text THEN name = @p ELSE true END", "''", ''],
    ["SELECT 1 FROM users WHERE CASE WHEN CAST(@p AS text) != '' THEN name = @p ELSE true END", "''", ''],
    ["SELECT 1 FROM users WHERE CASE WHEN @p::text != '' AND age > 1 THEN name = @p ELSE true END", "''", ''],
    ["SELECT 1 FROM users WHERE CASE WHEN @p::text = '' THEN true ELSE name = @p END", "''", ''],
    ["SELECT 1 FROM users WHERE (@p::text = '' OR name = @p) AND age > 1", "''", ''],
    ["SELECT 1 FROM users WHERE name = @p OR '' = @p", "''", ''],
    [
      "SELECT 1 FROM books WHERE CASE WHEN @p :: uuid != '00000000-0000-0000-0000-000000000000'::uuid THEN id = @p ELSE true END",
      "'00000000-0000-0000-0000-000000000000'::uuid",
      '00000000-0000-0000-0000-000000000000',
    ],
    [
      "SELECT 1 FROM users WHERE CASE WHEN @p :: timestamp with time zone != '0001-01-01 00:00:00Z' THEN created_at >= @p ELSE true END",
      "'0001-01-01 00:00:00Z'",
      '0001-01-01 00:00:00Z',
    ],
    [
      "SELECT 1 FROM users WHERE CASE WHEN @p::timestamptz != '0001-01-01 00:00:00+00'::timestamp with time zone THEN created_at >= @p ELSE true END",
      "'0001-01-01 00:00:00+00'::timestamp with time zone",
      '0001-01-01 00:00:00+00',
    ],
    ['SELECT 1 FROM users WHERE CASE WHEN @p::int != 0 THEN age = @p ELSE true END', '0', '0'],
    [
      "SELECT 1 FROM books WHERE CASE WHEN @p::numeric != '0.00'::numeric(8, 2) THEN price = @p ELSE true END",
      "'0.00'::numeric(8, 2)",
      '0.00',
    ],
    ['SELECT 1 FROM users WHERE CASE WHEN @p::bool != false THEN age > 1 ELSE true END', 'false', 'false'],
    ["SELECT 1 FROM users WHERE CASE WHEN @p::text[] != '{}' THEN tags && @p ELSE true END", "'{}'", '{}'],
    ['SELECT 1 FROM users WHERE CASE WHEN @p::text[] != ARRAY[]::text[] THEN tags && @p ELSE true END', 'ARRAY[]::text[]', '{}'],
    ['SELECT 1 FROM users WHERE CASE WHEN array_length(@p::text[], 1) > 0 THEN tags && @p ELSE true END', "'{}'", '{}'],
    ['SELECT 1 FROM users WHERE CASE WHEN array_length(@p::text[], 1) IS NOT NULL THEN tags && @p ELSE true END', "'{}'", '{}'],
    ['SELECT 1 FROM users WHERE CASE WHEN cardinality(@p::text[]) > 0 THEN tags && @p ELSE true END', "'{}'", '{}'],
    ['SELECT 1 FROM users WHERE cardinality(@p::text[]) = 0 OR tags && @p', "'{}'", '{}'],
    ['SELECT 1 FROM users LIMIT coalesce(nullif(@p :: int, 0), 100)', '0', '0'],
    ["SELECT nullif(@p::text, '')", "''", ''],
    ["INSERT INTO users (name, bio) VALUES ('x', nullif(@p::text, ''))", "''", ''],
    ['SELECT 1 FROM users OFFSET @p', '0', '0'],
    ['SELECT 1 FROM users OFFSET @p::int', '0', '0'],
  ])('%s', async ([sql, found, text]) => {
    const [parameter] = await analyzed(sql);
    expect(parameter).toMatchObject({ default: { sql: found, text }, optional: true, nullable: false });
  });
});

describe('no default', () => {
  test.for<[why: string, sql: string]>([
    ['another value than zero', "SELECT 1 FROM users WHERE CASE WHEN @p::text != 'x' THEN name = @p ELSE true END"],
    ['ELSE is not true', "SELECT 1 FROM users WHERE CASE WHEN @p::text != '' THEN name = @p ELSE false END"],
    ['no ELSE', "SELECT 1 FROM users WHERE CASE WHEN @p::text != '' THEN name = @p END"],
    ['several branches', "SELECT 1 FROM users WHERE CASE WHEN @p::text != '' THEN name = @p WHEN age > 1 THEN false ELSE true END"],
    ['under OR', "SELECT 1 FROM users WHERE CASE WHEN @p::text != '' OR age > 1 THEN name = @p ELSE true END"],
    ['the other direction', "SELECT 1 FROM users WHERE CASE WHEN @p::text = '' THEN name = @p ELSE true END"],
    ['an ordinary condition', "SELECT 1 FROM users WHERE @p::text != '' AND name = @p"],
    ['a comparison that is the whole condition', "SELECT 1 FROM users WHERE @p::text = ''"],
    ['OR beside something else', "SELECT 1 FROM users WHERE @p::text = '' OR age > 1"],
    ['greater than zero', 'SELECT 1 FROM users WHERE CASE WHEN @p::int > 0 THEN age = @p ELSE true END'],
    ['NULLIF the other way round', "SELECT nullif('', @p::text)"],
    ['NULLIF with another value', "SELECT nullif(@p::text, 'none')"],
    ['it is written to a column as it is', "INSERT INTO users (name, bio) VALUES (@p, nullif(@p::text, ''))"],
    ['LIMIT', 'SELECT 1 FROM users LIMIT @p'],
    ['an offset that is used elsewhere', 'SELECT 1 FROM users LIMIT @p OFFSET @p'],
    ['an offset that is computed', 'SELECT 1 FROM users OFFSET (@p::int - 1) * 10'],
    ['a column compared with zero', "SELECT 1 FROM users WHERE CASE WHEN name != '' THEN name = @p ELSE true END"],
    ['array_length equal to zero, which no array has', 'SELECT 1 FROM users WHERE array_length(@p::text[], 1) = 0 OR tags && @p'],
    ['a parameter and NULL', 'SELECT 1 FROM users WHERE CASE WHEN @p::text != NULL THEN name = @p ELSE true END'],
  ])('%s', async ([, sql]) => {
    expect(await defaults(sql)).toEqual([undefined]);
    expect((await analyzed(sql))[0]).toMatchObject({ optional: false, nullable: false });
  });

  test('a nullable parameter is NULL when omitted', async () => {
    expect((await analyzed("SELECT nullif(sqlc.narg(p)::text, '')"))[0]).toMatchObject({
      default: undefined,
      nullable: true,
      optional: true,
    });
  });
});

describe('what a text parameter may hold', () => {
  const choices = async (sql: string): Promise<unknown> =>
    (await analyzed(sql)).map(({ enumType, literals }) => enumType?.name ?? literals);
  test.for<[what: string, sql: string, expected: unknown]>([
    ['an enum that it is cast to', "SELECT 1 FROM users WHERE CASE WHEN @p::text != '' THEN mood = @p::mood ELSE true END", ['mood']],
    ['an enum only', 'SELECT 1 FROM users WHERE mood = @p::text::mood', ['mood']],
    ['an array of an enum', 'SELECT 1 FROM users WHERE mood = ANY(CAST(@p::text[] AS mood[]))', ['_mood']],
    ['an enum and an array of it', 'SELECT 1 FROM users WHERE mood = ANY(@p::mood[]) OR mood = @p::mood', [undefined]],
    [
      'the literals it is compared with, without the zero value',
      "SELECT 1 FROM users WHERE CASE WHEN @p::text != '' THEN ((@p = 'old' AND age > 60) OR (@p = 'young' AND age < 20)) AND true ELSE true END",
      [['old', 'young']],
    ],
    ['literals of a plain condition', "SELECT 1 FROM users WHERE (@p::text = 'a' AND age > 1) OR (@p = 'b' AND age < 1)", [['a', 'b']]],
    ['a list', "SELECT 1 FROM users WHERE (@p::text IN ('a', 'b') AND age > 1) OR @p = 'c'", [['a', 'b', 'c']]],
    ['a single literal is a switch', "SELECT 1 FROM users WHERE @p::text = 'a' AND age > 1", [undefined]],
    [
      'a branch of CASE leaves another value its ELSE',
      "SELECT CASE WHEN @p::text = 'a' THEN 1 WHEN @p = 'b' THEN 2 ELSE 3 END",
      [undefined],
    ],
    ['so does an order', "SELECT 1 FROM users ORDER BY CASE WHEN @p::text = 'a' THEN age END, CASE WHEN @p = 'b' THEN id END", [undefined]],
    ['inequality', "SELECT 1 FROM users WHERE (@p::text = 'a' AND age > 1) OR @p <> 'b'", [undefined]],
    ['NOT', "SELECT 1 FROM users WHERE NOT (@p::text = 'a' OR @p = 'b')", [undefined]],
    ['another use', "SELECT 1 FROM users WHERE (@p::text = 'a' AND age > 1) OR (@p = 'b' AND name = @p)", [undefined]],
    [
      'under NOT EXISTS',
      "SELECT 1 FROM users WHERE NOT EXISTS (SELECT 1 FROM books WHERE (@p::text = 'a' AND title = 'x') OR @p = 'b')",
      [undefined],
    ],
    ['under NOT IN', "SELECT 1 FROM users WHERE id NOT IN (SELECT user_id FROM books WHERE @p::text IN ('a', 'b'))", [undefined]],
    ['under EXISTS', "SELECT 1 FROM users WHERE EXISTS (SELECT 1 FROM books WHERE @p::text IN ('a', 'b'))", [['a', 'b']]],
    ['in what EXCEPT takes away', "SELECT id FROM users EXCEPT SELECT user_id FROM books WHERE @p::text IN ('a', 'b')", [undefined]],
    ['in what is left of EXCEPT', "SELECT id FROM users WHERE @p::text IN ('a', 'b') EXCEPT SELECT user_id FROM books", [['a', 'b']]],
    ['in one arm of UNION', "SELECT id FROM users WHERE @p::text IN ('a', 'b') UNION SELECT user_id FROM books", [undefined]],
    ['in the ON of an outer join', "SELECT 1 FROM users u LEFT JOIN books b ON b.user_id = u.id AND @p::text IN ('a', 'b')", [undefined]],
    ['in the ON of an inner join', "SELECT 1 FROM users u JOIN books b ON b.user_id = u.id AND @p::text IN ('a', 'b')", [['a', 'b']]],
    [
      'beside a sibling arm of OR',
      "SELECT 1 FROM users WHERE (@p::text = 'a' AND age > 1) OR (@p = 'b' AND age < 1) OR id = 3",
      [undefined],
    ],
    ['in a scalar subquery', "SELECT (SELECT max(id) FROM users WHERE @p::text IN ('a', 'b'))", [undefined]],
    [
      'in what is joined once or not at all',
      "SELECT 1 FROM users u LEFT JOIN (SELECT * FROM books WHERE @p::text IN ('a', 'b')) b ON true",
      [undefined],
    ],
    ['numbers', 'SELECT 1 FROM users WHERE (@p::int = 1 AND age > 1) OR @p = 2', [undefined]],
  ])('%s', async ([, sql, expected]) => {
    expect(await choices(sql)).toEqual(expected);
  });

  test.for<[what: string, sql: string, expected: readonly string[] | undefined]>([
    [
      'words that the enum does not have, but the query knows',
      "SELECT 1 FROM users WHERE CASE WHEN @p::text != '' THEN CASE WHEN @p = 'starting' THEN age = 1 WHEN @p IN ('done', 'sad') THEN age = 2 ELSE mood = @p::mood END ELSE true END",
      ['starting', 'done'],
    ],
    ['only labels', "SELECT 1 FROM users WHERE mood = @p::text::mood OR @p = 'sad'", undefined],
    ['words compared with something else', "SELECT 1 FROM users WHERE mood = @p::text::mood OR name = 'none'", undefined],
    ['inequality', "SELECT 1 FROM users WHERE @p::text <> 'any' AND mood = @p::mood", ['any']],
  ])('an enum and %s', async ([, sql, expected]) => {
    expect((await analyzed(sql))[0]).toMatchObject({ enumType: { name: 'mood' }, literals: expected });
  });
});

test('the cast to write where PostgreSQL cannot tell a type', () => {
  const query = rewritten('SELECT $1, sqlc.arg ( x ), @y, sqlc.slice(z)');
  const remedies = [1, 2, 3, 4, 9].map((number) => untypedRemedy(query, `could not determine data type of parameter $${number}`));
  expect(remedies).toEqual([
    'Write its type behind it, as in `$1::text`.',
    'Write its type behind it, as in `sqlc.arg ( x )::text`.',
    'Write its type behind it, as in `@y::text`.',
    'Write its type behind it, as in `sqlc.slice(z)::text[]`.',
    undefined,
  ]);
});
