/** How generated modules import each other, and the global types that they need. */
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { generate } from './generated.js';

const SCHEMA = `
CREATE TYPE mood AS ENUM ('calm');
CREATE TYPE part AS (raw bytea, mood mood);
CREATE TABLE files (id integer PRIMARY KEY, content bytea, mood mood NOT NULL, parts part[]);
`;
const QUERIES = {
  'files.sql': `-- name: GetFiles :many
SELECT id, content, mood FROM files WHERE id = @id
-- @authorize_filter
;

-- name: GetMoods :many
SELECT mood, parts FROM files;
`,
  'moods.sql': '-- name: CountMoods :one\nSELECT count(*) FROM files WHERE mood = @mood;\n',
};

const WAYS: readonly (readonly [string, string, ts.CompilerOptions])[] = [
  ['js', '.js', {}],
  ['ts', '.ts', { allowImportingTsExtensions: true }],
  ['none', '', { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }],
];

describe('import_extension', () => {
  it.each(WAYS)('%s', async (extension, ending, options) => {
    const made = await generate(SCHEMA, QUERIES, `{import_extension: ${extension}}`);
    const specifiers = made.compilation.files.flatMap(({ text }) =>
      [...text.matchAll(/ from '(\.[^']*)'/g)].map((match) => match[1] ?? ''),
    );
    expect(new Set(specifiers)).toEqual(new Set([`./models${ending}`, `./files${ending}`, `./moods${ending}`]));
    const program = `import { getAuthorizedFiles } from './generated/index${ending}';\nimport { getFiles } from './generated/unfiltered${ending}';\nvoid [getAuthorizedFiles, getFiles];\n`;
    expect(made.typeErrors(program, options)).toEqual([]);
  });
});

describe("Buffer is Node's", () => {
  it('in files that name it, and they say so', async () => {
    const made = await generate(SCHEMA, QUERIES);
    const naming = made.compilation.files
      .filter(({ text }) => text.includes('/// <reference types="node" preserve="true" />'))
      .map(({ path }) => path);
    expect(naming).toEqual(['files.ts', 'models.ts']);
    // As TypeScript 6 has it where a project says nothing.
    expect(made.typeErrors(undefined, { types: [] })).toEqual([]);
  });

  it('but for a column with a type of its own', async () => {
    const made = await generate(
      SCHEMA,
      { 'q.sql': '-- name: GetContents :many\nSELECT content FROM files;\n' },
      '{overrides: [{db_type: bytea, ts_type: Uint8Array}]}',
    );
    expect(made.compilation.files.filter(({ text }) => text.includes('<reference')).map(({ path }) => path)).toEqual([]);
    expect(made.typeErrors()).toEqual([]);
  });
});

it('a name in a comment or a literal imports nothing', async () => {
  const query =
    "-- name: GetFiles :many\n-- The Mood is the file's.\nSELECT * FROM files WHERE 'Mood' <> @word::text AND id > 0 -- Mood\n;\n";
  const made = await generate(SCHEMA, { 'files.sql': query });
  const text = made.compilation.files.find(({ path }) => path === 'files.ts')?.text ?? '';
  expect(text).toContain("The Mood is the file's.");
  expect(text.match(/^import type .*$/gm)).toEqual(["import type { File } from './models.js';"]);
  expect(made.typeErrors(undefined, { noUnusedLocals: true })).toEqual([]);
});
