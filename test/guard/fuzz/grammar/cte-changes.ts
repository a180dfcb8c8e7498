/** WITH entries that change rows, and statements around them. */
import { insert, updateOrDelete } from './changes.js';
import { merge } from './merge.js';
import type { Context, Pen, Query, Request } from './pen.js';
import type { WrittenCte } from './query.js';

/** One that returns rows; PostgreSQL takes such entries in the outermost statement only. */
export function changing(pen: Pen, { context }: Pick<Request, 'context'>): WrittenCte | undefined {
  if (context.outer.length > 0 || context.free || context.depth <= 0) return undefined;
  pen.form('data-changing CTE');
  pen.plain = false;
  const { sql, columns } = change(pen, { ...context, depth: context.depth - 1 }, true);
  const name = pen.fresh('gone');
  return { sql: `${name} AS (${sql})`, cte: { name, columns, state: 'closed' }, recursive: false };
}

export function change(pen: Pen, context: Context, returning: boolean): Query {
  const way = pen.dice.weigh<(pen: Pen, context: Context, returning: boolean) => Query>([
    [6, updateOrDelete],
    [pen.version >= (returning ? 17 : 15) ? 2 : 0, merge],
    [1, insert],
  ]);
  return way(pen, context, returning);
}
