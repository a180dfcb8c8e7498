/** Why a hook is not joined by AND to a whole WHERE clause: the clause that it stands in, or the expression around it. */
import { type Catalog, functionOf } from '../../catalog/index.js';
import { allLevels, field, integer, isList, isNode, type Level, type TreeNode, type TreeValue } from '../analysis/index.js';
import type { ParsedStatement } from '../parse.js';
import { clauseAt } from './clause.js';
import { type Advice, misplaced, type PastHook, type Place, verbOf } from './messages.js';

/** Throws where a text is not one statement. */
export type Parse = (text: string) => ParsedStatement;

/** What is wrong with a hook's place: a clause that takes no condition, or else the obstacle that PostgreSQL's tree shows. */
export function adviceAt(text: string, at: number, parse: Parse, obstacle?: Place): Advice | undefined {
  const { clause, around } = clauseAt(text, at);
  const place = clause === 'where' || clause === 'from' || clause === 'none' ? obstacle : { kind: clause };
  return place && misplaced(place, statementAround(around, parse));
}

/** The tables of the innermost statement that parses, or the table that it changes. */
export function statementAround(around: readonly string[], parse: Parse): PastHook {
  for (const text of around) {
    const statement = tryParse(parse, text)?.statement;
    const [[type, node] = []] = Object.entries(statement ?? {}) as readonly (readonly [string, object])[];
    if (type === undefined || node === undefined) continue;
    const tables = tablesIn('relation' in node ? node.relation : node);
    return { tables: [...new Set(tables)], verb: verbOf(type.replace('Stmt', '').toLowerCase()) };
  }
  return { tables: [], verb: 'returned' };
}

/** The names of all tables below a node of the parser's tree; CTEs count as tables. */
function tablesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(tablesIn);
  if (typeof value !== 'object' || value === null) return [];
  if (!('relname' in value)) return Object.values(value).flatMap(tablesIn);
  return ['schemaname' in value ? `${String(value.schemaname)}.${String(value.relname)}` : String(value.relname)];
}

export function tryParse(parse: Parse, text: string): ParsedStatement | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** The innermost node around a probe that is not an AND: it keeps the probe from being a conjunct. */
export function obstacleOf(root: Level, isProbe: (node: TreeNode) => boolean, catalog: Catalog): Place | undefined {
  for (const level of allLevels(root)) {
    const around = pathTo(level.query.node, isProbe)?.findLast((node) => node.tag !== 'BOOLEXPR' || field(node, 'boolop') !== 'and');
    if (around) return placeIn(around, catalog);
  }
  return undefined;
}

/** The nodes that lead from a query down to a probe, outermost first. Other queries are not entered. */
function pathTo(value: TreeValue | undefined, isProbe: (node: TreeNode) => boolean): readonly TreeNode[] | undefined {
  if (!isNode(value) && !isList(value)) return undefined;
  if (isNode(value) && isProbe(value)) return [];
  for (const inner of isNode(value) ? value.inner : value) {
    const path = isNode(inner) && inner.tag === 'QUERY' ? undefined : pathTo(inner, isProbe);
    if (path) return isNode(value) ? [value, ...path] : path;
  }
  return undefined;
}

/** How messages describe a node; any other is part of a larger expression. */
const KINDS: Readonly<Record<string, Place>> = {
  CASEEXPR: { kind: 'case' },
  CASEWHEN: { kind: 'case' },
  COALESCEEXPR: { kind: 'argument', name: 'coalesce' },
  MINMAXEXPR: { kind: 'argument', name: 'greatest' },
};

function placeIn(node: TreeNode, catalog: Catalog): Place {
  if (node.tag === 'BOOLEXPR') return { kind: field(node, 'boolop') === 'or' ? 'or' : 'not' };
  if (node.tag === 'JOINEXPR') return { kind: 'outerOn', name: ['', 'LEFT', 'FULL', 'RIGHT'][integer(node, 'jointype')] ?? '' };
  if (node.tag === 'FUNCEXPR') return { kind: 'argument', name: functionOf(catalog, integer(node, 'funcid'))?.name ?? 'a function' };
  return KINDS[node.tag] ?? { kind: 'operand' };
}
