/**
 * The value that stands for an omitted parameter, found in the statement.
 *
 * Invariant: it is a zero value ('', 0, the nil UUID, the year 1, false, an empty array), and the author
 * either switches a condition off by comparing the parameter with it or turns it into NULL. Omitting the
 * parameter then means what the author wrote for that value.
 */
import { type FuncCall, type Node, nodesIn, operatorSymbol, parameterNumber, type ParsedStatement, type Step, strings } from '../parse.js';
import type { QueryParameter } from '../query.js';
import { literalOf, type Literal, writtenLiteral } from './literals.js';
import type { Place } from './places.js';

const ZERO_STRINGS = [
  /^$/,
  /^-?0+(?:\.0*)?$/,
  /^\{\}$/,
  /^(?:f|false)$/i,
  /^00000000-0000-0000-0000-000000000000$/,
  /^0001-01-01(?:[ T]00:00(?::00(?:\.0+)?)?)?\s*(?:Z|UTC|[+-]00(?::?00)?)?$/i,
];

/** The default that one place of a parameter shows, if it shows one. */
export function defaultAt(statement: ParsedStatement, { uncast, number }: Place): QueryParameter['default'] {
  const step = uncast.at(-1);
  const outside = uncast.slice(0, -1);
  if (step === undefined) return undefined;
  if ('SelectStmt' in step.node) return step.field === 'limitOffset' ? { sql: '0', text: '0' } : undefined;
  if ('FuncCall' in step.node) {
    const asks = asksForElements(step.node.FuncCall, outside.at(-1));
    return asks !== undefined && switchesOff(outside.slice(0, -1), asks, number) ? { sql: "'{}'", text: '{}' } : undefined;
  }
  const { kind, lexpr, rexpr } = 'A_Expr' in step.node ? step.node.A_Expr : {};
  const literal = literalOf(step.field === 'lexpr' ? rexpr : lexpr);
  if (literal === undefined || !isZero(literal)) return undefined;
  const operator = operatorSymbol(step.node);
  const isDefault =
    kind === 'AEXPR_NULLIF'
      ? step.field === 'lexpr'
      : (operator === '=' || operator === '<>') && switchesOff(outside, operator === '<>', number);
  return isDefault ? { sql: writtenLiteral(statement, literal), text: literal.text } : undefined;
}

export function isZero({ text, isString }: Literal): boolean {
  return isString || text === '{}' || text === 'false' ? ZERO_STRINGS.some((zero) => zero.test(text)) : Number(text) === 0;
}

/**
 * Whether a comparison decides if the parameter counts at all. `differs` is the direction:
 * `CASE WHEN p <> zero THEN … ELSE true END`, or `CASE WHEN p = zero THEN true ELSE … END`, or
 * `p = zero OR …`.
 */
function switchesOff(path: readonly Step[], differs: boolean, number: number): boolean {
  const holder = path.at(-1);
  if (holder === undefined) return false;
  if (!differs && 'BoolExpr' in holder.node && holder.node.BoolExpr.boolop === 'OR_EXPR') {
    const others = (holder.node.BoolExpr.args ?? []).filter((_, index) => index !== holder.index);
    return others.flatMap(nodesIn).some((node) => parameterNumber(node) === number);
  }
  const when = path.findLastIndex(({ node }) => !('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR'));
  const condition = path[when];
  const branches = path[when - 1]?.node;
  if (condition === undefined || !('CaseWhen' in condition.node) || condition.field !== 'expr') return false;
  if (branches === undefined || !('CaseExpr' in branches) || branches.CaseExpr.arg !== undefined) return false;
  const { args = [], defresult } = branches.CaseExpr;
  if (args.length !== 1) return false;
  // Beside other conjuncts, `p = zero` alone does not make the branch.
  return differs ? isTrue(defresult) : condition === holder && isTrue(condition.node.CaseWhen.result);
}

/**
 * `array_length(p, 1) > 0` and `cardinality(p) > 0` (or `<> 0`, `IS NOT NULL`), and their opposites: true
 * for a test that an array has elements, false for one that it has none.
 */
function asksForElements({ funcname }: FuncCall, test: Step | undefined): boolean | undefined {
  const measured = strings(funcname).at(-1);
  // The length of an empty array is NULL, its cardinality 0.
  const emptyIsZero = measured === 'cardinality';
  if (test === undefined || (measured !== 'array_length' && !emptyIsZero)) return undefined;
  if ('NullTest' in test.node && !emptyIsZero) return test.node.NullTest.nulltesttype === 'IS_NOT_NULL';
  if (!('A_Expr' in test.node) || test.field !== 'lexpr' || literalOf(test.node.A_Expr.rexpr)?.text !== '0') return undefined;
  const operator = operatorSymbol(test.node);
  if (operator === '>') return true;
  return emptyIsZero && (operator === '=' || operator === '<>') ? operator === '<>' : undefined;
}

function isTrue(node: Node | undefined): boolean {
  const literal = literalOf(node);
  return literal?.text === 'true' && !literal.isString;
}
