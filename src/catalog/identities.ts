/**
 * Which primary keys a column's values are of: its own table's, or those that foreign keys lead to.
 *
 * Invariant: a foreign key to what is not part of a primary key leads nowhere, and keys that refer to
 * each other in a circle are one key, that of the relation that was made first.
 */
import type { Catalog, CatalogColumn, Relation, TableColumn } from './catalog.js';

/** The columns of primary keys that a table's column belongs to, none if it identifies nothing; views are for their reader to follow. */
export type Identities = (relation: Relation, column: CatalogColumn) => readonly TableColumn[];

/** The keys that are among each of several. */
export function commonKeys([first = [], ...others]: readonly (readonly TableColumn[])[]): readonly TableColumn[] {
  return first.filter(({ column }) => others.every((keys) => keys.some((key) => key.column === column)));
}

const nodeOf = ({ oid }: Relation, { number }: CatalogColumn): string => `${oid}.${number}`;

export function identities({ relations }: Pick<Catalog, 'relations'>): Identities {
  const nodes = new Map<string, TableColumn>();
  for (const relation of relations.values())
    for (const column of relation.columns) nodes.set(nodeOf(relation, column), { relation, column });

  const isKey = ({ relation, column }: TableColumn): boolean =>
    relation.uniqueKeys.some(({ primary, columns }) => primary && columns.includes(column.number));

  const targets = ({ relation, column }: TableColumn): readonly string[] => [
    ...relation.foreignKeys.flatMap(({ columns, references, referenced }) =>
      columns.flatMap((own, index) => (own === column.number ? [`${references}.${referenced[index]}`] : [])),
    ),
    ...relation.parents.flatMap((oid) => {
      const inherited = relations.get(oid)?.columns.find(({ name }) => name === column.name);
      return inherited ? [`${oid}.${inherited.number}`] : [];
    }),
  ];

  const reachable = new Map<string, ReadonlySet<string>>();
  const reach = (start: string): ReadonlySet<string> => {
    const known = reachable.get(start);
    if (known) return known;
    // A set takes what is added while it is walked.
    const found = new Set([start]);
    for (const node of found) {
      const entry = nodes.get(node);
      if (entry) for (const target of targets(entry)) found.add(target);
    }
    reachable.set(start, found);
    return found;
  };
  const keysIn = (found: ReadonlySet<string>): readonly string[] =>
    [...found].filter((node) => {
      const entry = nodes.get(node);
      return entry !== undefined && isKey(entry);
    });

  const known = new Map<string, readonly TableColumn[]>();
  return (relation, column) => {
    const start = nodeOf(relation, column);
    const before = known.get(start);
    if (before) return before;
    const roots = new Set(
      keysIn(reach(start)).flatMap((node) => {
        const further = keysIn(reach(node));
        return further.every((other) => reach(other).has(node)) ? [firstMade(further)] : [];
      }),
    );
    const keys = [...roots].flatMap((root) => nodes.get(root) ?? []);
    known.set(start, keys);
    return keys;
  };
}

function firstMade(nodes: readonly string[]): string {
  const [first = ''] = [...nodes].sort((a, b) => Number(a.split('.')[0]) - Number(b.split('.')[0]) || a.localeCompare(b));
  return first;
}
