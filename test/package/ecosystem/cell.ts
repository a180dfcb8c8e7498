/** One kind of project that uses the library, and the program that every kind runs. */
import type { ImportExtension } from '../../../src/config/index.js';

export interface Cell {
  readonly name: string;
  /** Fields of its `package.json`. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** What it installs from npm, beside the library and `pg`. */
  readonly packages: readonly string[];
  /** Its own files; the generated ones and the program are added. */
  readonly files: Readonly<Record<string, string>>;
  /** What `sqlward generate` must find for it. */
  readonly extension: ImportExtension;
  /** Run in its folder, one after the other, each a program of its `node_modules/.bin` or of the machine. */
  readonly commands: readonly (readonly [string, ...string[]])[];
  readonly environment?: Readonly<Record<string, string>>;
}

export const SCHEMA = `CREATE TYPE mood AS ENUM ('calm', 'busy');
CREATE TABLE notes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id integer NOT NULL,
  title text NOT NULL,
  mood mood NOT NULL,
  content bytea
);
`;

export const QUERIES = `-- name: AddNote :one
INSERT INTO notes (team_id, title, mood, content) VALUES (@team_id, @title, @mood, @content) RETURNING *;

-- name: GetNotes :many
SELECT * FROM notes
WHERE title <> ''
-- @authorize_filter
ORDER BY id;
`;

export const CONFIGURATION = `version: "2"
sql:
  - engine: postgresql
    schema: schema.sql
    queries: queries.sql
    codegen:
      - plugin: sqlward
        out: src/db
`;

const ENDINGS: Readonly<Record<ImportExtension, string>> = { js: '.js', ts: '.ts', none: '' };

/** One query and one guarded query on the server, a filter that denies, and an error from the server. */
export function programFiles(extension: ImportExtension): Readonly<Record<string, string>> {
  const ending = ENDINGS[extension];
  return {
    'src/service.ts': `import { Pool } from 'pg';
import { authorize, QueryError, type AuthorizeFilter } from 'sqlward';
import { addNote, getAuthorizedNotes } from './db/index${ending}';
import type { Mood } from './db/models${ending}';

export async function answer(): Promise<string> {
  const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 1 });
  const mood: Mood = 'calm';
  const teamId = 1 + Math.floor(Math.random() * 2_000_000_000);
  const own: AuthorizeFilter = authorize.sql\`notes.team_id = \${teamId}\`;
  try {
    const added = await addNote(pool, { teamId, title: 'first', mood, content: Buffer.from('€') });
    const found = await getAuthorizedNotes(pool, own);
    const denied = await getAuthorizedNotes(pool, authorize.none());
    const code = await getAuthorizedNotes(pool, authorize.sql\`no_such_column\`).then(
      () => 'none',
      (error: unknown) => (error instanceof QueryError ? error.code : String(error)),
    );
    const sameId = found[0]?.id === added.id;
    return JSON.stringify({ titles: found.map((note) => note.title), content: found[0]?.content?.toString(), sameId, denied: denied.length, code });
  } finally {
    await pool.end();
  }
}
`,
    'src/main.ts': `import { answer } from './service${ending}';

answer().then(
  (text) => console.log(text),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
`,
  };
}

/** What the program prints. */
export const ANSWER = JSON.stringify({ titles: ['first'], content: '€', sameId: true, denied: 0, code: '42703' });
