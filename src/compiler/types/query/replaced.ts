/** Whether rules make another statement of a change, of a table or of what a view shows. */
import { definitionOf, type CommandType, type Query } from '../../analysis/index.js';
import type { Relation } from '../../../catalog/index.js';
import type { Engine } from '../engine.js';

/** A view that is changed passes the change on to what it reads. */
export function isReplaced(engine: Engine, relation: Relation, command: CommandType, depth = 0): boolean {
  const { replacedBy } = relation;
  const own =
    command === 'merge'
      ? replacedBy !== undefined
      : (command === 'insert' || command === 'update' || command === 'delete') && replacedBy?.[command] === true;
  if (own || depth > DEEPEST) return own;
  if (relation.kind !== 'view') return false;
  const definition: Query | undefined = definitionOf(relation);
  return (
    definition?.ranges.some(({ relationOid }) => {
      const below = relationOid === undefined || relationOid === relation.oid ? undefined : engine.catalog.relations.get(relationOid);
      return below !== undefined && isReplaced(engine, below, command, depth + 1);
    }) === true
  );
}

const DEEPEST = 16;
