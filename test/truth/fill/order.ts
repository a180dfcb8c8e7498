/**
 * The order in which tables can be filled: parents before children.
 *
 * A foreign key with a nullable column is soft: its rows can start with NULL and be pointed at
 * their parents afterwards. Only hard keys order tables; a circle of hard keys is one step.
 */
import type { FillTable, ForeignKey } from './schema.js';

export interface FillStep {
  readonly tables: readonly FillTable[];
  /** True for a circle of hard keys, whose rows can only be checked once all stand. */
  readonly circular: boolean;
}

export function isHard(table: FillTable, key: ForeignKey): boolean {
  const columns = key.columns.map((number) => table.columns.find((column) => column.number === number));
  return columns.every((column) => column?.notNull === true);
}

/** Tarjan's strongly connected components, over hard keys first and soft keys where they do not close a circle. */
export function fillOrder(tables: readonly FillTable[]): FillStep[] {
  const hard = components(tables, isHard);
  const stepOf = new Map(hard.flatMap((step) => step.tables.map((table) => [table.oid, step] as const)));
  // Soft keys are honoured as far as they go: a depth-first walk over steps that ignores the way back.
  const placed = new Set<FillStep>();
  const order: FillStep[] = [];
  const visit = (step: FillStep, path: ReadonlySet<FillStep>): void => {
    if (placed.has(step) || path.has(step)) return;
    const inner = new Set([...path, step]);
    for (const wanted of [true, false]) {
      for (const table of step.tables) {
        for (const key of table.foreignKeys) {
          const parent = stepOf.get(key.referenced);
          if (
            parent !== undefined &&
            isHard(table, key) === wanted &&
            (wanted || ![...inner].some((before) => reaches(parent, before, stepOf)))
          ) {
            visit(parent, inner);
          }
        }
      }
    }
    placed.add(step);
    order.push(step);
  };
  for (const step of hard) visit(step, new Set());
  return order;
}

/** Whether `from` needs `target` filled before it, by hard keys. */
function reaches(from: FillStep, target: FillStep, stepOf: ReadonlyMap<number, FillStep>): boolean {
  const seen = new Set<FillStep>();
  const walk = (step: FillStep): boolean => {
    if (step === target) return true;
    if (seen.has(step)) return false;
    seen.add(step);
    return step.tables.some((table) =>
      table.foreignKeys.some((key) => {
        const parent = stepOf.get(key.referenced);
        return parent !== undefined && isHard(table, key) && walk(parent);
      }),
    );
  };
  return walk(from);
}

function components(tables: readonly FillTable[], follows: (table: FillTable, key: ForeignKey) => boolean): FillStep[] {
  const byOid = new Map(tables.map((table) => [table.oid, table]));
  const state = new Map<number, { index: number; low: number; onStack: boolean }>();
  const stack: FillTable[] = [];
  const steps: FillStep[] = [];
  let counter = 0;

  const connect = (table: FillTable): { index: number; low: number; onStack: boolean } => {
    const own = { index: counter, low: counter, onStack: true };
    counter++;
    state.set(table.oid, own);
    stack.push(table);
    for (const key of table.foreignKeys) {
      const parent = byOid.get(key.referenced);
      if (parent === undefined || parent === table || !follows(table, key)) continue;
      const known = state.get(parent.oid);
      if (known === undefined) own.low = Math.min(own.low, connect(parent).low);
      else if (known.onStack) own.low = Math.min(own.low, known.index);
    }
    if (own.low === own.index) {
      const members = stack.splice(stack.indexOf(table));
      for (const member of members) {
        const memberState = state.get(member.oid);
        if (memberState) memberState.onStack = false;
      }
      steps.push({ tables: members, circular: members.length > 1 });
    }
    return own;
  };
  for (const table of tables) if (!state.has(table.oid)) connect(table);
  return steps;
}
