/**
 * The columns that parameters are written to and compared with, as PostgreSQL understood the statement.
 *
 * Invariant: without an analysis that can be read, nothing is known.
 */
import { allLevels, child, children, integer, Leaves, readable, walk } from '../analysis/index.js';
import type { Analysis, Leaf, Level, TreeNode } from '../analysis/index.js';
import type { Catalog, PgType, TableColumn } from '../../catalog/index.js';

export interface Columns {
  /** The columns that parameters are written to, unchanged, by the parameters' offsets. */
  readonly written: ReadonlyMap<number | undefined, TableColumn>;
  /** The column that the reference at an offset means, which stands beside the parameter at another one. */
  referenced(offset: number, parameter: number): TableColumn | undefined;
  /** The types that parameters are cast to, where they have another one, by the parameters' numbers. */
  readonly casts: ReadonlyMap<number, readonly PgType[]>;
  /** The columns that the elements of array parameters are written to, by the parameters' numbers. */
  readonly elements: ReadonlyMap<number, readonly TableColumn[]>;
}

export function columnsOf(analysis: Analysis | undefined, catalog: Catalog): Columns {
  const written = new Map<number | undefined, TableColumn>();
  const references = new Map<number | undefined, () => readonly Leaf[]>();
  // From PostgreSQL 18 on, a reference to a grouped column has lost its place.
  const grouped = new Map<number | undefined, () => readonly Leaf[]>();
  const casts = new Map<number, PgType[]>();
  const elements = new Map<number, TableColumn[]>();
  const leaves = new Leaves(catalog);
  if (analysis)
    readable(() => {
      for (const level of allLevels(analysis.levels)) read(level, analysis);
    }, undefined);
  return {
    written,
    casts,
    elements,
    referenced(offset, parameter) {
      const found = ((references.get(offset) ?? grouped.get(parameter))?.() ?? []).map((leaf) => leaves.columnOf(leaf));
      return found.every((column) => column?.column === found[0]?.column) ? found[0] : undefined;
    },
  };

  function read(level: Level, { offset }: Analysis): void {
    const place = (node: TreeNode): number | undefined => offset(integer(node, 'location'));
    walk(level.query.node, (node) => {
      if (node.tag === 'VAR') references.set(place(node), () => leaves.of(node, level));
      const sides = node.tag === 'OPEXPR' ? children(node, 'args') : [];
      const [parameter, column] = [sides.find(({ tag }) => tag === 'PARAM'), sides.find(({ tag }) => tag === 'VAR')];
      if (parameter && column) grouped.set(place(parameter), () => leaves.of(column, level));
      const number = CASTS.has(node.tag) ? parameterIn(node) : undefined;
      const type = number !== undefined && catalog.types.get(integer(node, 'resulttype'));
      if (type) casts.set(number, [...(casts.get(number) ?? []), type]);
      return node.tag !== 'QUERY' || node === level.query.node;
    });
    for (const { to, from } of leaves.written(level)) {
      const column = leaves.columnOf(to);
      for (const leaf of from) {
        if (leaf.kind !== 'parameter' || column === undefined) continue;
        if (leaf.unnested) elements.set(leaf.number, [...(elements.get(leaf.number) ?? []), column]);
        else written.set(offset(leaf.location), column);
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
