/**
 * Every hook of a query guards all of its rows, or there is an error that says which get past it.
 *
 * Twice: by the text, for what can be told without a database (the hook's spelling, and whether it
 * can be parsed where it stands), and by PostgreSQL's analysed query, which is the proof.
 */
import type { Diagnostic } from '../../diagnostic.js';
import { type Analysis, UnreadableTree } from '../analysis/index.js';
import type { Hook, RewrittenQuery } from '../dialect/index.js';
import type { ParsedStatement } from '../parse.js';
import type { Violation } from '../query.js';
import { type Advice, escaping } from './messages.js';
import { adviceAt, type Parse } from './place.js';
import { type GuardProof, NOTHING, type ProofInput, proveGuard } from './prove.js';
import { checkSpelling } from './spelling.js';
import { blameHooks } from './unparsable.js';
import { unseenStatement } from './utility.js';

/** What is wrong with a query's hooks as they are written; `parse` throws where a text is not one statement. */
export function checkHooks(rewritten: RewrittenQuery, statement: ParsedStatement | undefined, parse: Parse): readonly Diagnostic[] {
  const blamed = statement === undefined ? blameHooks(rewritten, parse) : [];
  return [...checkSpelling(rewritten), ...blamed.map(({ hook, advice }) => at(rewritten, hook, advice))];
}

/** The hooks in clauses that take no condition, where PostgreSQL does not understand the query. */
export function explainHooks(rewritten: RewrittenQuery, parse: Parse): readonly Diagnostic[] {
  return rewritten.hooks.flatMap((hook) => {
    const advice = adviceAt(rewritten.text, hook.at, parse);
    return advice ? [at(rewritten, hook, advice)] : [];
  });
}

export interface Guarded {
  readonly diagnostics: readonly Diagnostic[];
  readonly proof: GuardProof;
}

/** Without an analysis, the server did not send it. */
interface GuardInput extends Omit<ProofInput, 'analysis'> {
  readonly statement: ParsedStatement;
  readonly analysis: Analysis | undefined;
}

/** What a query's hooks prove: without an error, the guard is proven. */
export function checkGuard(input: GuardInput): Guarded {
  const { rewritten, statement, analysis, listed } = input;
  const { hooks } = rewritten;
  if (hooks.length === 0 && listed.size === 0) return { diagnostics: [], proof: NOTHING };
  if (analysis === undefined)
    return unproven(rewritten, 'the server did not say how it understands this query, so nothing is proven of its rows');
  try {
    if (analysis.parsed.command === 'utility') {
      const unseen = unseenStatement(statement);
      const violation: Violation = { escape: 'statement', table: unseen ?? '', view: undefined, listed: true };
      const diagnostics = hooks.map((hook) => at(rewritten, hook, escaping(violation)));
      return { diagnostics, proof: { ...NOTHING, uncovered: unseen === undefined ? undefined : violation } };
    }
    const proof = proveGuard({ ...input, analysis });
    return { diagnostics: proof.refusals.map(({ hook, advice }) => at(rewritten, hook, advice)), proof };
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

function at({ annotated }: RewrittenQuery, { start, end }: Pick<Hook, 'start' | 'end'>, advice: Advice): Diagnostic {
  return { severity: 'error', ...advice, file: annotated.file, start, end, query: annotated.name };
}
