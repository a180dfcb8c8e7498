/** What an author is told of a query that PostgreSQL accepts, and that generated code cannot serve, or not safely. */
import type { Catalog } from '../../catalog/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import type { ResultAnalysis } from './result.js';
import type { Cardinality } from '../query.js';
import { COMMANDS, type RewrittenQuery } from '../dialect/index.js';

export interface ReviewInput {
  readonly rewritten: RewrittenQuery;
  readonly result: ResultAnalysis;
  readonly cardinality: Cardinality;
  readonly catalog: Catalog;
  /** Of the parameters, in the order of their numbers. */
  readonly typeOids: readonly number[];
}

export function review(input: ReviewInput): readonly Diagnostic[] {
  const { rewritten, result, cardinality } = input;
  return [...embedProblems(rewritten, result), ...parameterProblems(input), ...rowCountWarnings(rewritten, cardinality)];
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

/** A parameter whose type no argument can have. */
function parameterProblems({ rewritten, catalog, typeOids }: ReviewInput): readonly Diagnostic[] {
  const { file, name } = rewritten.annotated;
  return rewritten.parameters.flatMap(({ number, slice, uses }) => {
    const oid = typeOids[number - 1] ?? 0;
    const use = uses.find(({ form }) => form === 'slice') ?? uses[0];
    if (use === undefined) return [];
    const written = file.text.slice(use.start, use.end);
    const problem = { severity: 'error' as const, file, start: use.start, end: use.end, query: name };
    if (isRecord(catalog, oid)) {
      const message = `${written} stands for whole rows, and PostgreSQL takes no row from outside whose type has no name`;
      return [{ ...problem, message, remedy: 'compare each column with a parameter of its own; for many rows join unnest(@a::int[], @b::text[]) AS rows (a, b).' }];
    }
    if (slice && !isList(catalog, oid)) {
      const message = `${written} is a list, and what stands here is one value`;
      return [{ ...problem, message, remedy: `write \`IN (${written})\` with nothing else in the parentheses, or \`= ANY(${written})\`.` }];
    }
    return [];
  });
}

function isRecord(catalog: Catalog, oid: number): boolean {
  const type = catalog.types.get(oid);
  return type?.kind === 'array' ? isRecord(catalog, type.elementOid) : type?.schema === 'pg_catalog' && type.name === 'record';
}

/** Also for a type that the catalog does not list. */
function isList(catalog: Catalog, oid: number): boolean {
  const type = catalog.types.get(oid);
  return type === undefined || type.kind === 'array' || (type.kind === 'domain' && isList(catalog, type.baseOid));
}

/** A second row makes the generated function throw, which is better learnt here than in production. */
function rowCountWarnings({ annotated }: RewrittenQuery, cardinality: Cardinality): readonly Diagnostic[] {
  if (cardinality !== 'many' || COMMANDS[annotated.command].rows !== 'atMostOne') return [];
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
