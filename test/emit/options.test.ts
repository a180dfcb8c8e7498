import { describe, expect, it } from 'vitest';
import { generate } from './generated.js';

const SCHEMA = `
CREATE TYPE mood AS ENUM ('sad', 'it''s "fine"', 'back\\slash');
CREATE TYPE address AS (street text, zip integer, moods mood[]);
CREATE TABLE users (
  id bigint PRIMARY KEY,
  "fullName" text NOT NULL,
  settings jsonb NOT NULL DEFAULT '{}',
  visits bigint[] NOT NULL DEFAULT '{}',
  home address,
  mood mood NOT NULL,
  nick text
);
CREATE SCHEMA auth;
CREATE TYPE auth.mood AS ENUM ('calm');
CREATE TABLE auth.users (id uuid PRIMARY KEY, mood auth.mood, previous mood);
`;
const QUERIES = {
  'users.sql': `-- name: GetUser :one
SELECT * FROM users WHERE id = $1;

-- name: RenameUser :execrows
UPDATE users SET "fullName" = @full_name, settings = @settings, home = @home WHERE id = @id;

-- name: CountUsers :one
SELECT count(*) FROM users;

-- name: ListWhole :many
SELECT u AS whole, ARRAY[u.home] AS homes FROM users u;

-- name: ListBoth :many
SELECT sqlc.embed(u), sqlc.embed(a), u.mood, a.mood FROM users u LEFT JOIN auth.users a ON a.id::text = u.nick;
`,
};

describe('options', () => {
  it('spells names in camel case and int8 as text, unless told otherwise', async () => {
    const made = await generate(SCHEMA, QUERIES);
    expect(made.file('models.ts')).toContain(
      'export interface User {\n  id: string;\n  fullName: string;\n  settings: $.JsonValue;\n  visits: string[];\n  home: Address | null;\n  mood: Mood;\n  nick: string | null;\n}',
    );
    expect(made.file('models-auth.ts')).toContain(
      'export interface AuthUser {\n  id: string;\n  mood: AuthMood | null;\n  previous: Mood | null;\n}',
    );
    expect(made.file('users.ts')).toContain(
      'export interface ListBothRow {\n  user: User;\n  authUser: AuthUser | null;\n  mood: Mood;\n  mood_2: AuthMood | null;\n}',
    );
    expect(made.typeErrors()).toEqual([]);
  });

  it('takes the capitals of a model for a word in the name of its embed', async () => {
    const made = await generate('CREATE TABLE "APIKeys" (id integer PRIMARY KEY, secret text);', {
      'keys.sql': '-- name: ListKeys :many\nSELECT sqlc.embed(k), id FROM "APIKeys" k;\n',
    });
    expect(made.file('keys.ts')).toContain('export interface ListKeysRow {\n  apiKey: APIKey;\n  id: number;\n}');
    expect(made.typeErrors()).toEqual([]);
  });

  it('spells names in snake case', async () => {
    const made = await generate(SCHEMA, QUERIES, '{"case":"snake"}');
    expect(made.file('models.ts')).toContain('  full_name: string;\n');
    expect(made.file('users.ts')).toContain('  auth_user: AuthUser | null;\n');
    expect(made.typeErrors()).toEqual([]);
  });

  it.each([
    ['bigint', 'bigint', 'bigint | number'],
    ['number', 'number', 'number | bigint'],
  ])('reads int8 as %s', async (int8, output, input) => {
    const made = await generate(SCHEMA, QUERIES, JSON.stringify({ int8 }));
    expect(made.file('models.ts')).toContain(`  id: ${output};\n`);
    expect(made.file('models.ts')).toContain(`  visits: ${output}[];\n`);
    expect(made.file('users.ts')).toContain(`export interface GetUserParams {\n  id: ${input};\n}`);
    expect(made.file('users.ts')).toContain(`export interface CountUsersRow {\n  count: ${output};\n}`);
    expect(made.typeErrors()).toEqual([]);
  });

  it('takes types of the user by column and by type, with their imports', async () => {
    const overrides = [
      { column: 'users.settings', ts_type: 'Settings', import: '../settings.js' },
      { db_type: 'uuid', ts_type: 'Brand', import: '../settings.js' },
      { column: 'users.nick', nullable: false },
      { column: 'users.id', ts_type: 'Brand', import: '../settings.js' },
      { column: 'auth.users.id', nullable: true },
      { column: 'users.visits', nullable_elements: true },
    ];
    const made = await generate(SCHEMA, QUERIES, JSON.stringify({ overrides }));
    expect(made.file('models.ts')).toContain("import type { Brand, Settings } from '../settings.js';");
    expect(made.file('models.ts')).toContain('  settings: Settings;\n  visits: (string | null)[];\n');
    expect(made.file('models.ts')).toContain('  nick: string;\n');
    expect(made.file('models.ts')).toContain('  id: Brand;\n');
    // The column says when it is null, and its type what it is otherwise.
    expect(made.file('models-auth.ts')).toContain('  id: Brand | null;\n');
    expect(made.file('users.ts')).toContain('  settings: Settings;\n');
    expect(made.typeErrors()).toEqual([]);
  });

  it('imports the run time from where it is told', async () => {
    const made = await generate(SCHEMA, QUERIES, '{"runtime":"../elsewhere.js"}');
    expect(made.file('users.ts')).toContain("import * as $ from '../elsewhere.js';");
  });
});

