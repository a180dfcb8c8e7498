/**
 * One made-up row of a table: conditions first, then foreign keys that agree with them, then the
 * rest. What is drawn can still be refused (a trigger, an expression's unique index): draw again.
 */
import type { Random } from '../../support/random.js';
import type { TableCandidates } from './candidates.js';
import { isHard } from './order.js';
import type { FillColumn, FillTable, ForeignKey } from './schema.js';

/** Texts by column number; a column without an entry is left to its default. */
export type DrawnRow = ReadonlyMap<number, string | null>;

/** A foreign key with the values of its referenced columns that exist. */
export interface ParentKeys {
  readonly key: ForeignKey;
  readonly tuples: readonly (readonly string[])[];
}

export interface TablePlan {
  readonly table: FillTable;
  readonly candidates: TableCandidates;
  readonly parents: readonly ParentKeys[];
  /** Existing values that a column without a foreign key seems to point at, or to share. */
  readonly related: ReadonlyMap<number, readonly string[]>;
}

export interface RowWishes {
  readonly values: DrawnRow;
  /** How often a nullable column without a wish is NULL. */
  readonly nulls: number;
}

/** Filled by a sequence or the server. */
export function fillsItself(column: FillColumn): boolean {
  return column.identity || (column.default?.startsWith('nextval(') ?? false);
}

export function drawRow(plan: TablePlan, wishes: RowWishes, random: Random): DrawnRow {
  const { table } = plan;
  const row = new Map<number, string | null>();
  for (const group of plan.candidates.groups) {
    const fitting = group.tuples.filter((tuple) =>
      group.columns.every((column, index) => !wishes.values.has(column.number) || wishes.values.get(column.number) === tuple[index]),
    );
    const tuple = random.pick(fitting) ?? random.pick(group.tuples);
    group.columns.forEach((column, index) => row.set(column.number, tuple?.[index] ?? null));
  }
  for (const [number, value] of wishes.values) {
    if (!plan.parents.some((parent) => parent.key.columns.includes(number)) && !row.has(number)) row.set(number, value);
  }
  for (const parent of keysFirstFixed(plan.parents, row)) drawForeignKey(plan, parent, wishes, row, random);
  for (const column of table.columns) {
    if (row.has(column.number) || column.generated) continue;
    if (fillsItself(column)) continue;
    const literalDefault = column.default !== undefined && !column.default.includes('(');
    if (literalDefault && random.chance(0.15)) continue;
    if (!column.notNull && random.chance(wishes.nulls)) row.set(column.number, null);
    else row.set(column.number, drawColumn(plan, column, random));
  }
  return row;
}

function drawColumn(plan: TablePlan, column: FillColumn, random: Random): string | null {
  const related = plan.related.get(column.number);
  if (related !== undefined && related.length > 0 && random.chance(0.5)) return random.pick(related) ?? null;
  const own = plan.candidates.columns.get(column.number);
  if (own === undefined) return null;
  const pool = own.hinted.length > 0 && random.chance(0.5) ? own.hinted : random.chance(0.8) ? own.common : own.edges;
  return random.pick(pool) ?? random.pick(own.common) ?? random.pick(own.edges) ?? random.pick(own.hinted) ?? null;
}

/** Keys that share a column with what is drawn come first, so that they can still agree with it. */
function keysFirstFixed(parents: readonly ParentKeys[], row: DrawnRow): ParentKeys[] {
  const fixed = (parent: ParentKeys): number => parent.key.columns.filter((column) => row.has(column)).length;
  return [...parents].sort((a, b) => fixed(b) - fixed(a) || b.key.columns.length - a.key.columns.length);
}

function drawForeignKey(plan: TablePlan, parent: ParentKeys, wishes: RowWishes, row: Map<number, string | null>, random: Random): void {
  const { key } = parent;
  const columns = key.columns.flatMap((number) => plan.table.columns.filter((column) => column.number === number));
  const alreadyNull = columns.some((column) => row.has(column.number) && row.get(column.number) === null);
  const free = columns.filter((column) => !row.has(column.number));
  const wantsNull = free.some((column) => wishes.values.get(column.number) === null && wishes.values.has(column.number));
  if (alreadyNull) {
    // MATCH SIMPLE asks no more of the others, MATCH FULL that they be NULL too.
    for (const column of free) row.set(column.number, column.notNull && !key.matchFull ? drawColumn(plan, column, random) : null);
    return;
  }
  const open = free.filter((column) => !column.notNull);
  if (open.length > 0 && (wantsNull || random.chance(wishes.nulls))) return setNull(parent, open, row);
  const fitting = parent.tuples.filter((tuple) =>
    columns.every((column, index) => {
      const fixed = row.get(column.number) ?? (wishes.values.has(column.number) ? wishes.values.get(column.number) : undefined);
      return fixed === undefined || fixed === null || fixed === tuple[index];
    }),
  );
  const tuple = random.pick(fitting) ?? random.pick(parent.tuples.filter((candidate) => agrees(columns, candidate, row)));
  if (tuple !== undefined) columns.forEach((column, index) => row.set(column.number, tuple[index] ?? null));
  else if (key.referenced === plan.table.oid && isHard(plan.table, key)) pointAtItself(plan, key, row, random);
  else if (open.length > 0) setNull(parent, open, row);
}

function agrees(columns: readonly FillColumn[], tuple: readonly string[], row: DrawnRow): boolean {
  return columns.every((column, index) => !row.has(column.number) || row.get(column.number) === tuple[index]);
}

function setNull(parent: ParentKeys, open: readonly FillColumn[], row: Map<number, string | null>): void {
  const chosen = parent.key.matchFull ? open : open.slice(0, 1);
  for (const column of chosen) row.set(column.number, null);
}

/** The first row of a table whose rows must have a parent in it. */
function pointAtItself(plan: TablePlan, key: ForeignKey, row: Map<number, string | null>, random: Random): void {
  key.columns.forEach((number, index) => {
    const target = plan.table.columns.find((column) => column.name === key.referencedColumns[index]);
    if (target === undefined) return;
    const value = row.get(target.number) ?? drawColumn(plan, target, random);
    row.set(target.number, value);
    row.set(number, value);
  });
}
