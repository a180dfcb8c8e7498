/**
 * The columns that parameters are written to and compared with, as PostgreSQL understood the statement.
 *
 * Invariant: without an analysis that can be read, nothing is known.
 */
import {
  allLevels,
  child,
  children,
  columnReference,
  integer,
  leavesIn,
  outwards,
  readable,
  walk,
  writtenBy,
  type Analysis,
  type Leaf,
  type TreeNode,
} from '../analysis/index.js';
import { type Catalog, columnAt, type PgType, type TableColumn } from '../../catalog/index.js';

export interface Columns {
  /** The column that the parameter at an offset is written to, unchanged. */
  written(offset: number): TableColumn | undefined;
  /** The column that the reference at an offset means, which stands beside the parameter at another one. */
  referenced(offset: number, parameter: number): TableColumn | undefined;
  /** The types that a parameter is cast to, where it has another one. */
  casts(number: number): readonly PgType[];
  /** The columns that the elements of an array parameter are written to. */
  elements(number: number): readonly TableColumn[];
}

export function columnsOf(analysis: Analysis | undefined, catalog: Catalog): Columns {
  const written = new Map<number, TableColumn>();
  const references = new Map<number, () => readonly Leaf[]>();
  // From PostgreSQL 18 on, a reference to a grouped column has lost its place.
  const grouped = new Map<number, () => readonly Leaf[]>();
  const casts = new Map<number, PgType[]>();
  const elements = new Map<number, TableColumn[]>();
  if (analysis) readable(() => read(analysis), undefined);
  return {
    written: (offset) => written.get(offset),
    referenced: (offset, parameter) => common(((references.get(offset) ?? grouped.get(parameter))?.() ?? []).map(columnOf)),
    casts: (number) => casts.get(number) ?? [],
    elements: (number) => elements.get(number) ?? [],
  };

  function read({ levels, offset }: Analysis): void {
    const leaves = leavesIn(catalog);
    for (const level of allLevels(levels)) {
      const { query } = level;
      const queries = outwards(level);
      walk(query.node, (node) => {
        const at = columnReference(node) && offset(integer(node, 'location'));
        if (at !== undefined) references.set(at, () => leaves.of(node, queries));
        const [left, right] = node.tag === 'OPEXPR' ? children(node, 'args') : [];
        for (const [one, other] of left && right ? [[left, right] as const, [right, left] as const] : []) {
          const place = one.tag === 'PARAM' && columnReference(other) ? offset(integer(one, 'location')) : undefined;
          if (place !== undefined) grouped.set(place, () => leaves.of(other, queries));
        }
        const cast = castOf(node);
        const type = cast && catalog.types.get(cast.typeOid);
        if (type) casts.set(cast.number, [...(casts.get(cast.number) ?? []), type]);
        return node.tag !== 'QUERY' || node === query.node;
      });
      const relation = query.ranges[query.resultRelation - 1]?.relationOid;
      for (const { number, expression } of writtenBy(query)) {
        const column = columnAt(catalog, relation ?? 0, number);
        for (const leaf of column ? leaves.of(expression, queries) : []) {
          if (leaf.kind !== 'parameter' || column === undefined) continue;
          const at = offset(leaf.location);
          if (leaf.unnested) elements.set(leaf.number, [...(elements.get(leaf.number) ?? []), column]);
          else if (at !== undefined) written.set(at, column);
        }
      }
    }
  }

  function columnOf(leaf: Leaf): TableColumn | undefined {
    return leaf.kind === 'column' && !leaf.converted ? columnAt(catalog, leaf.relation, leaf.number) : undefined;
  }
}

function common([first, ...others]: readonly (TableColumn | undefined)[]): TableColumn | undefined {
  return others.every((other) => other?.column === first?.column) ? first : undefined;
}

const CASTS: ReadonlySet<string> = new Set(['COERCEVIAIO', 'ARRAYCOERCEEXPR', 'RELABELTYPE']);

/** A cast of a parameter, also of one that is cast already. */
function castOf(node: TreeNode): { readonly number: number; readonly typeOid: number } | undefined {
  if (!CASTS.has(node.tag)) return undefined;
  let inner = child(node, 'arg');
  while (inner && CASTS.has(inner.tag)) inner = child(inner, 'arg');
  if (inner?.tag !== 'PARAM' || integer(inner, 'paramkind') !== 0) return undefined;
  return { number: integer(inner, 'paramid'), typeOid: integer(node, 'resulttype') };
}
