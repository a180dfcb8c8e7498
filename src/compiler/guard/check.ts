/**
 * Every hook of a query guards all of its rows, or there is an error that says which get past it.
 *
 * Twice: by the parser's tree, for what can be told without a database (the hook's spelling, and the
 * clause that it stands in), and by PostgreSQL's analysed query, which is the proof.
 */
import type { Catalog } from '../../catalog/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { type Analysis, UnreadableTree } from '../analysis/index.js';
import type { Hook, RewrittenQuery } from '../dialect/index.js';
import type { ParsedStatement } from '../parse.js';
import { findMisplaced } from './misplaced.js';
import { type GuardProof, proveGuard } from './prove.js';
import { checkSpelling } from './spelling.js';
import { diagnoseUnparsableHook } from './unparsable.js';
import { unseenStatement } from './utility.js';

export interface HookInput {
  readonly rewritten: RewrittenQuery;
  /** The tree of `rewritten.text`; undefined where it does not parse. */
  readonly statement: ParsedStatement | undefined;
  /** Parses one statement; throws where there is none. */
  readonly parse: (text: string) => ParsedStatement;
}

/** What is wrong with a query's hooks as they are written. */
export function checkHooks({ rewritten, statement, parse }: HookInput): readonly Diagnostic[] {
  const spelling = checkSpelling(rewritten);
  if (rewritten.hooks.length === 0) return spelling;
  if (statement === undefined) return [...spelling, ...diagnoseUnparsableHook(rewritten, parse)];
  return [...spelling, ...findMisplaced(rewritten.hooks, statement).map(({ hook, advice }) => at(rewritten, hook, advice))];
}

export interface GuardInput {
  readonly rewritten: RewrittenQuery;
  readonly statement: ParsedStatement;
  /** Undefined where the server did not send it. */
  readonly analysis: Analysis | undefined;
  /** The offset in the described text of one in `rewritten.text`. */
  readonly target: (offset: number) => number;
  readonly catalog: Catalog;
  /** The relations of `guard.require`, by OID. */
  readonly listed: ReadonlySet<number>;
}

export interface Guarded {
  readonly diagnostics: readonly Diagnostic[];
  readonly proof: GuardProof;
}

const NOTHING: GuardProof = { problems: [], uncovered: undefined, through: undefined };

/** What a query's hooks prove: without an error, the guard is proven. */
export function checkGuard({ rewritten, statement, analysis, target, catalog, listed }: GuardInput): Guarded {
  const { hooks } = rewritten;
  if (hooks.length === 0 && listed.size === 0) return { diagnostics: [], proof: NOTHING };
  if (analysis === undefined)
    return unproven(rewritten, 'the server did not say how it understands this query, so nothing is proven of its rows');
  try {
    const unseen = unseenStatement(statement, analysis);
    if (unseen !== undefined) {
      return { diagnostics: [], proof: { ...NOTHING, uncovered: { escape: 'statement', table: unseen, view: undefined, listed: true } } };
    }
    const proof = proveGuard({ hooks, analysis, target, catalog, listed });
    return { diagnostics: proof.problems.map(({ hook, advice }) => at(rewritten, hook, advice)), proof };
  } catch (error) {
    if (!(error instanceof UnreadableTree)) throw error;
    return unproven(rewritten, `nothing is proven of this query's rows: ${error.message}`);
  }
}

function unproven(rewritten: RewrittenQuery, message: string): Guarded {
  const [hook] = rewritten.hooks;
  const remedy = 'Connect to the server itself, past a pooler or proxy that keeps its notices back, or use the embedded database.';
  const { annotationStart: start, annotationEnd: end } = rewritten.annotated;
  return { diagnostics: [at(rewritten, hook ?? { start, end }, { message, remedy })], proof: NOTHING };
}

function at(
  { annotated }: RewrittenQuery,
  { start, end }: Pick<Hook, 'start' | 'end'>,
  advice: { readonly message: string; readonly remedy: string },
): Diagnostic {
  return { severity: 'error', ...advice, file: annotated.file, start, end, query: annotated.name };
}
