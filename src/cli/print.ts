/** What the command line says: progress on stderr where stdout belongs to a document, problems always on stderr. */
import { formatDiagnostic, type Diagnostic } from '../diagnostic.js';

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printProgress(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Every problem with its frame, and at the end how many errors there are and what came of them. */
export function printProblems(diagnostics: readonly Diagnostic[], consequence = 'nothing was written'): void {
  for (const diagnostic of diagnostics) process.stderr.write(`${formatDiagnostic(diagnostic)}\n\n`);
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) process.stderr.write(`${count(errors, 'error')}; ${consequence}.\n`);
}

/** An error that nobody foresaw: its stack is what a report of it needs. */
export function printError(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

export function count(number: number, noun: string): string {
  return `${number} ${number === 1 ? noun : noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}

export function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(2)} s`;
}
