/** Problems that PostgreSQL does not see: queries it accepts but for which no code, or no safe code, can be generated. */
import type { Catalog } from '../../catalog/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import type { Cardinality } from '../query.js';
import { COMMANDS, type RewrittenQuery } from '../dialect/index.js';
import { elementType, isArray, TYPE } from './pg-types.js';

/** @param typeOids of the parameters, in the order of their numbers. */
export function review(
  { annotated, parameters }: RewrittenQuery,
  cardinality: Cardinality,
  catalog: Catalog,
  typeOids: readonly number[],
): readonly Diagnostic[] {
  const { file, name, command, annotationStart, annotationEnd } = annotated;
  const problems = parameters.flatMap(({ number, slice, uses }): readonly Diagnostic[] => {
    const use = uses.find(({ form }) => form === 'slice') ?? uses[0];
    const problem = use && problemOf(catalog, typeOids[number - 1] ?? 0, slice, file.text.slice(use.start, use.end));
    return problem ? [{ severity: 'error', ...problem, file, start: use.start, end: use.end, query: name }] : [];
  });
  if (cardinality !== 'many' || COMMANDS[command].rows !== 'atMostOne') return problems;
  // A second row makes the generated function throw, which is better learnt here than in production.
  const warning: Diagnostic = {
    severity: 'warning',
    message: `:${command}, but "${name}" may find more than one row, and then throws TooManyRowsError`,
    remedy: 'Compare every column of a unique key for equality, or add LIMIT 1.',
    file,
    start: annotationStart,
    end: annotationEnd,
    query: name,
  };
  return [...problems, warning];
}

/** Of a parameter whose type no argument can have. */
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
