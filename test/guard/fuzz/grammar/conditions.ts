/** Conditions: any, those that tie two ranges, those that only seem to, and a WHERE clause with its hook. */
import { columnsOf, constant, expression, reference, TYPES, type Place } from './expressions.js';
import { ident, inside, type Column, type Pen, type Range, type Request, type Type } from './pen.js';

/** Any condition; it is one operand of AND. */
export function condition(pen: Pen, place: Place): string {
  const { dice } = pen;
  const way = dice.weigh<(pen: Pen, place: Place) => string>([
    [8, comparison],
    [3, oneColumn],
    [3, queryCondition],
    [2, combination],
  ]);
  return way(pen, place);
}

function comparison(pen: Pen, place: Place): string {
  const { dice } = pen;
  const type = dice.pick<Type>(['int', 'int', 'text', 'bool']);
  const left = dice.any(columnsOf(place.ranges, type));
  if (!left) return dice.pick(['true', '1 = 1', 'NOT false']);
  const column = reference(pen, left.range, left.column);
  if (type === 'bool') return dice.once(2) ? `${column} IS NOT FALSE` : column;
  const right = dice.once(3) ? expression(pen, { ...place, context: { ...place.context, depth: 0 } }, type).sql : constant(pen, type);
  return `${column} ${dice.pick(['>', '=', '<>', '>=', '<', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM'])} ${right}`;
}

function oneColumn(pen: Pen, place: Place): string {
  const { dice } = pen;
  const type = dice.pick(TYPES);
  const found = dice.any(columnsOf(place.ranges, type));
  if (!found) return 'true';
  const column = `${ident(found.range.alias)}.${ident(found.column.name)}`;
  switch (type) {
    case 'int':
      return dice.pick([
        `${column} IS NOT NULL`,
        `${column} BETWEEN 1 AND 1002`,
        `${column} IN (1, 2, 1001)`,
        `${column} = ANY (ARRAY[1, 1001, 1002])`,
        `${column} NOT IN (3, 1003)`,
      ]);
    case 'text':
      return dice.pick([
        `${column} LIKE '%1'`,
        `${column} IS NOT NULL`,
        `${column} ~ '[12]'`,
        `length(${column}) > 1`,
        `${column} = ALL ('{a1,m1}'::text[])`,
      ]);
    case 'bool':
      return dice.pick([`${column} IS NOT TRUE`, `NOT ${column}`, `${column} IS UNKNOWN`]);
    case 'ints':
      return dice.pick([`${column} @> ARRAY[1]`, `1001 = ANY (${column})`, `cardinality(${column}) > 0`, `${column} && ARRAY[1, 1001]`]);
  }
}

function combination(pen: Pen, place: Place): string {
  const first = condition(pen, place);
  const second = condition(pen, place);
  return pen.dice.pick([
    `(${first} OR ${second})`,
    `NOT (${first})`,
    `(${first} AND ${second})`,
    `CASE WHEN ${first} THEN ${second} ELSE true END`,
    `((${first}) IS TRUE)`,
    `COALESCE(${first}, ${second})`,
  ]);
}

/** A query in a condition, which may be of rows that the filter hides: it narrows what is there, and shows nothing of itself. */
function queryCondition(pen: Pen, place: Place): string {
  const { dice } = pen;
  if (place.context.depth <= 0) return comparison(pen, place);
  const context = inside(place.context, place.ranges, true);
  const tieTo = place.filtered;
  const intent = dice.weigh<Request['intent']>([
    [2, 'clean'],
    [2, 'closed'],
    [tieTo.length > 0 ? 2 : 0, 'tied'],
    [1, 'open'],
  ]);
  const asked = { intent, ...(intent === 'tied' ? { tieTo } : {}), context };
  pen.form(`query in a condition, ${intent}`);
  const type = dice.pick<Type>(['int', 'text']);
  const found = dice.any(columnsOf(place.ranges, type));
  if (!found || dice.once(3)) return `${dice.pick(['EXISTS', 'NOT EXISTS'])} (${pen.grammar.query(pen, { ...asked, use: 'exists' }).sql})`;
  const column = reference(pen, found.range, found.column);
  if (dice.once(4))
    return `${column} ${dice.pick(['=', '<>', '>'])} (${pen.grammar.query(pen, { ...asked, types: [type], use: 'scalar' }).sql})`;
  const { sql } = pen.grammar.query(pen, { ...asked, types: [type] });
  return dice.pick([
    `${column} IN (${sql})`,
    `${column} = ANY (${sql})`,
    `${column} NOT IN (${sql})`,
    `${column} > ALL (${sql})`,
    `${column} <> ANY (${sql})`,
    `(${column}, 1) IN (SELECT q.c, 1 FROM (${sql}) AS q(c))`,
  ]);
}

