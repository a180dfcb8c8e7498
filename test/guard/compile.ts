/** A placement through the stages up to the guard, against a database. */
import { analysisOf } from '../../src/compiler/analysis/index.js';
import { rewriteQuery, type RewrittenQuery, splitQueries } from '../../src/compiler/dialect/index.js';
import { checkGuard, checkHooks, explainHooks, findTables, type GuardProof } from '../../src/compiler/guard/index.js';
import { loadParser, ParseError, parseStatements, type ParsedStatement } from '../../src/compiler/parse.js';
import { type Catalog, type Relation } from '../../src/catalog/index.js';
import { isFailure } from '../../src/database/index.js';
import type { Diagnostic } from '../../src/diagnostic.js';
import { openGround, useOpened } from '../support/ground.js';

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

/** What a database says to the guard. */
export interface GuardGround {
  readonly catalog: Catalog;
  guard(rewritten: RewrittenQuery, listed?: ReadonlySet<number>): Promise<Judged>;
  close(): Promise<void>;
}

export interface Judged {
  readonly diagnostics: readonly Diagnostic[];
  readonly proof: GuardProof | undefined;
  /** Whether the server knows the statement. */
  readonly described: boolean;
  readonly reads: readonly Relation[];
  readonly writes: readonly Relation[];
}

export async function openGuardGround(url: string): Promise<GuardGround> {
  const ground = await openGround(url);
  const { catalog, describer } = ground;
  return {
    catalog,
    close: () => ground.close(),
    async guard(rewritten, listed = new Set()) {
      const statement = tryParse(rewritten.text);
      const written = checkHooks(rewritten, statement);
      const nothing = { proof: undefined, described: false, reads: [], writes: [] };
      if (!statement) return { ...nothing, diagnostics: written };
      const description = await describer.describe(rewritten.text);
      if (isFailure(description)) {
        return { ...nothing, diagnostics: [...written, ...explainHooks(rewritten), refusal(rewritten, description.message)] };
      }
      const analysis = description.trees && analysisOf(description.trees, rewritten.text);
      const proof = checkGuard({ rewritten, statement, analysis, catalog, listed });
      const tables = analysis ? findTables(analysis, catalog) : { reads: [], writes: [] };
      // What is misplaced is told once, by the first to know.
      const told = new Set(written.filter(({ severity }) => severity === 'error').map(({ start }) => start));
      return { diagnostics: [...written, ...proof.diagnostics.filter(({ start }) => !told.has(start))], proof, described: true, ...tables };
    },
  };
}

/** Call it outside of a test; what it returns gives the ground inside of one. */
export const useGuardGround = (schema: string): (() => GuardGround) => useOpened(schema, openGuardGround);

/** PostgreSQL's own error, at the query's first hook. */
function refusal({ annotated, hooks }: RewrittenQuery, message: string): Diagnostic {
  const [{ start, end } = { start: annotated.annotationStart, end: annotated.annotationEnd }] = hooks;
  return { severity: 'error', message, remedy: 'Correct the statement.', file: annotated.file, start, end, query: annotated.name };
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
