/**
 * What the outcome of a condition proves.
 *
 * Invariant: an answer holds for every row in which the condition has that outcome. `undefined`
 * means that no row has it.
 */
import type { A_Expr, BooleanTest, CaseExpr, Node, NullTest } from 'libpg-query';
import type { Analyzer, Outcome } from '../analyzer.js';
import { operatorCandidates } from '../functions.js';
import { booleanOf, items, strings } from '../node.js';
import { intersection, union, unionAll, type Reasons } from '../reason.js';
import { withFacts, type Scope } from '../scope.js';
import { baseType, elementType, TYPE } from '../types.js';
import { isNullable } from '../value.js';
import { subqueryShape } from './sublink.js';

type Proof = Reasons | undefined;

/** What holds where all of several outcomes happened. */
function both(proofs: readonly Proof[]): Proof {
  const known = proofs.filter((proof) => proof !== undefined);
  return known.length === proofs.length ? unionAll(known) : undefined;
}

/** What holds where one of several outcomes happened. */
function either(proofs: readonly Proof[]): Proof {
  const known = proofs.filter((proof) => proof !== undefined);
  const [first, ...others] = known;
  return first === undefined ? undefined : others.reduce<Reasons>(intersection, first);
}

export function prove(analyzer: Analyzer, node: Node, scope: Scope, outcome: Outcome): Proof {
  const constant = booleanOf(node);
  if (constant !== undefined) return constantProof(constant, outcome);
  if ('BoolExpr' in node) return proveLogic(analyzer, node.BoolExpr.boolop, node.BoolExpr.args ?? [], scope, outcome);
  if ('NullTest' in node) return proveNullTest(analyzer, node.NullTest, scope, outcome);
  if ('BooleanTest' in node) return proveBooleanTest(analyzer, node.BooleanTest, scope, outcome);
  if ('CaseExpr' in node && (outcome === 'true' || outcome === 'false')) return proveCase(analyzer, node.CaseExpr, scope, outcome);
  if ('CoalesceExpr' in node && (outcome === 'true' || outcome === 'false')) {
    // The value is that of one argument.
    return either((node.CoalesceExpr.args ?? []).map((arg) => prove(analyzer, arg, scope, outcome)));
  }
  if (outcome === 'notTrue' || outcome === 'notFalse') return proveNegative(analyzer, node, scope, outcome);
  if ('A_Expr' in node) return proveOperator(analyzer, node, node.A_Expr, scope, outcome);
  if ('SubLink' in node) return proveSubLink(analyzer, node, scope, outcome);
  return analyzer.expression(node, scope).strictIn;
}

function constantProof(constant: boolean | null, outcome: Outcome): Proof {
  const happens = {
    true: constant === true,
    false: constant === false,
    notTrue: constant !== true,
    notFalse: constant !== false,
  };
  return happens[outcome] ? [] : undefined;
}

/** Not true means false where NULL cannot be. */
function proveNegative(analyzer: Analyzer, node: Node, scope: Scope, outcome: 'notTrue' | 'notFalse'): Proof {
  if (isNullable(analyzer.expression(node, scope))) return [];
  return prove(analyzer, node, scope, outcome === 'notTrue' ? 'false' : 'true');
}

const OPPOSITE: Readonly<Record<Outcome, Outcome>> = { true: 'false', false: 'true', notTrue: 'notFalse', notFalse: 'notTrue' };

function proveLogic(analyzer: Analyzer, operator: string | undefined, args: readonly Node[], scope: Scope, outcome: Outcome): Proof {
  if (operator === 'NOT_EXPR') {
    const [arg] = args;
    return arg === undefined ? [] : prove(analyzer, arg, scope, OPPOSITE[outcome]);
  }
  // AND is true where all are, and not false where none is; OR is false where all are, and so on.
  const needsAll = operator === 'AND_EXPR' ? outcome === 'true' || outcome === 'notFalse' : outcome === 'false' || outcome === 'notTrue';
  if (!needsAll) return either(args.map((arg) => prove(analyzer, arg, scope, outcome)));
  return both(args.map((arg) => prove(analyzer, arg, scope, outcome)));
}

function proveNullTest(analyzer: Analyzer, test: NullTest, scope: Scope, outcome: Outcome): Proof {
  if (test.arg === undefined) return [];
  const isPresent = (outcome === 'true' || outcome === 'notFalse') === (test.nulltesttype === 'IS_NOT_NULL');
  const value = analyzer.expression(test.arg, scope);
  if (!isComposite(analyzer, value.typeOid) && value.fields === undefined) {
    if (!isPresent && !isNullable(value)) return undefined;
    return isPresent ? value.strictIn : [];
  }
  // `row IS NOT NULL` is true where every field is; `row IS NULL` is false where any is.
  if (test.nulltesttype !== 'IS_NOT_NULL' || !isPresent || value.fields === undefined) return [];
  return union(value.strictIn, unionAll(value.fields.map((field) => field.value.strictIn)));
}

