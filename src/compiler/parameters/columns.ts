/**
 * The columns that parameters are written to and compared with, as PostgreSQL understood the statement.
 *
 * Invariant: without an analysis that can be read, nothing is known.
 */
import { allLevels, child, children, integer, Leaves, readable, walk } from '../analysis/index.js';
import type { Analysis, Leaf, Level, TreeNode } from '../analysis/index.js';
import type { Catalog, PgType, TableColumn } from '../../catalog/index.js';

export type Columns = ReturnType<typeof columnsOf>;

export function columnsOf(analysis: Analysis | undefined, catalog: Catalog) {
  /** The columns that parameters are written to, unchanged, by the parameters' offsets. */
  const written = new Map<number | undefined, TableColumn>();
  /** The types that parameters are cast to, where they have another one, by the parameters' numbers. */
  const casts = new Map<number, PgType[]>();
  /** The columns that the elements of array parameters are written to, by the parameters' numbers. */
  const elements = new Map<number, TableColumn[]>();
  /** By the offsets of references to columns, and of the parameters beside them: from PostgreSQL 18 on, a grouped column has lost its place. */
  const references = new Map<number | undefined, () => readonly Leaf[]>();
  const leaves = new Leaves(catalog);
  if (analysis) readable(() => [...allLevels(analysis.levels)].forEach((level) => read(level, analysis)), undefined);
  /** The column that the reference at an offset means, which stands beside the parameter at another one. */
  const referenced = (offset: number, parameter: number): TableColumn | undefined => {
    const found = ((references.get(offset) ?? references.get(parameter))?.() ?? []).map((leaf) => leaves.columnOf(leaf));
    return found.every((column) => column?.column === found[0]?.column) ? found[0] : undefined;
  };
  return { written, casts, elements, referenced };

  function read(level: Level, { offset }: Analysis): void {
    const place = (node: TreeNode): number | undefined => offset(integer(node, 'location'));
    walk(level.query.node, (node) => {
      if (node.tag === 'VAR') references.set(place(node), () => leaves.of(node, level));
      const sides = node.tag === 'OPEXPR' ? children(node, 'args') : [];
      const [parameter, column] = [sides.find(({ tag }) => tag === 'PARAM'), sides.find(({ tag }) => tag === 'VAR')];
      if (parameter && column) references.set(place(parameter), () => leaves.of(column, level));
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
