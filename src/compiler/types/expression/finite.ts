/** Dates, times and intervals that are known not to be infinite: the clock's, and what is computed from it, intervals and integers. */
import { children, child, integer } from '../../analysis/index.js';
import { functionOf, operatorOf } from '../../../catalog/index.js';
import { names } from '../builtin/names.js';
import type { Engine } from '../engine.js';
import { bytesOf, numberOf, type Node } from '../node.js';
import { TYPE } from '../pg-types.js';

/** The clock's, and those that are finite where all their arguments are: what leaves the range is an error. */
const FINITE: ReadonlySet<string> = new Set(
  names(`now clock_timestamp statement_timestamp transaction_timestamp + -
    timezone date_trunc to_timestamp date timestamp timestamptz time timetz interval float8 numeric`),
);
/** Integers; and texts, which name units, zones and formats. */
const ALWAYS_FINITE: ReadonlySet<number> = new Set([TYPE.int2, TYPE.int4, TYPE.int8, TYPE.text]);
/** The fields in which a node names its type. */
const TYPES = ['consttype', 'vartype', 'paramtype', 'funcresulttype'];
/** The ends of the clock's `SQLVALUEFUNCTION`s, which come first: `CURRENT_DATE` to `LOCALTIMESTAMP(n)`. */
const LAST_OF_CLOCK = 8;

export function isFinite(engine: Engine, node: Node | undefined): boolean {
  if (node === undefined) return false;
  if (TYPES.some((field) => ALWAYS_FINITE.has(numberOf(node, field)))) return true;
  const ofArguments = (entry: { readonly builtin: boolean; readonly name: string } | undefined): boolean =>
    entry?.builtin === true && FINITE.has(entry.name) && children(node, 'args').every((arg) => isFinite(engine, arg));
  switch (node.tag) {
    case 'CONST':
      return integer(node, 'consttype') === TYPE.interval && !INFINITE.test(bytesOf(node)?.toString('hex') ?? '');
    case 'SQLVALUEFUNCTION':
      return integer(node, 'op') <= LAST_OF_CLOCK;
    case 'RELABELTYPE':
    case 'NAMEDARGEXPR':
      return isFinite(engine, child(node, 'arg'));
    case 'OPEXPR':
      return ofArguments(operatorOf(engine.catalog, integer(node, 'opno')));
    case 'FUNCEXPR':
      return ofArguments(functionOf(engine.catalog, integer(node, 'funcid')));
    default:
      return false;
  }
}

/** The least and the greatest of each of the three numbers of an interval. */
const INFINITE = /^(?:(?:00)*80|(?:ff)*7f)+$/;