/** Pairs of columns that an equality can be written of. */
function pairs(
  ranges: readonly Range[],
  others: readonly Range[],
): readonly { readonly left: string; readonly right: string; readonly type: Type }[] {
  return (['int', 'text'] as const).flatMap((type) => {
    const rights = columnsOf(others, type).filter(({ column }) => column.coloured);
    return columnsOf(ranges, type)
      .filter(({ column }) => column.coloured)
      .flatMap((left) => rights.map((right) => ({ left: qualified(left), right: qualified(right), type })));
  });
}

function qualified({ range, column }: { readonly range: Range; readonly column: Column }): string {
  return `${ident(range.alias)}.${ident(column.name)}`;
}

/** An equality between a column of each side; undefined where they have no columns for one. */
export function tie(pen: Pen, ranges: readonly Range[], others: readonly Range[]): string | undefined {
  if (pen.slip()) return noTie(pen, ranges, others);
  const { dice } = pen;
  const pair = dice.any(pairs(ranges, others));
  if (!pair) return undefined;
  const second = dice.any(pairs(ranges, others)) ?? pair;
  const { left, right } = pair;
  return dice.pick([
    `${left} = ${right}`,
    `${right} = ${left}`,
    `(${left} = ${right} AND ${right} = ${left})`,
    `(${left}, ${second.left}) = (${right}, ${second.right})`,
  ]);
}

/** What a careless reader would take for a tie, and PostgreSQL does not enforce as one. */
function noTie(pen: Pen, ranges: readonly Range[], others: readonly Range[]): string {
  const pair = pen.dice.any(pairs(ranges, others).filter(({ type }) => type === 'int'));
  if (!pair) return 'true';
  const { left, right } = pair;
  const [one, other] = [left, right].map((column) => column.slice(0, column.lastIndexOf('.')));
  // Equalities of columns that every row has alike, and of columns that are no row's own.
  const system = ['tableoid', 'ctid', 'xmin'].map((name) => `${one}.${name} = ${other}.${name}`);
  const loose = [pen.dice.any(columnsOf(ranges, 'int')), pen.dice.any(columnsOf(others, 'int').filter(({ column }) => !column.coloured))];
  const uncoloured = loose[0] && loose[1] ? [`${qualified(loose[0])} = ${qualified(loose[1])}`] : [];
  return pen.dice.pick([
    'true',
    ...system,
    ...uncoloured,
    `${left} <> ${right}`,
    `(${left} = ${right} OR true)`,
    `${left} + ${right} > 0`,
    `${left} IS DISTINCT FROM ${right}`,
    `${left} IS NOT DISTINCT FROM ${right}`,
    `${left} >= ${right}`,
    `(${left} = ${left} AND ${right} = ${right})`,
    `NOT (${left} = ${right})`,
    `(${left} = ${right}) IS NOT NULL`,
    `COALESCE(${left} = ${right}, true)`,
    `CASE WHEN ${left} = ${right} THEN true ELSE ${left} > 0 END`,
    `${left} IN (${right}, ${left})`,
    `${left} = ANY (ARRAY[${right}, ${left}])`,
    `${left} = ALL (SELECT ${right} WHERE false)`,
    `(${left} = ${right}) <> ALL (ARRAY[true])`,
    `COALESCE(${left}, 0) = COALESCE(${left}, ${right}, 0)`,
    `${left} = CASE WHEN ${right} > 0 THEN ${left} END`,
    `(SELECT ${left} = ${right} OR true)`,
    `EXISTS (SELECT ${left} = ${right})`,
    `(${left}, ${right}) IS NOT NULL`,
    `(${left}, ${left}) >= (${right}, ${right})`,
    `ROW(${left}, 1) <> ROW(${right}, 2)`,
    `${left} IN (SELECT ${left} WHERE ${right} IS NOT NULL)`,
    `${left} = (SELECT ${left} LIMIT 1)`,
    `${one}.*::text <> ${other}.*::text`,
    `${left} BETWEEN SYMMETRIC ${left} AND ${right}`,
  ]);
}

