/**
 * Schema files → the statements that run, and the extensions that they and the queries may turn out to need.
 *
 * Invariant: a step's text is as long as its statement, so that the server's positions in it are
 * the file's.
 */
import type { SourceFile } from '../../sql/index.js';
import { extensionOf, searchPathOf, textToRun } from './significance.js';
import { schemaStatements, type SchemaStatement } from './statements.js';
import { namedAliases, namedExtensions, wordsOf, type ExtensionUse } from './well-known.js';

export interface SchemaPlan {
  /** In the order in which they run. */
  readonly steps: readonly SchemaStep[];
  /** What statements seem to use and do not create: it is made where PostgreSQL misses it. */
  readonly usedBySchema: readonly ExtensionUse[];
  /** What queries seem to use: it is made behind the last statement, where it is not there by then. */
  readonly usedByQueries: readonly ExtensionUse[];
  /** The types that only sqlc knows which queries cast to: likewise. */
  readonly aliasesOfQueries: readonly { readonly name: string; readonly type: string }[];
}

export interface SchemaStep {
  readonly statement: SchemaStatement;
  /** As long as the statement, so that the server's positions are the statement's. */
  readonly text: string;
  /** Set where the step changes where unqualified names are looked up, for the rest of its file. */
  readonly searchPath: string | undefined;
  /** Where the part begins that this step is of its statement, as an offset in the text. */
  readonly part?: number;
}

/** `queries` are read for the extensions that they use; they need not be SQL that PostgreSQL can parse. */
export function planSchema(files: readonly SourceFile[], queries: readonly SourceFile[] = []): SchemaPlan {
  const steps = files.flatMap(schemaStatements).flatMap((statement): SchemaStep[] => {
    const searchPath = searchPathOf(statement);
    if (searchPath !== undefined) return [{ statement, text: statement.text, searchPath }];
    const text = textToRun(statement);
    return text === undefined ? [] : [{ statement, text, searchPath: undefined }];
  });
  const created = new Set(steps.map(({ statement }) => extensionOf(statement)));
  const others = (uses: readonly ExtensionUse[]): readonly ExtensionUse[] => uses.filter(({ extension }) => !created.has(extension));
  return {
    steps,
    usedBySchema: others(namedExtensions(steps.map(({ statement }) => statement.words))),
    usedByQueries: others(namedExtensions(queries.map(wordsOf), true)),
    aliasesOfQueries: namedAliases(queries.map(wordsOf)),
  };
}
