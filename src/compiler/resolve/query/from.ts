/** A FROM list → the namespace that its rows make, and how many rows there can be. */
import type { Node, RangeSubselect, RangeVar } from 'libpg-query';
import { findRelation } from '../../../catalog/index.js';
import type { Analyzer } from '../analyzer.js';
import { strings } from '../node.js';
import { union } from '../reason.js';
import { findCte, ruleOut, withNamespace, type Scope } from '../scope.js';
import { NO_FROM, opaque, single, type FromShape } from './from-shape.js';
import { analyzeFunctionItem } from './function-item.js';
import { analyzeJoin } from './join.js';
import { createSource, itemOf, relationItem } from './relation.js';
import { analyzeTableFunction } from './table-function.js';

/** `scope` gives names from outside; its own namespace is what stands before, for LATERAL. */
export function analyzeFrom(analyzer: Analyzer, list: readonly Node[], scope: Scope): FromShape {
  let shape = NO_FROM;
  for (const node of list) {
    const next = analyzeItem(analyzer, node, withNamespace(scope, [...scope.namespace, ...shape.namespace]));
    const facts = union(shape.facts, next.facts);
    shape = {
      namespace: ruleOut([...shape.namespace, ...next.namespace], facts),
      facts,
      atLeastOne: shape.atLeastOne && next.atLeastOne,
      sources: [...shape.sources, ...next.sources],
      restrictions: [...shape.restrictions, ...next.restrictions],
      unbounded: shape.unbounded || next.unbounded,
    };
  }
  return shape;
}

function analyzeItem(analyzer: Analyzer, node: Node, scope: Scope): FromShape {
  if ('RangeVar' in node) return analyzeRangeVar(analyzer, node.RangeVar, scope);
  if ('JoinExpr' in node) return analyzeJoin(analyzer, node.JoinExpr, scope, analyzeItem);
  if ('RangeSubselect' in node) return analyzeSubselect(analyzer, node.RangeSubselect, scope);
  if ('RangeFunction' in node) return analyzeFunctionItem(analyzer, node.RangeFunction, scope);
  if ('RangeTableSample' in node && node.RangeTableSample.relation !== undefined) {
    return { ...analyzeItem(analyzer, node.RangeTableSample.relation, scope), atLeastOne: false };
  }
  return analyzeTableFunction(analyzer, node, scope) ?? opaque(undefined);
}

function analyzeRangeVar(analyzer: Analyzer, range: RangeVar, scope: Scope): FromShape {
  const cte = range.schemaname === undefined ? findCte(scope.ctes, range.relname ?? '') : undefined;
  if (cte !== undefined) {
    const source = createSource({ atMostOne: cte.atMostOne, heldToOne: cte.heldToOne, entry: cte.name });
    const item = itemOf(cte.columns(), {
      source,
      name: range.alias?.aliasname ?? range.relname,
      columnNames: strings(range.alias?.colnames),
    });
    return single(item, cte.atLeastOne);
  }
  const relation = findRelation(analyzer.catalog, range.schemaname, range.relname ?? '');
  if (relation === undefined) return opaque(range.alias?.aliasname ?? range.relname);
  const atLeastOne = relation.kind === 'view' && analyzer.view(relation).atLeastOne;
  return single(relationItem(analyzer, relation, range), atLeastOne);
}

function analyzeSubselect(analyzer: Analyzer, range: RangeSubselect, scope: Scope): FromShape {
  if (range.subquery === undefined) return opaque(range.alias?.aliasname);
  const parent = range.lateral === true ? scope : withNamespace(scope, []);
  const query = analyzer.query(range.subquery, parent, scope.ctes);
  const source = createSource({ atMostOne: query.atMostOne, heldToOne: query.heldToOne, dependsOn: query.outerSources });
  const item = itemOf(query.columns, { source, name: range.alias?.aliasname, columnNames: strings(range.alias?.colnames) });
  return single(item, query.atLeastOne, query.facts);
}