describe('names that need care', () => {
  it('keeps files apart that are called alike, or like a file of its own', async () => {
    const one = (name: string): string => `-- name: ${name} :one\nSELECT 1 AS one;\n`;
    const made = await generate('', { 'users.sql': one('A'), 'admin/users.sql': one('B'), 'models.sql': one('C'), 'index.sql': one('D') });
    expect(made.compilation.files.map(({ path }) => path)).toEqual([
      'admin-users.ts',
      'index.ts',
      'queries-index.ts',
      'queries-models.ts',
      'unfiltered.ts',
      'users.ts',
    ]);
    expect(made.typeErrors()).toEqual([]);
  });

  it('compiles whatever columns, labels and texts hold', async () => {
    const made = await generate(
      'CREATE TABLE odd ("class" text NOT NULL, "with space" text, "ünï" int, "1st" int, "a-b" int, "a_b" int, "__proto__" int, "quote\'s" int);\n',
      {
        'odd.sql': `-- name: ListOdd :many
-- Ends a comment */ early, and \`\${quotes}\` it.
SELECT *, '\`\${x}\` \\ \\u0041 */' AS text FROM odd WHERE "class" <> @class;

-- name: delete :exec
DELETE FROM odd WHERE "class" = 'a\`b';
`,
      },
    );
    expect(made.typeErrors()).toEqual([]);
    expect(made.compilation.queries.map(({ functionName }) => functionName)).toEqual(['listOdd', 'delete_']);
  });

  it('takes an override of an array, and tells one that names nothing', async () => {
    const made = await generate(
      'CREATE TABLE t (id int NOT NULL, tags text[] NOT NULL, more varchar[] NOT NULL, one text NOT NULL);',
      { 'q.sql': '-- name: Q :many\nSELECT tags, more, one FROM t WHERE tags = @tags;\n' },
      `{overrides: [{db_type: "text[]", nullable_elements: true}, {db_type: "character varying []", ts_type: "Brand[]", import: ../settings.js},
        {db_type: "geometry", ts_type: Geo}, {column: t.tag, nullable: true}, {column: "*.tags", nullable: false}]}`,
    );
    expect(made.file('q.ts')).toContain('tags: (string | null)[];\n  more: Brand[];\n  one: string;');
    expect(made.file('q.ts')).toContain('tags: readonly (string | null)[];');
    expect(made.compilation.problems.map(({ message, file }) => `${file?.path ?? ''}: ${message}`)).toEqual([
      'sqlc.yaml: no type is called geometry, so this override changes nothing',
      'sqlc.yaml: no column is called t.tag, so this override changes nothing',
    ]);
    expect(made.typeErrors()).toEqual([]);
  });

  it('makes functions that a program can call with what their types say', async () => {
    const made = await generate(SCHEMA, QUERIES);
    const program = `
import type { Pool } from 'pg';
import { countUsers, getUser, listBoth, renameUser, type Mood, type User } from './generated/index.js';
declare const pool: Pool;
const user: User | null = await getUser(pool, { id: 1n });
const { count }: { count: string } = await countUsers(pool);
const changed: number = await renameUser(pool, { fullName: count, settings: { theme: 'dark' }, id: '1' });
await renameUser(pool, { fullName: 'x', settings: [1, { a: null }], home: { street: null, zip: changed, moods: ['sad'] }, id: 1 });
const moods: (Mood | undefined)[] = (await listBoth(pool)).map((row) => row.authUser?.previous ?? user?.mood);
export { moods };
// @ts-expect-error an argument is missing
await getUser(pool);
// @ts-expect-error the row may be missing
user.id;
`;
    expect(made.typeErrors(program)).toEqual([]);
  });
});
