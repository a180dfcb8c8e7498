/** The analysed SELECT of a view, as the catalog stores it. */
import type { Relation } from '../../catalog/index.js';
import { queryOf, type Query } from './query.js';
import { isList, isNode, readable, readTree } from './read.js';

const definitions = new WeakMap<Relation, { readonly query: Query | undefined }>();

/** The analysed SELECT of a view; undefined if the relation is no view or its tree cannot be read. */
export function definitionOf(relation: Relation): Query | undefined {
  let known = definitions.get(relation);
  if (known === undefined) definitions.set(relation, (known = { query: readDefinition(relation) }));
  return known.query;
}

function readDefinition({ definitionTree }: Relation): Query | undefined {
  if (definitionTree === undefined) return undefined;
  return readable(() => {
    // The reader expects the server's bytes, one character each.
    const tree = readTree(Buffer.from(definitionTree, 'utf8').toString('latin1'));
    const [query] = isList(tree) ? tree : [];
    return isNode(query) ? queryOf(query) : undefined;
  }, undefined);
}
