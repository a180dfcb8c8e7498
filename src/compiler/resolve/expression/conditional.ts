/** COALESCE, GREATEST, LEAST and CASE. */
import type { CaseExpr, Node } from 'libpg-query';
import type { Analyzer } from '../analyzer.js';
import { booleanOf } from '../node.js';
import { allOf, intersection, union, UNKNOWN_REASONS, type Reasons } from '../reason.js';
import { withFacts, type Scope } from '../scope.js';
import { commonType, TYPE } from '../types.js';
import { computed, unknownValue, worst, type Value } from '../value.js';

/** COALESCE, GREATEST and LEAST are NULL only where all their arguments are. */
export function evaluateFirstOf(analyzer: Analyzer, args: readonly Node[], scope: Scope): Value {
  const values = args.map((arg) => analyzer.expression(arg, scope));
  const strictIn = values.map((value) => value.strictIn).reduce(intersection, values[0]?.strictIn ?? []);
  return choice(analyzer, values, allOf(values.map((value) => value.reasons)), strictIn);
}

/** One of several values. */
function choice(analyzer: Analyzer, values: readonly Value[], reasons: Reasons, strictIn: Reasons): Value {
  return {
    ...computed(commonType(analyzer.catalog, values.map((value) => value.typeOid)), values, reasons, strictIn),
    elements: worst(values.map((value) => value.elements)),
    dimensions: Math.max(0, ...values.map((value) => value.dimensions)),
  };
}

/** What CASE gives without ELSE. */
const NULL: Value = { ...unknownValue(TYPE.unknown), elements: 'notNull' };

export function evaluateCase(analyzer: Analyzer, node: CaseExpr, scope: Scope): Value {
  const values: Value[] = [];
  const types: number[] = [];
  let reasons: Reasons = [];
  let strictIn: Reasons | undefined;
  // Where the earlier conditions were not true, and what that proves.
  let remaining = scope;
  let exhausted = false;
  const take = (result: Node, at: Scope): void => {
    const value = analyzer.expression(result, at);
    values.push(value);
    reasons = union(reasons, value.reasons);
    if (!isNullLiteral(result)) strictIn = strictIn === undefined ? value.strictIn : intersection(strictIn, value.strictIn);
  };
  for (const entry of node.args ?? []) {
    if (!('CaseWhen' in entry) || entry.CaseWhen.expr === undefined || entry.CaseWhen.result === undefined) continue;
    const { expr, result } = entry.CaseWhen;
    types.push(analyzer.expression(result, scope).typeOid);
    const condition = node.arg === undefined ? expr : equality(node.arg, expr);
    analyzer.expression(condition, remaining);
    const proven = analyzer.prove(condition, remaining, 'true');
    // A branch whose condition cannot be true does not count.
    if (proven !== undefined && !exhausted) take(result, withFacts(remaining, proven));
    const otherwise = analyzer.prove(condition, remaining, 'notTrue');
    if (otherwise === undefined) exhausted = true;
    else remaining = withFacts(remaining, otherwise);
  }
  if (node.defresult !== undefined) types.push(analyzer.expression(node.defresult, scope).typeOid);
  if (!exhausted) {
    if (node.defresult === undefined) {
      values.push(NULL);
      reasons = union(reasons, UNKNOWN_REASONS);
    } else {
      take(node.defresult, remaining);
    }
  }
  // Branches that are never taken still have a say in the type.
  return { ...choice(analyzer, values, reasons, strictIn ?? []), typeOid: commonType(analyzer.catalog, types) };
}

function isNullLiteral(node: Node): boolean {
  return booleanOf(node) === null;
}

function equality(left: Node, right: Node): Node {
  return { A_Expr: { kind: 'AEXPR_OP', name: [{ String: { sval: '=' } }], lexpr: left, rexpr: right } };
}
