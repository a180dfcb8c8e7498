/** Dates and times that are known not to be infinite: the clock's. */
import type { Node } from 'libpg-query';
import { strings } from '../node.js';

const CLOCK: ReadonlySet<string> = new Set(['now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp']);

export function isFinite(node: Node): boolean {
  if ('SQLValueFunction' in node) return /^SVFOP_(CURRENT_(DATE|TIME|TIMESTAMP)|LOCALTIME)/.test(node.SQLValueFunction.op ?? '');
  if ('TypeCast' in node) return node.TypeCast.arg !== undefined && isFinite(node.TypeCast.arg);
  if (!('FuncCall' in node)) return false;
  const name = strings(node.FuncCall.funcname).at(-1) ?? '';
  const last = node.FuncCall.args?.at(-1);
  // `AT TIME ZONE` and `date_trunc` keep it finite.
  if (name === 'timezone') return last !== undefined && isFinite(last);
  if (name === 'date_trunc') return node.FuncCall.args?.[1] !== undefined && isFinite(node.FuncCall.args[1]);
  return CLOCK.has(name) && last === undefined;
}
