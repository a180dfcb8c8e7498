/**
 * Every hook of a query guards all of its rows, or there is an error that says which get past it.
 *
 * The proof is made on PostgreSQL's own syntax tree, with the probe `AND (true)` in each hook's
 * place: every probe is an outermost conjunct of a WHERE clause (`guard/place.ts`), and every row
 * that the statement returns or changes comes through one of them (`guard/flow.ts`).
 */
import type { Catalog } from '../../catalog/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import type { ParsedStatement } from '../parse.js';
import type { RewrittenQuery } from '../dialect/index.js';
import { proveGuard } from './prove.js';
import { checkSpelling } from './spelling.js';
import { diagnoseUnparsableHook } from './unparsable.js';

export interface GuardInput {
  readonly rewritten: RewrittenQuery;
  /** The tree of `rewritten.text`; undefined where it does not parse. */
  readonly statement: ParsedStatement | undefined;
  /** Parses one statement; throws where there is none. */
  readonly parse: (text: string) => ParsedStatement;
  /** Tells aggregates from functions, and whose an unqualified column is; undefined where no database was asked. */
  readonly catalog: Catalog | undefined;
}

/** Good enough to find misplaced hooks in a run that cannot succeed. */
const WITHOUT_DATABASE: Catalog = {
  serverVersion: 0,
  searchPath: [],
  types: new Map(),
  relations: new Map(),
  relationsByName: new Map(),
  functionsByName: new Map(),
  operatorsByName: new Map(),
  typesByName: new Map(),
};

/** What is wrong with a query's hooks: without an error, the guard is proven. */
export function checkGuard({ rewritten, statement, parse, catalog = WITHOUT_DATABASE }: GuardInput): readonly Diagnostic[] {
  const spelling = checkSpelling(rewritten);
  if (rewritten.hooks.length === 0) return spelling;
  if (statement === undefined) return [...spelling, ...diagnoseUnparsableHook(rewritten, parse)];
  const problems = proveGuard(rewritten.hooks, statement, catalog).problems;
  const { file, name } = rewritten.annotated;
  return [
    ...spelling,
    ...problems.map(({ hook, advice }) => ({ severity: 'error' as const, ...advice, file, start: hook.start, end: hook.end, query: name })),
  ];
}
