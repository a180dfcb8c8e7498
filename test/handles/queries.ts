/** Queries of every command, as the generator would write them. */
import {
  authorized,
  batchExec,
  batchMany,
  batchOne,
  bindBytea,
  bytea,
  copyFrom,
  exec,
  execResult,
  execRows,
  many,
  number,
  one,
  zeroOrOne,
  type BoundValue,
  type QueryDefinition,
  type RawRow,
} from '../../src/runtime/index.js';

export interface Thing {
  readonly id: number;
  readonly note: string | null;
  readonly content: Buffer | null;
}
interface Params {
  readonly id: number;
  readonly note?: string | null | undefined;
  readonly content?: Uint8Array | null | undefined;
}

const BASE = { command: 'many', source: 'queries/things.sql:1', columns: [], required: [], optional: [] } as const;

function thing(row: RawRow): Thing {
  return { id: number(row[0]), note: row[1] ?? null, content: row[2] == null ? null : bytea(row[2]) };
}

const COLUMNS = ['id', 'note', 'content'];
const ADD: QueryDefinition<Params, Thing> = {
  ...BASE,
  name: 'AddThing',
  text: '\nINSERT INTO things (id, note, content) VALUES ($1, $2, $3) RETURNING id, note, content',
  onePlan: true,
  columns: COLUMNS,
  required: ['id'],
  optional: ['note', 'content'],
  bind: ({ id, note = 'none', content }) => [id, note, bindBytea(content)],
  decode: thing,
};
const FIND: QueryDefinition<{ readonly id: number }, Thing> = {
  ...BASE,
  name: 'FindThings',
  text: '\nSELECT id, note, content FROM things WHERE id >= $1 ORDER BY id',
  columns: COLUMNS,
  required: ['id'],
  bind: ({ id }) => [id],
  decode: thing,
};
const RENAME: QueryDefinition<{ readonly note: string }, void> = {
  ...BASE,
  name: 'RenameThings',
  text: '\nUPDATE things SET note = $1',
  required: ['note'],
  bind: ({ note }) => [note],
  decode: () => undefined,
};

export const addThing = one(ADD);
export const addThings = batchExec(ADD);
export const addThingsAndTell = batchOne(ADD);
export const findFrom = batchMany(FIND);
export const findThings = many(FIND);
export const findOne = zeroOrOne(FIND);
export const findTheOne = one(FIND);
export const rename = exec(RENAME);
export const renameAndCount = execRows(RENAME);
export const renameAndTell = execResult(RENAME);
export const copyThings = copyFrom<Params>({
  ...BASE,
  name: 'CopyThings',
  command: 'copyfrom',
  table: ['public', 'things'],
  columns: ['id', 'note', 'content'],
  required: ['id'],
  optional: ['note', 'content'],
  bind: ({ id, note, content }) => [id, note, bindBytea(content)],
});
/** Decodes NULL as what cannot be NULL. */
export const undecodable = many<void, number>({
  ...BASE,
  name: 'Undecodable',
  text: '\nSELECT n, NULLIF(n, 3) FROM generate_series(1, 5) n',
  columns: ['n', 'never_null'],
  bind: () => [],
  decode: (row) => number(row[0]) + number(row[1]),
});
export const guarded = authorized.many<{ readonly id: number }, Thing>({
  ...FIND,
  authorizedName: 'FindAuthorizedThings',
  parameters: 1,
  text: ['\nSELECT id, note, content FROM things WHERE id >= $1\n', ' ORDER BY id'],
});
export const guardedBatch = authorized.batchMany<{ readonly id: number }, Thing>({
  ...FIND,
  authorizedName: 'FindAuthorizedThings',
  parameters: 1,
  text: ['\nSELECT id, note, content FROM things WHERE id >= $1\n', ' ORDER BY id'],
});
export const unconstrained = exec<{ readonly thing: number }, void>({
  ...BASE,
  name: 'AddNobody',
  text: '\nINSERT INTO nobody VALUES ($1)',
  required: ['thing'],
  bind: (params) => [params.thing],
  decode: () => undefined,
});

/** A statement of the test's own, as text in and out. */
export function raw(
  text: string,
  values: readonly BoundValue[] = [],
): (...args: Parameters<ReturnType<typeof many<void, RawRow>>>) => Promise<RawRow[]> {
  return many<void, RawRow>({ ...BASE, name: 'Raw', text: `\n${text}`, bind: () => values, decode: (row) => row });
}

export function rawStream(text: string, values: readonly BoundValue[] = []): ReturnType<typeof many<void, RawRow>>['stream'] {
  return many<void, RawRow>({ ...BASE, name: 'Raw', text: `\n${text}`, bind: () => values, decode: (row) => row }).stream;
}
