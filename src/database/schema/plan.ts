/**
 * Schema files → the statements that run, and what stands ready for where one fails.
 *
 * Invariant: a step's text is as long as its statement, so that the server's positions in it are
 * the file's.
 */
import type { SourceFile } from '../../sql/index.js';
import { extensionOf, searchPathOf, textToRun } from './significance.js';
import { schemaStatements, type SchemaStatement } from './statements.js';
import { madeBy, withoutStrangers, type WithoutStrangers } from './strangers.js';
import { namedExtensions } from './well-known.js';

/** A schema cut into statements: those that run, in order, and behind them those that are held back. */
export interface SchemaPlan {
  readonly steps: readonly SchemaStep[];
}

export interface SchemaStep {
  readonly statement: SchemaStatement;
  /** As long as the statement, so that the server's positions are the statement's. */
  readonly text: string;
  /** Set where the step changes where unqualified names are looked up, for the rest of its file. */
  readonly searchPath: string | undefined;
  /** The schema does not say it: it runs only where a statement turns out to need it. */
  readonly heldBack?: true;
  /** What to run where a table that the schema does not make is not there. */
  readonly fallback?: WithoutStrangers | undefined;
}

export function planSchema(files: readonly SourceFile[]): SchemaPlan {
  const statements = files.flatMap(schemaStatements);
  const made = madeBy(statements);
  const steps = statements.flatMap((statement): SchemaStep[] => {
    const searchPath = searchPathOf(statement);
    if (searchPath !== undefined) return [{ statement, text: statement.text, searchPath }];
    const text = textToRun(statement);
    return text === undefined ? [] : [{ statement, text, searchPath: undefined, fallback: withoutStrangers(statement, text, made) }];
  });
  return { steps: [...steps, ...heldBackExtensions(steps.map(({ statement }) => statement))] };
}

/** The extensions that the schema uses, as it seems, and does not create; a server that is made for the schema must have them at hand. */
function heldBackExtensions(statements: readonly SchemaStatement[]): readonly SchemaStep[] {
  const created = new Set(statements.map(extensionOf));
  return [...namedExtensions(statements)]
    .filter(([name]) => !created.has(name))
    .map(([name, user]) => ({
      statement: { ...user, tokens: [], words: ['create', 'extension', 'if', 'not', 'exists', name] },
      text: `CREATE EXTENSION IF NOT EXISTS "${name}"`,
      searchPath: undefined,
      heldBack: true,
    }));
}
