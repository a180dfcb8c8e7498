/** Dates, times and intervals that are known not to be infinite: the clock's, constants, and what is computed from them and integers. */
import { children, child, integer } from '../../analysis/index.js';
import { functionOf, operatorOf, type PgFunction } from '../../../catalog/index.js';
import type { Engine } from '../engine.js';
import { bytesOf, type Node } from '../node.js';
import { TYPE } from '../pg-types.js';

const CLOCK: ReadonlySet<string> = new Set(['now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp']);
const INTEGERS: ReadonlySet<number> = new Set([TYPE.int2, TYPE.int4, TYPE.int8]);
/** The ends of the clock's `SQLVALUEFUNCTION`s, which come first: `CURRENT_DATE` to `LOCALTIMESTAMP(n)`. */
const LAST_OF_CLOCK = 8;

export function isFinite(engine: Engine, node: Node | undefined): boolean {
  const args = node === undefined ? [] : children(node, 'args');
  switch (node?.tag) {
    case 'CONST':
      return INTEGERS.has(integer(node, 'consttype')) || isFiniteConstant(node);
    case 'VAR':
      return INTEGERS.has(integer(node, 'vartype'));
    case 'PARAM':
      return INTEGERS.has(integer(node, 'paramtype'));
    case 'SQLVALUEFUNCTION':
      return integer(node, 'op') <= LAST_OF_CLOCK;
    case 'RELABELTYPE':
    case 'NAMEDARGEXPR':
      return isFinite(engine, child(node, 'arg'));
    case 'OPEXPR': {
      // What leaves the range is an error.
      const entry = operatorOf(engine.catalog, integer(node, 'opno'));
      return entry?.builtin === true && (entry.name === '+' || entry.name === '-') && args.every((arg) => isFinite(engine, arg));
    }
    case 'FUNCEXPR': {
      const entry = functionOf(engine.catalog, integer(node, 'funcid'));
      return entry?.builtin === true && isFiniteCall(engine, entry, args);
    }
    default:
      return false;
  }
}

function isFiniteCall(engine: Engine, { name, returnTypeOid, argumentTypeOids }: PgFunction, args: readonly Node[]): boolean {
  // An integer is finite, as another number too.
  if (INTEGERS.has(returnTypeOid) || (NUMBERS.has(name) && INTEGERS.has(argumentTypeOids[0] ?? 0))) return true;
  // `AT TIME ZONE` and `date_trunc` keep it finite, and so do casts.
  if (name === 'timezone' || name === 'date_trunc') return isFinite(engine, name === 'timezone' ? args.at(-1) : args[1]);
  if (DATES.has(name) || (name === 'to_timestamp' && args.length === 1)) return isFinite(engine, args[0]);
  return CLOCK.has(name) && args.length === 0;
}

const NUMBERS: ReadonlySet<string> = new Set(['float8', 'numeric']);
const DATES: ReadonlySet<string> = new Set(['date', 'timestamp', 'timestamptz', 'time', 'timetz', 'interval']);

/** The least and greatest value stand for the infinities; an infinite interval has the ends of its three parts. */
function isFiniteConstant(node: Node): boolean {
  const bytes = bytesOf(node);
  switch (bytes && integer(node, 'consttype')) {
    case TYPE.time:
      return true;
    case TYPE.date:
      return isWithin(bytes?.readInt32LE(0), 2 ** 31);
    case TYPE.timestamp:
    case TYPE.timestamptz: {
      const value = bytes?.readBigInt64LE(0);
      return value !== undefined && value !== BigInt.asIntN(64, 1n << 63n) && value !== (1n << 63n) - 1n;
    }
    case TYPE.interval:
      return isWithin(bytes?.readInt32LE(12), 2 ** 31);
    default:
      return false;
  }
}

function isWithin(value: number | undefined, end: number): boolean {
  return value !== undefined && value > -end && value < end - 1;
}
