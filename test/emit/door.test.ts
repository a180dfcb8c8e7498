/** A guarded query without its guard is behind the unfiltered module, and nowhere else. */
import { expect, it } from 'vitest';
import { generate } from './generated.js';

const SCHEMA = `CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE docs (id integer PRIMARY KEY, team text NOT NULL, mood mood NOT NULL, at tstzrange, place point);`;

const guarded = (name: string, command: string, statement: string): string =>
  `-- name: ${name} :${command}\n${statement} -- @authorize_filter\n`;

it('every module but unfiltered exports nothing of a guarded query but the function that takes a filter', async () => {
  const made = await generate(SCHEMA, {
    'docs.sql': [
      `${guarded('ListDocs', 'many', 'SELECT * FROM docs WHERE mood = @mood')};`,
      `${guarded('GetDoc', 'one', 'SELECT sqlc.embed(docs), at FROM docs WHERE id = @id')};`,
      `${guarded('DeleteDoc', 'exec', 'DELETE FROM docs WHERE id = @id')};`,
      `${guarded('DeleteDocs', 'execrows', 'DELETE FROM docs WHERE team = @team')};`,
      `${guarded('CountDocs', 'one', 'SELECT count(*) FROM docs WHERE true')};`,
      `${guarded('TouchDoc', 'batchexec', 'UPDATE docs SET mood = @mood WHERE id = @id')};`,
      `${guarded('FindDoc', 'batchmany', 'SELECT id FROM docs WHERE id = @id')};`,
    ].join('\n'),
  });
  const exported = (path: string): string[] =>
    [...made.file(path).matchAll(/^export (?:const|function|class|let) (\w+)/gm)].map(([, name]) => name ?? '');
  expect(exported('docs.ts')).toEqual([
    'listAuthorizedDocs',
    'getAuthorizedDoc',
    'deleteAuthorizedDoc',
    'deleteAuthorizedDocs',
    'countAuthorizedDocs',
    'touchAuthorizedDoc',
    'findAuthorizedDoc',
  ]);
  expect(exported('unfiltered.ts')).toEqual(['listDocs', 'getDoc', 'deleteDoc', 'deleteDocs', 'countDocs', 'touchDoc', 'findDoc']);
  expect(made.file('docs.ts')).not.toMatch(/^export \{|^export \*/m);
  expect(made.file('unfiltered.ts')).not.toMatch(/^import \{[^}]*\} from '\.\/docs/m);
  expect(made.typeErrors()).toEqual([]);
});
