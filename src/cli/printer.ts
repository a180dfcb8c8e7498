/**
 * What a run says. Invariant: where stdout carries a document (of `inspect`, or of problems), it
 * carries nothing else; everything said for people is then on stderr.
 */
import { relative, resolve, sep } from 'node:path';
import { causeLine, CompileError, type Diagnostic } from '../diagnostic.js';
import { formatGithub } from './format/github.js';
import { problemOf, type Problem } from './format/problem.js';
import { formatSarif } from './format/sarif.js';
import { formatText } from './format/text.js';
import { IncompleteRun } from './incomplete-run.js';
import { wantsColor, type Io, type Output } from './io.js';
import { version } from './version.js';

export const FORMATS = ['text', 'json', 'github', 'sarif'] as const;
export type Format = (typeof FORMATS)[number];

export interface PrinterOptions {
  readonly format: Format;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Whether the command prints a document of its own on stdout. */
  readonly printsDocument: boolean;
}

export class Printer {
  readonly #io: Io;
  readonly #options: PrinterOptions;
  readonly #problems: Problem[] = [];
  #directory: string;

  constructor(io: Io, options: PrinterOptions) {
    this.#io = io;
    this.#options = options;
    this.#directory = io.cwd;
  }

  /** Diagnostics name their files relative to this folder; they are shown relative to the working directory. */
  set directory(folder: string) {
    this.#directory = folder;
  }

  /** What was done. */
  say(line: string): void {
    if (!this.#options.quiet) this.#people.write(`${line}\n`);
  }

  /** One step of many, for who wants to know each. */
  detail(line: string): void {
    if (this.#options.verbose) this.say(line);
  }

  /** The document that the command is for. */
  document(text: string): void {
    this.#io.stdout.write(`${text}\n`);
  }

  /** The differences that `check` found, which machines are told as problems. */
  difference(file: string, patch: string): void {
    if (this.#options.format === 'text') this.#io.stdout.write(`${patch}\n`);
    else this.#problems.push({ severity: 'error', message: 'this generated file is out of date', file, help: 'Run sqlward generate.' });
  }

  /** Every problem, and at the end how many errors there are and what came of them. */
  problems(diagnostics: readonly Diagnostic[], consequence = 'nothing was written'): void {
    const shown = diagnostics.map((diagnostic) => this.#relocate(diagnostic));
    if (this.#options.format !== 'text') {
      this.#problems.push(...shown.map(problemOf));
      return;
    }
    const color = wantsColor(this.#io.stderr, this.#io.environment);
    for (const diagnostic of shown) this.#io.stderr.write(`${formatText(diagnostic, color)}\n\n`);
    const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
    if (errors > 0) this.#io.stderr.write(`${count(errors, 'error')}${sharedCauses(diagnostics)}; ${consequence}.\n`);
  }

  /** Whatever ended a run: its problems, what the system refused, or a fault of ours, with its stack where more is wanted. */
  failure(error: unknown): void {
    if (error instanceof IncompleteRun) this.problems(error.diagnostics, `nothing was ${error.verb}${goingOn(error)}`);
    else if (error instanceof CompileError) this.problems(error.diagnostics);
    else if (isSystemError(error))
      this.problems([{ severity: 'error', message: error.message, remedy: 'Check the path and its permissions.' }]);
    else {
      const remedy = 'Report it, with what --verbose says besides, and the query that it stops at: this is a fault of sqlward.';
      this.problems([{ severity: 'error', message: String(error), remedy }]);
      if (this.#options.verbose && error instanceof Error) this.#io.stderr.write(`${error.stack ?? ''}\n`);
    }
  }

  /** Writes the document of problems, in the formats that have one. */
  flush(): void {
    const problems = this.#problems.splice(0);
    const output = this.#options.printsDocument ? this.#io.stderr : this.#io.stdout;
    switch (this.#options.format) {
      case 'text':
        return;
      case 'json':
        output.write(`${JSON.stringify({ problems })}\n`);
        return;
      case 'github':
        output.write(formatGithub(problems));
        return;
      case 'sarif':
        output.write(formatSarif(problems, version()));
    }
  }

  /** A path as the reader's shell knows it. */
  shownPath(path: string): string {
    const shown = relative(this.#io.cwd, resolve(this.#directory, path));
    return shown.split(sep).join('/');
  }

  get #people(): Output {
    return this.#options.printsDocument || this.#options.format !== 'text' ? this.#io.stderr : this.#io.stdout;
  }

  #relocate(diagnostic: Diagnostic): Diagnostic {
    const { file } = diagnostic;
    return file === undefined ? diagnostic : { ...diagnostic, file: { ...file, path: this.shownPath(file.path) } };
  }
}

/** As Node reports a refusal of the operating system: the message says which file and why. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error && 'path' in error;
}

/** How many errors follow from one and the same cause, which is to be mended once. */
function sharedCauses(diagnostics: readonly Diagnostic[]): string {
  const followers = new Map<string, number>();
  for (const { severity, cause } of diagnostics) {
    if (severity === 'error' && cause !== undefined) followers.set(causeLine(cause), (followers.get(causeLine(cause)) ?? 0) + 1);
  }
  const shared = [...followers].filter(([, number]) => number > 1);
  return shared.map(([cause, number]) => `, ${number} of them from one cause (${cause.split(': ')[0] ?? ''})`).join('');
}

function goingOn({ verb, sound, total }: IncompleteRun): string {
  return sound === 0 ? '' : `. With --keep-going, ${sound} of ${count(total, 'query')} would be ${verb}`;
}

export function count(number: number, noun: string): string {
  return `${number} ${number === 1 ? noun : noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}

export function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(2)} s`;
}
