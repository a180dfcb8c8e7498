/** MERGE, with every action that it has. */
import { condition, tie } from './conditions.js';
import { columnsOf, constant, type Place } from './expressions.js';
import { returningList, target, type Target } from './changes.js';
import { cleanItem, closedItem } from './items.js';
import { ident, visible, type Context, type Pen, type Query } from './pen.js';

export function merge(pen: Pen, context: Context, returning: boolean): Query {
  const { dice } = pen;
  pen.changes = true;
  pen.form('MERGE');
  const into = target(
    pen,
    dice.weigh([
      [6, 'docs'],
      [2, 'notes'],
      [3, 'comments'],
      [1, 'docs_archived'],
    ]),
  );
  const taken = new Set([into.range.alias]);
  const hookInOn = dice.once(12);
  const source = (hookInOn ? undefined : closedItem(pen, context, taken)) ?? cleanItem(pen, context, taken);
  const own = [into.range, source.range];
  const place: Place = { ranges: visible(own, context.outer), context: { ...context, depth: 0 }, filtered: [source.range] };
  let on = tie(pen, [into.range], [source.range]) ?? 'true';
  if (dice.once(4)) on += ` AND ${condition(pen, { ...place, ranges: own })}`;
  if (hookInOn || pen.slip()) on += pen.hook(own);
  const count = 1 + dice.roll(2);
  const actions = Array.from({ length: count }, (_one, index) =>
    action(pen, into, place, source.range.state === 'closed', index === count - 1),
  );
  const returned = returning && pen.version >= 17 ? returningOf(pen, place, into) : { sql: '', columns: [] };
  return {
    sql: `MERGE INTO ${into.sql} USING ${source.sql} ON ${on}${actions.join('')}${returned.sql}`,
    columns: returned.columns,
    returns: returned.sql !== '',
  };
}

function returningOf(pen: Pen, place: Place, into: Target): Query {
  const { sql, columns } = returningList(pen, place, into.range);
  if (!pen.dice.once(4)) return { sql, columns };
  const name = pen.fresh('r');
  return {
    sql: `${sql}, merge_action() AS ${name}`,
    columns: [...columns, { name, type: 'text', coloured: false, listed: false, team: false }],
  };
}

function action(pen: Pen, { range }: Target, place: Place, closed: boolean, last: boolean): string {
  const { dice } = pen;
  const text = range.columns.find(({ type }) => type === 'text')?.name ?? 'title';
  const found = dice.any(columnsOf(place.ranges, 'text'));
  const value = found && dice.once(2) ? `${ident(found.range.alias)}.${ident(found.column.name)}` : constant(pen, 'text');
  const when = !last || dice.once(3) ? ` AND ${ident(range.alias)}.id > ${dice.pick(['1', '1001'])}` : '';
  const matched = dice.pick([`UPDATE SET ${ident(text)} = ${value}`, 'DELETE', 'DO NOTHING']);
  const kind =
    pen.slip() || !closed
      ? dice.pick(['matched', 'new', 'missing'] as const)
      : dice.weigh([
          [6, 'matched' as const],
          [1, 'new' as const],
        ]);
  if (kind === 'missing' && pen.version >= 17) {
    pen.form('MERGE BY SOURCE');
    return ` WHEN NOT MATCHED BY SOURCE${when} THEN ${dice.pick(['DELETE', `UPDATE SET ${ident(text)} = 'x'`, 'DO NOTHING'])}`;
  }
  if (kind === 'new') {
    pen.form('MERGE NOT MATCHED');
    return ` WHEN NOT MATCHED THEN ${dice.pick([`INSERT (id, ${ident(text)}) VALUES (${dice.pick(['9', '1009'])}, 'x')`, 'DO NOTHING'])}`;
  }
  pen.form('MERGE MATCHED');
  return ` WHEN MATCHED${when} THEN ${matched}`;
}
