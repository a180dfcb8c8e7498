/** Functions with OVER. */
import type { FuncCall, WindowDef } from 'libpg-query';
import type { Analyzer } from '../analyzer.js';
import { windowRule } from '../builtin/aggregates.js';
import { cell, NONE } from '../reason.js';
import type { Scope } from '../scope.js';
import { computed, type Value } from '../value.js';
import { aggregateValue, reasonsOfAll } from './aggregate.js';
import type { DescribedCall } from './described-call.js';

/** Bits of `frameOptions` that let a frame begin after its row, end before it, or leave it out. */
const STARTS_LATER = 0x80 | 0x2000;
const ENDS_EARLIER = 0x40 | 0x1000;
const LEAVES_ROW_OUT = 0x8000 | 0x10000;

export function evaluateWindowFunction(analyzer: Analyzer, call: FuncCall, scope: Scope, described: DescribedCall): Value {
  const { first, args, typeOid } = described;
  const window = windowOf(call.over, scope);
  const framed = call.agg_filter === undefined && window !== undefined && holdsOwnRow(window);
  if (first.kind === 'aggregate') return aggregateValue(analyzer, call, scope, described, framed);
  const reasons = windowReasons(described, args, framed);
  const [input] = args;
  const value = computed(typeOid, args, reasons, NONE);
  return input === undefined ? value : { ...value, elements: input.elements, dimensions: input.dimensions };
}

function windowReasons({ candidates, first }: DescribedCall, args: readonly Value[], framed: boolean): Value['reasons'] {
  if (candidates.some((entry) => windowRule(entry) !== windowRule(first))) return [cell()];
  switch (windowRule(first)) {
    case 'always':
      return NONE;
    case 'argument':
      return reasonsOfAll(args);
    case 'frame':
      return framed ? reasonsOfAll(args) : [cell()];
    // Before the first row and after the last there is only the default.
    case 'offset':
      return args.length === 3 ? reasonsOfAll(args) : [cell()];
    default:
      return [cell()];
  }
}

function windowOf(over: WindowDef | undefined, scope: Scope): WindowDef | undefined {
  // `OVER w` takes the window as it is; `OVER (w …)` has a frame of its own.
  return over?.name === undefined ? over : scope.frame.windows.get(over.name);
}

function holdsOwnRow(window: WindowDef): boolean {
  return ((window.frameOptions ?? 0) & (STARTS_LATER | ENDS_EARLIER | LEAVES_ROW_OUT)) === 0;
}