function isComposite(analyzer: Analyzer, typeOid: number): boolean {
  const type = analyzer.catalog.types.get(baseType(analyzer.catalog, typeOid));
  return type === undefined || type.kind === 'composite' || type.kind === 'pseudo';
}

function proveBooleanTest(analyzer: Analyzer, test: BooleanTest, scope: Scope, outcome: Outcome): Proof {
  const { arg, booltesttype = '' } = test;
  if (arg === undefined) return [];
  // The test itself is never NULL.
  const holds = outcome === 'true' || outcome === 'notFalse';
  const negated = booltesttype.startsWith('IS_NOT_');
  const positive = holds !== negated;
  switch (booltesttype.replace('IS_NOT_', 'IS_')) {
    case 'IS_TRUE':
      return prove(analyzer, arg, scope, positive ? 'true' : 'notTrue');
    case 'IS_FALSE':
      return prove(analyzer, arg, scope, positive ? 'false' : 'notFalse');
    default:
      return positive ? [] : analyzer.expression(arg, scope).strictIn;
  }
}

function proveCase(analyzer: Analyzer, node: CaseExpr, scope: Scope, outcome: 'true' | 'false'): Proof {
  const proofs: Proof[] = [];
  let remaining: Scope | undefined = scope;
  const facts: Reasons[] = [];
  for (const entry of node.args ?? []) {
    if (!('CaseWhen' in entry) || entry.CaseWhen.expr === undefined || entry.CaseWhen.result === undefined || remaining === undefined) continue;
    const { expr, result } = entry.CaseWhen;
    const condition: Node =
      node.arg === undefined
        ? expr
        : { A_Expr: { kind: 'AEXPR_OP', name: [{ String: { sval: '=' } }], lexpr: node.arg, rexpr: expr } };
    const met = prove(analyzer, condition, remaining, 'true');
    const given = met && prove(analyzer, result, withFacts(remaining, met), outcome);
    proofs.push(given && both([met, given, ...facts]));
    const unmet = prove(analyzer, condition, remaining, 'notTrue');
    if (unmet === undefined) remaining = undefined;
    else {
      facts.push(unmet);
      remaining = withFacts(remaining, unmet);
    }
  }
  if (remaining !== undefined && node.defresult !== undefined) {
    const given = prove(analyzer, node.defresult, remaining, outcome);
    proofs.push(given && both([given, ...facts]));
  }
  return either(proofs);
}

function proveOperator(analyzer: Analyzer, node: Node, expression: A_Expr, scope: Scope, outcome: 'true' | 'false'): Proof {
  const { lexpr, rexpr, kind } = expression;
  const operator = strings(expression.name).at(-1) ?? '';
  switch (kind) {
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT':
      return proveDistinct(analyzer, expression, scope, (kind === 'AEXPR_DISTINCT') === (outcome === 'true'));
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL': {
      const array = analyzer.expression(node, scope).strictIn;
      // Of an empty array ANY is false and ALL is true, whatever the operand.
      const decided = (kind === 'AEXPR_OP_ANY') === (outcome === 'true');
      return decided && lexpr !== undefined && rexpr !== undefined
        ? union(array, arrayOperand(analyzer, expression.name, lexpr, rexpr, scope))
        : array;
    }
    case 'AEXPR_IN':
      // `IN` is spelt with `=`, `NOT IN` with `<>`: false and true of them say that all were compared.
      return proveIn(analyzer, expression, scope, (operator === '=') !== (outcome === 'true'));
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
      return proveBetween(analyzer, expression, scope, (kind === 'AEXPR_BETWEEN') === (outcome === 'true'));
    default:
      break;
  }
  if (kind === 'AEXPR_OP' && lexpr !== undefined && rexpr !== undefined && 'RowExpr' in lexpr && 'RowExpr' in rexpr) {
    return proveRows(analyzer, operator, lexpr.RowExpr.args ?? [], rexpr.RowExpr.args ?? [], scope, outcome);
  }
  return analyzer.expression(node, scope).strictIn;
}

/** What the left operand of `x = ANY (array)` proves where an element was compared with it. */
function arrayOperand(analyzer: Analyzer, name: A_Expr['name'], operand: Node, array: Node, scope: Scope): Reasons {
  const value = analyzer.expression(operand, scope);
  const { typeOid } = analyzer.expression(array, scope);
  const element = typeOid === TYPE.unknown ? TYPE.unknown : elementType(analyzer.catalog, typeOid);
  return isStrict(analyzer, strings(name), value.typeOid, element) ? value.strictIn : [];
}

/** Whether every operator that is meant gives NULL for a NULL operand. */
function isStrict(analyzer: Analyzer, name: readonly string[], left: number, right: number): boolean {
  const candidates = operatorCandidates(analyzer.catalog, name.at(-2), name.at(-1) ?? '', left, right);
  return candidates.length > 0 && candidates.every((entry) => entry.strict);
}

