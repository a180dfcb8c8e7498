import { parseStatements } from '../../src/compiler/parse.js';
import { analysisOf } from '../../src/compiler/analysis/index.js';
import { analyzeParameters, type ParameterAnalysis } from '../../src/compiler/parameters/analysis.js';
import { rewriteQuery, type RewrittenQuery } from '../../src/compiler/dialect/rewrite.js';
import { splitQueries } from '../../src/compiler/dialect/split.js';
import { type Ground, useGround } from '../support/ground.js';

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

let ground: (() => Ground) | undefined;

/** Opens one database with a small schema for the tests of a file. */
export function useSchema(): void {
  ground = useGround(SCHEMA);
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
  if (ground === undefined) throw new Error('useSchema() has not run');
  const { catalog, describer } = ground();
  const answer = await describer.describe(query.text);
  const analysis = 'trees' in answer && answer.trees ? analysisOf(answer.trees, query.text) : undefined;
  return analyzeParameters({ rewritten: query, statement, analysis, catalog, typeOids, managed });
}
