/** Dates, times and intervals that are known not to be infinite: the clock's, constants, and what is computed from them and integers. */
import type { Node } from 'libpg-query';
import { stringOf, strings } from '../node.js';
import { TYPE } from '../types.js';

const CLOCK: ReadonlySet<string> = new Set(['now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp']);
const INTEGERS: ReadonlySet<number> = new Set([TYPE.int2, TYPE.int4, TYPE.int8]);

/** `typeOf` gives the type of a part, 0 where it is not known. */
export function isFinite(node: Node, typeOf: (node: Node) => number): boolean {
  const finite = (part: Node | undefined): boolean => part !== undefined && isFinite(part, typeOf);
  if (INTEGERS.has(typeOf(node))) return true;
  if ('SQLValueFunction' in node) return /^SVFOP_(CURRENT_(DATE|TIME|TIMESTAMP)|LOCALTIME)/.test(node.SQLValueFunction.op ?? '');
  if ('TypeCast' in node) {
    const text = stringOf(node.TypeCast.arg);
    return text === undefined ? finite(node.TypeCast.arg) : !/inf/i.test(text);
  }
  // What leaves the range is an error.
  if ('A_Expr' in node) return node.A_Expr.kind === 'AEXPR_OP' && /^[+-]$/.test(strings(node.A_Expr.name).join('.')) && finite(node.A_Expr.lexpr) && finite(node.A_Expr.rexpr);
  if (!('FuncCall' in node)) return false;
  const name = strings(node.FuncCall.funcname).at(-1) ?? '';
  const args = node.FuncCall.args ?? [];
  const last = args.at(-1);
  // `AT TIME ZONE` and `date_trunc` keep it finite.
  if (name === 'timezone') return finite(last);
  if (name === 'date_trunc') return finite(args[1]);
  if (name === 'to_timestamp' && args.length === 1) return finite(last);
  return CLOCK.has(name) && last === undefined;
}
