/**
 * The value that stands for an omitted parameter, found in the statement.
 *
 * Invariant: only a zero value is one ('' , 0, the nil UUID, the year 1, false, an empty array),
 * and only where the author compares the parameter with it to switch a condition off, or takes it
 * for NULL: omitting then means what the author wrote for it.
 */
import type { Node, ParsedStatement } from '../parse.js';
import { literalOf, type Literal } from './literals.js';
import type { Occurrence, Step } from './occurrences.js';

export interface Default {
  readonly sql: string;
  readonly text: string;
}

const ZERO_STRINGS = [
  /^$/,
  /^-?0+(?:\.0*)?$/,
  /^\{\}$/,
  /^(?:f|false)$/i,
  /^00000000-0000-0000-0000-000000000000$/,
  /^0001-01-01(?:[ T]00:00(?::00(?:\.0+)?)?)?\s*(?:Z|UTC|[+-]00(?::?00)?)?$/i,
];

/** The default of a parameter by one of its places; undefined where the place shows none. */
export function defaultAt(statement: ParsedStatement, occurrence: Occurrence): Default | undefined {
  const { path } = occurrence;
  const outer = path.findLastIndex(({ node }) => !('TypeCast' in node));
  const step = path[outer];
  if (step === undefined) return undefined;
  if ('SelectStmt' in step.node) return step.field === 'limitOffset' ? { sql: '0', text: '0' } : undefined;
  if ('FuncCall' in step.node) return emptyArray(statement, occurrence, outer);
  if (!('A_Expr' in step.node)) return undefined;
  const { kind, lexpr, rexpr } = step.node.A_Expr;
  const literal = literalOf(statement, step.field === 'lexpr' ? rexpr : lexpr);
  if (literal === undefined || !isZero(literal)) return undefined;
  const found = { sql: literal.sql, text: literal.text };
  if (kind === 'AEXPR_NULLIF') return step.field === 'lexpr' ? found : undefined;
  const comparison = operatorOf(step.node);
  if (comparison === undefined) return undefined;
  return switchesOff(path.slice(0, outer), comparison === '<>', occurrence.number) ? found : undefined;
}

export function isZero({ text, isString }: Literal): boolean {
  return isString || text === '{}' || text === 'false' ? ZERO_STRINGS.some((zero) => zero.test(text)) : Number(text) === 0;
}

function operatorOf(node: Node): '=' | '<>' | undefined {
  if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP') return undefined;
  const [name] = node.A_Expr.name ?? [];
  const symbol = name && 'String' in name ? name.String.sval : undefined;
  return symbol === '=' ? '=' : symbol === '<>' || symbol === '!=' ? '<>' : undefined;
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
    return (holder.node.BoolExpr.args ?? []).some((arg, index) => index !== holder.index && mentions(arg, number));
  }
  // Only as a conjunct does `p <> zero` alone make the branch.
  const condition = path.findLast(({ node }) => !('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR'));
  const conjunction = condition !== holder;
  const when = condition === undefined ? -1 : path.indexOf(condition);
  const branches = path[when - 1]?.node;
  if (condition === undefined || !('CaseWhen' in condition.node) || condition.field !== 'expr') return false;
  if (branches === undefined || !('CaseExpr' in branches) || branches.CaseExpr.arg !== undefined) return false;
  const { args = [], defresult } = branches.CaseExpr;
  if (args.length !== 1) return false;
  return differs ? isTrue(defresult) : !conjunction && isTrue(condition.node.CaseWhen.result);
}

/** `array_length(p, 1) > 0` and `cardinality(p) > 0` (or `<> 0`, `IS NOT NULL`), and their opposites with OR. */
function emptyArray(statement: ParsedStatement, occurrence: Occurrence, outer: number): Default | undefined {
  const { path, number } = occurrence;
  const call = path[outer]?.node;
  const test = path[outer - 1];
  if (call === undefined || !('FuncCall' in call) || test === undefined) return undefined;
  const name = call.FuncCall.funcname?.at(-1);
  const measured = name && 'String' in name ? name.String.sval : undefined;
  if (measured !== 'array_length' && measured !== 'cardinality') return undefined;
  const direction = filledTest(statement, test, measured === 'cardinality');
  if (direction === undefined || !switchesOff(path.slice(0, outer - 1), direction, number)) return undefined;
  return { sql: "'{}'", text: '{}' };
}

/** True for a test that an array has elements, false for one that it has none. */
function filledTest(statement: ParsedStatement, { node, field }: Step, emptyIsZero: boolean): boolean | undefined {
  if ('NullTest' in node && !emptyIsZero) return node.NullTest.nulltesttype === 'IS_NOT_NULL';
  if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP' || field !== 'lexpr') return undefined;
  const literal = literalOf(statement, node.A_Expr.rexpr);
  const [name] = node.A_Expr.name ?? [];
  const symbol = name && 'String' in name ? name.String.sval : undefined;
  if (literal?.text !== '0') return undefined;
  if (symbol === '>') return true;
  if (!emptyIsZero) return undefined;
  return symbol === '=' ? false : symbol === '<>' || symbol === '!=' ? true : undefined;
}

function isTrue(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if ('TypeCast' in node) return isTrue(node.TypeCast.arg);
  return 'A_Const' in node && node.A_Const.boolval?.boolval === true;
}

/** Whether a parameter stands anywhere below a node. */
function mentions(node: unknown, number: number): boolean {
  if (typeof node !== 'object' || node === null) return false;
  return Object.entries(node).some(([key, value]: [string, unknown]) =>
    key === 'ParamRef' && typeof value === 'object' && value !== null && 'number' in value
      ? value.number === number
      : mentions(value, number),
  );
}
