/** The commands of an annotation, as sqlc names them; `:execlastid` is refused before this type. */
export const COMMANDS = [
  'one',
  'many',
  'exec',
  'execrows',
  'execresult',
  'batchexec',
  'batchone',
  'batchmany',
  'copyfrom',
] as const;

export type Command = (typeof COMMANDS)[number];
