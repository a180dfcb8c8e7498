import { afterAll, beforeAll } from 'vitest';
import { loadParser, parseStatements } from '../../src/compiler/parse.js';
import { analysisOf } from '../../src/compiler/analysis/index.js';
import { analyzeParameters, type ParameterAnalysis } from '../../src/compiler/parameters/analysis.js';
import { rewriteQuery, type RewrittenQuery } from '../../src/compiler/dialect/rewrite.js';
import { splitQueries } from '../../src/compiler/dialect/split.js';
import type { Catalog } from '../../src/catalog/catalog.js';
import { openDescriber, type Describer } from '../../src/database/describe.js';
import { readCatalog } from '../../src/database/catalog/read.js';
import { createDatabase, withClient, type TestDatabase } from '../support/database.js';

const SCHEMA = `
  CREATE TYPE mood AS ENUM ('happy', 'sad');
  CREATE TABLE users (
    id bigserial PRIMARY KEY, name text NOT NULL, bio text, email text NOT NULL, age int, mood mood NOT NULL,
    tags text[] NOT NULL, data jsonb, parent_id bigint REFERENCES users (id), created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE books (id uuid PRIMARY KEY, user_id bigint NOT NULL, title text NOT NULL, isbn text, price numeric);
  CREATE VIEW user_names AS SELECT id, name FROM users;
  CREATE FUNCTION plus(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT a + b';
  CREATE FUNCTION unnamed(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
  CREATE PROCEDURE act(what text) LANGUAGE sql AS 'SELECT 1';
`;

let database: TestDatabase | undefined;
let catalog: Catalog | undefined;
let describer: Describer | undefined;

/** Opens one database with a small schema for the tests of a file. */
export function useSchema(): void {
  beforeAll(async () => {
    const [made] = await Promise.all([createDatabase(SCHEMA), loadParser()]);
    database = made;
    catalog = await withClient(made.url, readCatalog);
    describer = await openDescriber(made.url);
  });
  afterAll(async () => {
    await describer?.close();
    await database?.drop();
  });
}

export function theCatalog(): Catalog {
  if (catalog === undefined) throw new Error('useSchema() has not run');
  return catalog;
}

export function rewritten(sql: string): RewrittenQuery {
  const [query] = splitQueries({ path: 'q.sql', text: `-- name: Q :exec\n${sql};\n` }).queries;
  const found = query && rewriteQuery(query).rewritten;
  if (found === undefined) throw new Error(`not rewritten: ${sql}`);
  return found;
}

/** What the server understands of a statement counts where it takes the statement; names are there without. */
export async function analyzed(sql: string, typeOids: readonly number[] = [], managed = false): Promise<readonly ParameterAnalysis[]> {
  const query = rewritten(sql);
  const [statement] = parseStatements(query.text);
  if (statement === undefined) throw new Error(`no statement: ${sql}`);
  const answer = await describer?.describe(query.text);
  const analysis = answer !== undefined && 'trees' in answer && answer.trees ? analysisOf(answer.trees, query.text) : undefined;
  return analyzeParameters({ rewritten: query, statement, analysis, catalog: theCatalog(), typeOids, managed });
}
