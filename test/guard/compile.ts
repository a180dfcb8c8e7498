/** A placement through the stages before the guard. */
import type { Diagnostic } from '../../src/diagnostic.js';
import { checkGuard } from '../../src/compiler/guard/check.js';
import { loadParser, ParseError, parseStatements, type ParsedStatement } from '../../src/compiler/parse.js';
import { rewriteQuery, type RewrittenQuery } from '../../src/compiler/dialect/rewrite.js';
import { splitQueries } from '../../src/compiler/dialect/split.js';
import type { Catalog } from '../../src/catalog/catalog.js';

/** The one query of a file that holds this SQL, its hooks written as `{hook}`. */
export async function compile(sql: string): Promise<RewrittenQuery> {
  await loadParser();
  const text = `-- name: Placed :many\n${sql.replaceAll('{hook}', '-- @authorize_filter\n')};\n`;
  const { queries, diagnostics } = splitQueries({ path: 'queries/placed.sql', text });
  const [query] = queries;
  if (query === undefined) throw new Error(JSON.stringify(diagnostics));
  const { rewritten, diagnostics: refused } = rewriteQuery(query);
  if (rewritten === undefined) throw new Error(JSON.stringify(refused));
  return rewritten;
}

export function diagnose(rewritten: RewrittenQuery, catalog: Catalog | undefined): readonly Diagnostic[] {
  return checkGuard({ rewritten, statement: tryParse(rewritten.text), parse, catalog });
}

export function parse(text: string): ParsedStatement {
  const [statement, ...others] = parseStatements(text);
  if (statement === undefined || others.length > 0) throw new ParseError('not one statement', undefined);
  return statement;
}

function tryParse(text: string): ParsedStatement | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}
