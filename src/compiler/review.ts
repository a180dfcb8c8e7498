/** What an author is told of a query that PostgreSQL accepts, and that generated code cannot serve, or not safely. */
import type { Diagnostic } from './diagnostic.js';
import type { ResultAnalysis } from './nullability/result.js';
import type { Cardinality } from './query.js';
import type { RewrittenQuery } from './rewrite.js';

export function review(rewritten: RewrittenQuery, result: ResultAnalysis, cardinality: Cardinality): readonly Diagnostic[] {
  return [...embedProblems(rewritten, result), ...rowCountWarnings(rewritten, cardinality)];
}

/** An embed is a model nested in the row, so it needs a table's or view's model, in the list that makes the result. */
function embedProblems(rewritten: RewrittenQuery, result: ResultAnalysis): readonly Diagnostic[] {
  const { file, name } = rewritten.annotated;
  return rewritten.embeds.flatMap(({ relation, at, start, end }) => {
    const star = result.stars.find((candidate) => candidate.start === at);
    const place = { severity: 'error' as const, file, start, end, query: name };
    if (star === undefined) {
      return [{ ...place, message: `sqlc.embed(${relation}) stands for columns, and is no item of a select list here`, remedy: `write it as an item of its own, without parentheses; as a value the row is ${relation}.` }];
    }
    if (star.relation === undefined) {
      return [{ ...place, message: `sqlc.embed(${relation}) needs a table or a view, and ${relation} is neither`, remedy: `write ${relation}.*, or its columns by name.` }];
    }
    if (!star.topLevel) {
      return [{ ...place, message: 'sqlc.embed nests a model in the row that the query returns, and this list makes none', remedy: `write ${relation}.* here.` }];
    }
    return [];
  });
}

/** A second row makes the generated function throw, which is better learnt here than in production. */
function rowCountWarnings({ annotated }: RewrittenQuery, cardinality: Cardinality): readonly Diagnostic[] {
  if (cardinality !== 'many' || (annotated.command !== 'one' && annotated.command !== 'batchone')) return [];
  return [
    {
      severity: 'warning',
      message: `:${annotated.command}, but "${annotated.name}" may find more than one row, and then throws TooManyRowsError`,
      file: annotated.file,
      start: annotated.annotationStart,
      end: annotated.annotationEnd,
      remedy: 'compare every column of a unique key for equality, or add LIMIT 1.',
      query: annotated.name,
    },
  ];
}
