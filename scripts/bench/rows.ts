/** The figures of a benchmark as a program reads them. */
import { writeFile } from 'node:fs/promises';

export interface BenchRow {
  readonly name: string;
  readonly variant: string;
  readonly metric: string;
  readonly median: number;
  readonly unit: string;
  /** To the baseline that the benchmark names; 1 for the baseline itself. */
  readonly ratio: number;
}

export async function writeRows(file: string | undefined, rows: readonly BenchRow[]): Promise<void> {
  if (file === undefined) return;
  const rounded = rows.map((row) => ({ ...row, median: round(row.median), ratio: round(row.ratio) }));
  await writeFile(file, `${JSON.stringify(rounded, null, 2)}\n`);
  console.log(`wrote ${file}`);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Lines of cells, the first column to the left and the rest to the right. */
export function table(lines: readonly (readonly string[])[]): string {
  const widths = lines.reduce<number[]>((most, line) => line.map((cell, index) => Math.max(cell.length, most[index] ?? 0)), []);
  return lines
    .map((line) =>
      line
        .map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