function proveIn(analyzer: Analyzer, expression: A_Expr, scope: Scope, allCompared: boolean): Proof {
  const { lexpr, name = [] } = expression;
  if (lexpr === undefined) return [];
  const proofs = items(expression.rexpr).map((item): Proof => {
    const equal: Node = { A_Expr: { kind: 'AEXPR_OP', name, lexpr, rexpr: item } };
    return prove(analyzer, equal, scope, strings(name).at(-1) === '=' ? (allCompared ? 'false' : 'true') : allCompared ? 'true' : 'false');
  });
  return allCompared ? both(proofs) : either(proofs);
}

function proveBetween(analyzer: Analyzer, expression: A_Expr, scope: Scope, inside: boolean): Proof {
  const { lexpr } = expression;
  const [low, high] = items(expression.rexpr);
  if (lexpr === undefined || low === undefined || high === undefined) return [];
  const outcome = inside ? 'true' : 'false';
  const proofs = [
    prove(analyzer, comparison('>=', lexpr, low), scope, outcome),
    prove(analyzer, comparison('<=', lexpr, high), scope, outcome),
  ];
  return inside ? both(proofs) : either(proofs);
}

function comparison(operator: string, lexpr: Node, rexpr: Node): Node {
  return { A_Expr: { kind: 'AEXPR_OP', name: [{ String: { sval: operator } }], lexpr, rexpr } };
}

/** Equal where NULL equals NULL: to a value that is not NULL only one that is not either. */
function proveDistinct(analyzer: Analyzer, { lexpr, rexpr }: A_Expr, scope: Scope, distinct: boolean): Proof {
  if (lexpr === undefined || rexpr === undefined) return [];
  const isNull = booleanOf(rexpr) === null ? lexpr : booleanOf(lexpr) === null ? rexpr : undefined;
  if (isNull !== undefined) return prove(analyzer, { NullTest: { arg: isNull, nulltesttype: 'IS_NOT_NULL' } }, scope, distinct ? 'true' : 'false');
  if (distinct) return [];
  const [left, right] = [analyzer.expression(lexpr, scope), analyzer.expression(rexpr, scope)];
  return union(isNullable(right) ? [] : left.strictIn, isNullable(left) ? [] : right.strictIn);
}

/** `(a, b) = (c, d)` is true where all pairs are equal, and may be false by one pair alone. */
function proveRows(
  analyzer: Analyzer,
  operator: string,
  left: readonly Node[],
  right: readonly Node[],
  scope: Scope,
  outcome: 'true' | 'false',
): Proof {
  const pairs = left.flatMap((arg, index): readonly Node[] => {
    const other = right[index];
    return other === undefined ? [] : [comparison(operator, arg, other)];
  });
  const proofs = pairs.map((pair) => analyzer.expression(pair, scope).strictIn);
  if (operator === '=' && outcome === 'true') return unionAll(proofs);
  if (operator === '<>' && outcome === 'false') return unionAll(proofs);
  // An order is decided by the first pair that differs.
  return operator === '=' || operator === '<>' ? [] : (proofs[0] ?? []);
}

/** A row that satisfies a subquery satisfies its conditions, on columns from outside too. */
function proveSubLink(analyzer: Analyzer, node: Node, scope: Scope, outcome: 'true' | 'false'): Proof {
  const value = analyzer.expression(node, scope);
  if (!('SubLink' in node) || node.SubLink.subselect === undefined) return value.strictIn;
  const { subLinkType, testexpr, subselect } = node.SubLink;
  const shape = subqueryShape(analyzer, subselect, scope);
  if (subLinkType === 'EXISTS_SUBLINK') return outcome === 'true' ? shape.facts : [];
  const hasRow = (subLinkType === 'ANY_SUBLINK') === (outcome === 'true');
  if (subLinkType !== 'ANY_SUBLINK' && subLinkType !== 'ALL_SUBLINK') return value.strictIn;
  if (!hasRow) return [];
  const name = strings(node.SubLink.operName).length === 0 ? ['='] : strings(node.SubLink.operName);
  const tested = testexpr === undefined ? [] : 'RowExpr' in testexpr ? (testexpr.RowExpr.args ?? []) : [testexpr];
  // Rows of several columns are compared in all of them only where they are equal.
  const compared = tested.length === 1 || (name.at(-1) === '=' && outcome === 'true');
  const proofs = tested.map((arg, index): Reasons => {
    const operand = analyzer.expression(arg, scope);
    const other = shape.columns[index]?.value.typeOid ?? TYPE.unresolved;
    return compared && isStrict(analyzer, name, operand.typeOid, other) ? operand.strictIn : [];
  });
  return union(shape.facts, unionAll(proofs));
}
