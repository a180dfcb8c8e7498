/** Which keys of a table are taken. */
import type { DrawnRow } from './row.js';
import type { FillTable, Unique } from './schema.js';

/** The keys that stand, so that a draw that must collide is not even tried. */
export class KeysSeen {
  private readonly uniques: readonly { readonly unique: Unique; readonly keys: Set<string> }[];

  constructor(table: FillTable) {
    this.uniques = table.uniques.filter((unique) => unique.plain && !unique.partial).map((unique) => ({ unique, keys: new Set() }));
  }

  has(row: DrawnRow): boolean {
    return this.uniques.some(({ unique, keys }) => {
      const key = keyOf(unique, row);
      return key !== undefined && keys.has(key);
    });
  }

  add(row: DrawnRow): void {
    for (const { unique, keys } of this.uniques) {
      const key = keyOf(unique, row);
      if (key !== undefined) keys.add(key);
    }
  }
}

function keyOf(unique: Unique, row: DrawnRow): string | undefined {
  const values = unique.columns.map((column) => row.get(column));
  if (values.includes(undefined)) return undefined;
  return values.includes(null) && !unique.nullsNotDistinct ? undefined : JSON.stringify(values);
}
