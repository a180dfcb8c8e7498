/**
 * Whether sqlc can infer a statement's parameters on its own.
 *
 * If it cannot, it asks its database, if it has one, and then knows no names but the author's. So in a
 * project that gives sqlc a database, all parameters that the author did not name are numbered as soon
 * as sqlc fails at one place of the statement.
 *
 * Invariant: a lookup here sees what sqlc sees: every table of the whole statement at once, by the
 * default schema unless it is qualified, and no column of a CTE or subselect.
 */
import type { Catalog, Relation } from '../../catalog/index.js';
import { type ColumnRef, type Node, nodesIn, type RangeVar, strings } from '../parse.js';
import type { Context } from './context.js';

const DEFAULT_SCHEMA = 'public';

interface Tables {
  /** Each one as often as the statement names it. */
  readonly all: readonly Relation[];
  readonly aliases: ReadonlyMap<string, Relation>;
}

/** Judges what stands around the first place of every parameter. */
export function isInferable(statement: Node, contexts: readonly Context[], catalog: Catalog): boolean {
  const tables = tablesOf(statement, catalog);
  if (tables === undefined) return false;
  return contexts.every((context) => {
    switch (context.kind) {
      case 'operator':
        return context.column === undefined || isFound(tables, context.column);
      case 'assigned': {
        const relation = context.target && tableOf(catalog, context.target.relation);
        return context.name !== undefined && hasColumn(relation, context.name);
      }
      case 'item':
        return context.name !== undefined && hasColumn(tables.all[0], context.name);
      default:
        return true;
    }
  });
}

/** The tables of a statement; undefined where one is neither a table nor a CTE. */
function tablesOf(statement: Node, catalog: Catalog): Tables | undefined {
  const all: Relation[] = [];
  const aliases = new Map<string, Relation>();
  const nodes = [...nodesIn(statement)];
  const ctes = new Set(nodes.flatMap((node) => ('CommonTableExpr' in node ? (node.CommonTableExpr.ctename ?? []) : [])));
  for (const node of nodes) {
    const { relname = '', alias } = 'RangeVar' in node ? node.RangeVar : {};
    if (!('RangeVar' in node) || aliases.has(relname)) continue;
    const relation = tableOf(catalog, node.RangeVar);
    if (relation === undefined) {
      if (ctes.has(relname)) continue;
      return undefined;
    }
    all.push(relation);
    if (alias?.aliasname !== undefined) aliases.set(alias.aliasname, relation);
  }
  return { all, aliases };
}

function tableOf(catalog: Catalog, { schemaname = DEFAULT_SCHEMA, relname = '' }: RangeVar): Relation | undefined {
  return catalog.relationsByName.get(relname)?.find(({ schema }) => schema === schemaname);
}

function hasColumn(relation: Relation | undefined, name: string): boolean {
  return relation?.columns.some((column) => column.name === name) === true;
}

/** Exactly one of the tables has the column. */
function isFound({ all, aliases }: Tables, reference: ColumnRef): boolean {
  const parts = strings(reference.fields);
  const [name, qualifier] = [parts.at(-1), parts.at(-2)];
  if (name === undefined) return false;
  let searched = all;
  if (qualifier !== undefined) {
    const named = aliases.get(qualifier) ?? all.findLast((relation) => relation.name === qualifier);
    if (named === undefined) return false;
    searched = [named];
  }
  return searched.filter((relation) => hasColumn(relation, name)).length === 1;
}
