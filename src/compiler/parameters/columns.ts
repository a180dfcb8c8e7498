/**
 * The columns that parameters are written to and compared with, as PostgreSQL understood the statement.
 *
 * Invariant: without an analysis that can be read, nothing is known.
 */
import { allLevels, child, children, integer, Leaves, readable, walk } from '../analysis/index.js';
import type { Analysis, Leaf, TreeNode } from '../analysis/index.js';
import type { Catalog, PgType, TableColumn } from '../../catalog/index.js';

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
  const leaves = new Leaves(catalog);
  if (analysis) readable(() => read(analysis), undefined);
  return {
    written: (offset) => written.get(offset),
    referenced(offset, parameter) {
      const found = ((references.get(offset) ?? grouped.get(parameter))?.() ?? []).map((leaf) => leaves.columnOf(leaf));
      return found.every((column) => column?.column === found[0]?.column) ? found[0] : undefined;
    },
    casts: (number) => casts.get(number) ?? [],
    elements: (number) => elements.get(number) ?? [],
  };

  function read({ levels, offset }: Analysis): void {
    const place = (node: TreeNode): number | undefined => offset(integer(node, 'location'));
    const keep = <Value>(map: Map<number, Value>, key: number | undefined, value: Value): void => {
      if (key !== undefined) map.set(key, value);
    };
    for (const level of allLevels(levels)) {
      const { query } = level;
      walk(query.node, (node) => {
        if (node.tag === 'VAR') keep(references, place(node), () => leaves.of(node, level));
        const [left, right] = node.tag === 'OPEXPR' ? children(node, 'args') : [];
        if (left?.tag === 'PARAM' && right?.tag === 'VAR') keep(grouped, place(left), () => leaves.of(right, level));
        if (left?.tag === 'VAR' && right?.tag === 'PARAM') keep(grouped, place(right), () => leaves.of(left, level));
        const number = CASTS.has(node.tag) ? parameterIn(node) : undefined;
        const type = number !== undefined && catalog.types.get(integer(node, 'resulttype'));
        if (type) casts.set(number, [...(casts.get(number) ?? []), type]);
        return node.tag !== 'QUERY' || node === query.node;
      });
      for (const { to, from } of leaves.written(level)) {
        const column = leaves.columnOf(to);
        for (const leaf of from) {
          if (leaf.kind !== 'parameter' || column === undefined) continue;
          if (leaf.unnested) elements.set(leaf.number, [...(elements.get(leaf.number) ?? []), column]);
          else keep(written, offset(leaf.location), column);
        }
      }
    }
  }
}

const CASTS: ReadonlySet<string> = new Set(['COERCEVIAIO', 'ARRAYCOERCEEXPR', 'RELABELTYPE']);

/** The parameter that stands in casts alone. */
function parameterIn(node: TreeNode | undefined): number | undefined {
  if (node && CASTS.has(node.tag)) return parameterIn(child(node, 'arg'));
  return node?.tag === 'PARAM' && integer(node, 'paramkind') === 0 ? integer(node, 'paramid') : undefined;
}
