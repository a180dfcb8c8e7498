/** The analysed SELECT of a view, as the catalog stores it. */
import type { Relation } from '../../catalog/index.js';
import { type Level, levelsOf } from './levels.js';
import { queryOf } from './query.js';
import { isList, isNode, readable, readTree } from './read.js';

const definitions = new WeakMap<Relation, { readonly level: Level | undefined }>();

/** The analysed SELECT of a view; undefined if the relation is no view or its tree cannot be read. */
export function definitionOf(relation: Relation): Level | undefined {
  let known = definitions.get(relation);
  if (known === undefined) definitions.set(relation, (known = { level: readDefinition(relation) }));
  return known.level;
}

function readDefinition({ definitionTree }: Relation): Level | undefined {
  if (definitionTree === undefined) return undefined;
  return readable(() => {
    // The reader expects the server's bytes, one character each.
    const tree = readTree(Buffer.from(definitionTree, 'utf8').toString('latin1'));
    const [query] = isList(tree) ? tree : [];
    return isNode(query) ? levelsOf(queryOf(query)) : undefined;
  }, undefined);
}