/** Whether rows of the ranges must be among those of a guarded query: the second way of closing them. */
export function closingCondition(pen: Pen, place: Place): string | undefined {
  const { dice } = pen;
  const open = place.ranges.filter(({ state }) => state === 'open');
  const ranges = open.length > 0 && !pen.slip() ? open : place.ranges;
  const type = dice.pick<Type>(['int', 'text']);
  const found = dice.any(columnsOf(ranges, type).filter(({ column }) => column.coloured));
  const context = inside(place.context, place.ranges, place.context.free);
  if (!found || dice.once(3)) {
    if (ranges.length === 0) return undefined;
    pen.form('EXISTS with a hook');
    const { sql } = pen.grammar.query(pen, { intent: 'closed', ...(pen.slip() ? {} : { tieTo: ranges }), use: 'exists', context });
    return `EXISTS (${sql})`;
  }
  pen.form('IN with a hook');
  const column = qualified(found);
  const scalar = dice.once(4);
  const { sql } = pen.grammar.query(pen, { intent: 'closed', types: [type], ...(scalar ? { use: 'scalar' as const } : {}), context });
  if (pen.slip()) return looseClosing(pen, column, sql, type);
  return scalar
    ? `${column} = (${sql})`
    : dice.pick([
        `${column} IN (${sql})`,
        `${column} = ANY (${sql})`,
        `(${column}) IN (${sql})`,
        `(${column}, 1) IN (SELECT q.c, 1 FROM (${sql}) AS q(c))`,
      ]);
}

/** A guarded query in a condition that rows get past. */
function looseClosing(pen: Pen, column: string, sql: string, type: Type): string {
  const array = type === 'int' ? 'int[]' : 'text[]';
  return pen.dice.pick([
    `${column} <> ALL (${sql})`,
    `${column} >= ALL (${sql})`,
    `(${column} IN (${sql})) IS NOT NULL`,
    `${column} IN (${sql}) IS NOT FALSE`,
    `NOT (${column} IN (${sql}))`,
    `COALESCE(${column} = (SELECT q.c FROM (${sql}) AS q(c) LIMIT 1), true)`,
    `${column} = ANY (ARRAY(${sql}) || ARRAY[${column}])`,
    `(SELECT count(*) FROM (${sql}) AS q) >= 0`,
    `CASE WHEN EXISTS (${sql}) THEN true ELSE ${column} IS NOT NULL END`,
    `${column} IN (SELECT ${column} FROM (${sql}) AS q(c))`,
    `${column} IN (${sql} UNION ALL SELECT ${column})`,
    `${column} = ANY (COALESCE(NULLIF(ARRAY(${sql}), '{}'), ARRAY[${column}])::${array})`,
    `EXISTS (SELECT count(*) FROM (${sql}) AS q(c))`,
    `EXISTS (SELECT 1 FROM (${sql}) AS q(c) HAVING true)`,
    `EXISTS (SELECT 1 FROM (${sql}) AS q(c) ORDER BY count(*))`,
    `EXISTS (SELECT 1 FROM (${sql}) AS q(c) GROUP BY ())`,
    `EXISTS (SELECT 1 FROM (${sql}) AS q(c) RIGHT JOIN (VALUES (1)) AS v(n) ON true)`,
    `EXISTS (SELECT 1 FROM (${sql}) AS q(c) WHERE q.c = q.c)`,
  ]);
}

/** The WHERE clause: conditions in any order, and the hook behind one of them. */
export function whereClause(pen: Pen, conditions: readonly string[], hook: string | undefined): string {
  const { dice } = pen;
  if (hook === undefined) return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  if (pen.slip()) return ` WHERE ${misplaced(pen, conditions, hook)}`;
  const all = conditions.length === 0 ? ['true'] : [...conditions];
  const at = dice.roll(all.length);
  const grouped = all.length > 1 && dice.once(6);
  const written = all.map((one, index) => (index === at ? `${one}${hook}` : one));
  if (!grouped) return ` WHERE ${written.join(' AND ')}`;
  const until = 1 + dice.roll(written.length - 1);
  return ` WHERE (${written.slice(0, until).join(' AND ')}) AND ${written.slice(until).join(' AND ')}`;
}

function misplaced(pen: Pen, conditions: readonly string[], hook: string): string {
  const rest = conditions.length === 0 ? 'true' : conditions.join(' AND ');
  return pen.dice.pick([
    `${rest} OR true${hook}`,
    `(true${hook} OR ${rest})`,
    `NOT (${rest}${hook})`,
    `CASE WHEN true${hook} THEN ${rest} ELSE true END`,
    `COALESCE(NULLIF(true${hook}, false), ${rest})`,
    `(true${hook}) IS NOT NULL AND ${rest}`,
    `(true${hook}) IS TRUE AND ${rest}`,
    `EXISTS (SELECT 1 WHERE true${hook}) AND ${rest}`,
    `(SELECT true${hook}) AND ${rest}`,
    `true = ANY (ARRAY[${rest}, true${hook}])`,
    `(${rest}, true${hook}) IS NOT NULL`,
  ]);
}
