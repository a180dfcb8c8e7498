/** A run that did nothing because of errors, and what it could do without them. */
import { CompileError, type Diagnostic } from '../diagnostic.js';

/** What a command does with a query. */
export type Verb = 'written' | 'compared' | 'listed';

export class IncompleteRun extends CompileError {
  constructor(
    diagnostics: readonly Diagnostic[],
    readonly verb: Verb,
    readonly sound: number,
    readonly total: number,
  ) {
    super(diagnostics);
  }
}
