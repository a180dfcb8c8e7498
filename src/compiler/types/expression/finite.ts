/** Dates, times and intervals that are known not to be infinite: the clock's, constants, and what is computed from them and integers. */
import { children, child, integer } from '../../analysis/index.js';
import { functionOf, operatorOf, type Engine } from '../engine.js';
import { bytesOf, type Node } from '../node.js';
import { TYPE } from '../pg-types.js';

const CLOCK: ReadonlySet<string> = new Set(['now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp']);
const INTEGERS: ReadonlySet<number> = new Set([TYPE.int2, TYPE.int4, TYPE.int8]);
/** The ends of the clock's `SQLVALUEFUNCTION`s, which come first: `CURRENT_DATE` to `LOCALTIMESTAMP(n)`. */
const LAST_OF_CLOCK = 8;

export function isFinite(engine: Engine, node: Node): boolean {
  const finite = (part: Node | undefined): boolean => part !== undefined && isFinite(engine, part);
  switch (node.tag) {
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
      return finite(child(node, 'arg'));
    case 'OPEXPR': {
      // What leaves the range is an error.
      const entry = operatorOf(engine.catalog, integer(node, 'opno'));
      return entry?.builtin === true && (entry.name === '+' || entry.name === '-') && children(node, 'args').every(finite);
    }
    case 'FUNCEXPR':
      return isFiniteCall(engine, node);
    default:
      return false;
  }
}

function isFiniteCall(engine: Engine, node: Node): boolean {
  const entry = functionOf(engine.catalog, integer(node, 'funcid'));
  if (entry?.builtin !== true) return false;
  const args = children(node, 'args');
  const finite = (part: Node | undefined): boolean => part !== undefined && isFinite(engine, part);
  // An integer is finite, as another number too.
  if (INTEGERS.has(entry.returnTypeOid) || (NUMBERS.has(entry.name) && INTEGERS.has(entry.argumentTypeOids[0] ?? 0))) return true;
  // `AT TIME ZONE` and `date_trunc` keep it finite, and so do casts.
  if (entry.name === 'timezone') return finite(args.at(-1));
  if (entry.name === 'date_trunc') return finite(args[1]);
  if (entry.name === 'to_timestamp' && args.length === 1) return finite(args[0]);
  if (DATES.has(entry.name)) return finite(args[0]);
  return CLOCK.has(entry.name) && args.length === 0;
}

const NUMBERS: ReadonlySet<string> = new Set(['float8', 'numeric']);
const DATES: ReadonlySet<string> = new Set(['date', 'timestamp', 'timestamptz', 'time', 'timetz', 'interval']);

/** The least and greatest value stand for the infinities. */
function isFiniteConstant(node: Node): boolean {
  const bytes = bytesOf(node);
  switch (integer(node, 'consttype')) {
    case TYPE.time:
      return bytes !== undefined;
    case TYPE.date:
      return bytes !== undefined && bytes.length >= 4 && Math.abs(bytes.readInt32LE(0) + 0.5) < 2 ** 31 - 1;
    case TYPE.timestamp:
    case TYPE.timestamptz: {
      if (bytes === undefined || bytes.length < 8) return false;
      const value = bytes.readBigInt64LE(0);
      return value !== BigInt.asIntN(64, 1n << 63n) && value !== (1n << 63n) - 1n;
    }
    case TYPE.interval: {
      if (bytes === undefined || bytes.length < 16) return false;
      // An infinite one has the ends of its three parts.
      const month = bytes.readInt32LE(12);
      return month !== -(2 ** 31) && month !== 2 ** 31 - 1;
    }
    default:
      return false;
  }
}
