/** Problems that PostgreSQL does not see: queries it accepts but for which no code, or no safe code, can be generated. */
import type { Catalog } from '../../catalog/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import type { Cardinality } from '../query.js';
import { COMMANDS, type RewrittenQuery } from '../dialect/index.js';
import { elementType, isArray, TYPE } from './pg-types.js';

export interface ReviewInput {
  readonly rewritten: RewrittenQuery;
  readonly cardinality: Cardinality;
  readonly catalog: Catalog;
  /** Of the parameters, in the order of their numbers. */
  readonly typeOids: readonly number[];
}

export function review(input: ReviewInput): readonly Diagnostic[] {
  const { rewritten, cardinality } = input;
  return [...parameterProblems(input), ...rowCountWarnings(rewritten, cardinality)];
}

/** Parameters whose type no argument can have. */
function parameterProblems({ rewritten, catalog, typeOids }: ReviewInput): readonly Diagnostic[] {
  const { file, name } = rewritten.annotated;
  return rewritten.parameters.flatMap(({ number, slice, uses }) => {
    const use = uses.find(({ form }) => form === 'slice') ?? uses[0];
    if (use === undefined) return [];
    const { start, end } = use;
    const problem = problemOf(catalog, typeOids[number - 1] ?? 0, slice, file.text.slice(start, end));
    return problem === undefined ? [] : [{ severity: 'error' as const, ...problem, file, start, end, query: name }];
  });
}

function problemOf(catalog: Catalog, oid: number, slice: boolean, written: string): Pick<Diagnostic, 'message' | 'remedy'> | undefined {
  if ((elementType(catalog, oid) || oid) === TYPE.record) {
    return {
      message: `${written} stands for whole rows, and PostgreSQL takes no row from outside whose type has no name`,
      remedy: 'Compare each column with a parameter of its own; for many rows, join unnest(@a::int[], @b::text[]) AS rows (a, b).',
    };
  }
  if (!slice || isArray(catalog, oid) || !catalog.types.has(oid)) return undefined;
  return {
    message: `${written} is a list, and what stands here is one value`,
    remedy: `Write \`IN (${written})\` with nothing else in the parentheses, or \`= ANY(${written})\`.`,
  };
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
      remedy: 'Compare every column of a unique key for equality, or add LIMIT 1.',
      query: annotated.name,
    },
  ];
}
