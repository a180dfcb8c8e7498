/**
 * The commands of an annotation, as sqlc names them; `:execlastid` is refused before it gets here.
 *
 * Invariant: what differs from command to command is a column of this table. No stage compares a
 * command's name; it asks the row.
 */

/** What a call of the generated function takes, apart from the database and the filter. */
export type Takes = 'params' | 'paramSets' | 'rows';

export interface CommandRow {
  /** How many rows one set of arguments may give; `none` for a command that reads no row. */
  readonly rows: 'none' | 'atMostOne' | 'any';
  /** One set of arguments, several of them, or rows for a table to take in. */
  readonly takes: Takes;
  /** The run time's function, both plain and in `authorized`. `sure` means that a row is proven. */
  readonly runs: (sure: boolean) => string;
  /** What the function's promise resolves to, as a TypeScript type; `row` is the row's. */
  readonly resolvesTo: (row: string, sure: boolean) => string;
  /** Whether the function has `.stream`, which gives the rows one after the other. */
  readonly streams?: boolean;
  /** The command to suggest if a statement returns no rows, and one that reads some was asked for. */
  readonly withoutRows?: string;
  /** The command to suggest if a statement has no parameter to repeat it with. */
  readonly once?: string;
}

const BATCH = { takes: 'paramSets', withoutRows: 'batchexec' } as const;

const TABLE = {
  one: {
    rows: 'atMostOne',
    takes: 'params',
    runs: (sure) => (sure ? 'one' : 'zeroOrOne'),
    resolvesTo: (row, sure) => (sure ? row : `${row} | null`),
    withoutRows: 'exec',
  },
  many: { rows: 'any', takes: 'params', runs: () => 'many', resolvesTo: (row) => `${row}[]`, streams: true, withoutRows: 'exec' },
  exec: { rows: 'none', takes: 'params', runs: () => 'exec', resolvesTo: () => 'void' },
  execrows: { rows: 'none', takes: 'params', runs: () => 'execRows', resolvesTo: () => 'number' },
  execresult: { rows: 'none', takes: 'params', runs: () => 'execResult', resolvesTo: () => '$.ExecResult' },
  batchexec: { ...BATCH, rows: 'none', runs: () => 'batchExec', resolvesTo: () => 'void', once: 'exec' },
  batchone: { ...BATCH, rows: 'atMostOne', runs: () => 'batchOne', resolvesTo: (row) => `(${row} | null)[]`, once: 'one' },
  batchmany: { ...BATCH, rows: 'any', runs: () => 'batchMany', resolvesTo: (row) => `${row}[][]`, once: 'many' },
  copyfrom: { rows: 'none', takes: 'rows', runs: () => 'copyFrom', resolvesTo: () => 'number' },
} as const satisfies Record<string, CommandRow>;

export type Command = keyof typeof TABLE;

export const COMMANDS: Readonly<Record<Command, CommandRow>> = TABLE;

/** In the order that messages list them. */
export const COMMAND_NAMES: readonly string[] = Object.keys(TABLE);

/** Whether a command has that name, written without its colon. */
export function isCommand(name: string): name is Command {
  return Object.hasOwn(TABLE, name);
}
