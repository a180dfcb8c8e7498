/** Dates, times and intervals that are known not to be infinite: the clock's, constants, and what is computed from them and integers. */
import { children, child, integer } from '../../analysis/index.js';
import { functionOf, operatorOf, type PgFunction } from '../../../catalog/index.js';
import type { Engine } from '../engine.js';
import { bytesOf, numberOf, type Node } from '../node.js';
import { TYPE } from '../pg-types.js';

const CLOCK: ReadonlySet<string> = new Set(['now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp']);
const INTEGERS: ReadonlySet<number> = new Set([TYPE.int2, TYPE.int4, TYPE.int8]);
/** The fields in which a node names its type. */
const TYPES = ['consttype', 'vartype', 'paramtype', 'funcresulttype'];
/** The ends of the clock's `SQLVALUEFUNCTION`s, which come first: `CURRENT_DATE` to `LOCALTIMESTAMP(n)`. */
const LAST_OF_CLOCK = 8;

export function isFinite(engine: Engine, node: Node | undefined): boolean {
  if (node === undefined) return false;
  if (TYPES.some((field) => INTEGERS.has(numberOf(node, field)))) return true;
  const args = children(node, 'args');
  switch (node.tag) {
    case 'CONST':
      return isFiniteConstant(node);
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

function isFiniteCall(engine: Engine, { name, argumentTypeOids }: PgFunction, args: readonly Node[]): boolean {
  // An integer is finite, as another number too.
  if (NUMBERS.has(name) && INTEGERS.has(argumentTypeOids[0] ?? 0)) return true;
  // `AT TIME ZONE` and `date_trunc` keep it finite, and so do casts.
  if (name === 'timezone' || name === 'date_trunc') return isFinite(engine, name === 'timezone' ? args.at(-1) : args[1]);
  if (DATES.has(name) || (name === 'to_timestamp' && args.length === 1)) return isFinite(engine, args[0]);
  return CLOCK.has(name) && args.length === 0;
}

const NUMBERS: ReadonlySet<string> = new Set(['float8', 'numeric']);
const DATES: ReadonlySet<string> = new Set(['date', 'timestamp', 'timestamptz', 'time', 'timetz', 'interval']);

/** The least and the greatest number, which stand for the infinities. */
const INFINITE = /^(?:(?:00)*80|(?:ff)*7f)$/;

/** From which byte to which that number is; of an interval it is that of months, as all three are infinite. */
const NUMBER_IN: Readonly<Record<number, readonly [from: number, to: number]>> = {
  [TYPE.date]: [0, 4],
  [TYPE.timestamp]: [0, 8],
  [TYPE.timestamptz]: [0, 8],
  [TYPE.interval]: [12, 16],
};

function isFiniteConstant(node: Node): boolean {
  const [type, bytes] = [integer(node, 'consttype'), bytesOf(node)];
  const place = NUMBER_IN[type];
  return bytes !== undefined && (type === TYPE.time || (place !== undefined && !INFINITE.test(bytes.toString('hex', ...place))));
}
