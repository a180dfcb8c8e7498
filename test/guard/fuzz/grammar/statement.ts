/** A whole statement, and what the judges need to know of it. */
import type { Dice } from '../dice.js';
import { hasHook } from '../text.js';
import { change, changing } from './cte-changes.js';
import { insert } from './changes.js';
import { oneCte, query } from './query.js';
import { ident, Pen, type Context } from './pen.js';

export interface Statement {
  /** With marks; see `text.ts`. */
  readonly sql: string;
  readonly forms: ReadonlySet<string>;
  readonly hooked: boolean;
  readonly changes: boolean;
  /** Whether it returns rows. */
  readonly returns: boolean;
  /** Whether a filter can be written that tells the rows at each hook apart. */
  readonly filterable: boolean;
  /** Whether a policy on the listed table does what the filter does: it is read once, where the hook stands. */
  readonly likePolicy: boolean;
  /** Whether it was meant to be good. */
  readonly careful: boolean;
}

const TOP: Context = { outer: [], ctes: [], depth: 3, free: false };

export function randomStatement(dice: Dice, version: number): Statement {
  // Most are written with care: one with a single slip shows more than one with ten.
  const slips = dice.weigh([
    [5, 0],
    [3, 40],
    [3, 15],
    [1, 5],
  ]);
  const depth = dice.weigh([
    [2, 1],
    [4, 2],
    [2, 3],
  ]);
  const pen = new Pen(dice, { query, change: (own, context) => change(own, context, true) }, version, slips);
  const way = dice.weigh<(pen: Pen, context: Context) => Written>([
    [12, selecting],
    [5, changingAlone],
    [4, aroundChange],
    [2, unhooked],
    [1, wrappedStatement],
  ]);
  const { sql, returns } = way(pen, { ...TOP, depth });
  return {
    sql,
    forms: pen.forms,
    hooked: hasHook(sql),
    changes: pen.changes,
    returns,
    filterable: !pen.unfilterable,
    likePolicy: pen.plain && pen.reads === 1 && slips === 0 && !pen.changes && hasHook(sql) && sql.split('⟦H|').length === 2,
    careful: slips === 0,
  };
}

interface Written {
  readonly sql: string;
  readonly returns: boolean;
}

/** Forms that cannot be locked. */
const MIXES = [
  'aggregate',
  'GROUP BY',
  'DISTINCT',
  'DISTINCT ON',
  'UNION',
  'INTERSECT',
  'EXCEPT',
  'window function',
  'VALUES',
  'attribute notation',
];

function selecting(pen: Pen, context: Context): Written {
  pen.form('SELECT');
  const { sql } = query(pen, { intent: 'closed', context });
  if (MIXES.some((form) => pen.forms.has(form)) || !pen.dice.once(12)) return { sql, returns: true };
  pen.form('FOR UPDATE');
  return { sql: `${sql} FOR ${pen.dice.pick(['UPDATE', 'SHARE', 'NO KEY UPDATE'])}`, returns: true };
}

function changingAlone(pen: Pen, context: Context): Written {
  const returning = pen.dice.once(2);
  const { sql, returns } = change(pen, context, returning);
  return { sql, returns: returns ?? false };
}

/** WITH entries that change rows, and a query or another change that uses what they returned. */
function aroundChange(pen: Pen, context: Context): Written {
  const { dice } = pen;
  const entry =
    dice.once(3) && context.depth > 0
      ? oneCte(pen, { intent: 'closed' }, { ...context, depth: context.depth - 1 })
      : changing(pen, { context });
  if (!entry || entry.recursive) return selecting(pen, context);
  const inner = { ...context, ctes: [entry.cte, ...context.ctes], depth: context.depth - 1 };
  const way = dice.weigh([
    [3, 'query'],
    [3, 'insert'],
    [2, 'change'],
    [1, 'table'],
  ]);
  const first = `WITH ${entry.sql} `;
  if (way === 'query') {
    const main = query(pen, { intent: 'closed', context: { ...inner, depth: Math.min(inner.depth, 1) } }).sql;
    return { sql: first + (main.startsWith('WITH ') ? `(${main})` : main), returns: true };
  }
  if (way === 'table') return { sql: `${first}TABLE ${ident(entry.cte.name)}`, returns: true };
  const returning = dice.once(2);
  const { sql, returns } = way === 'insert' ? insert(pen, inner, returning) : change(pen, inner, returning);
  return { sql: first + sql, returns: returns ?? false };
}

/** Without a hook: of no listed table, or one that a list of tables has to refuse. */
function unhooked(pen: Pen, context: Context): Written {
  const { dice } = pen;
  pen.form('without a hook');
  const way = dice.pick(['clean', 'insert', 'open', 'values', 'xml', 'copy', 'truncate'] as const);
  switch (way) {
    case 'insert': {
      const { sql, returns } = insert(pen, context, dice.once(2));
      return { sql, returns: returns ?? false };
    }
    case 'values':
      pen.changes = true;
      return {
        sql: `INSERT INTO ${dice.pick(['archive (id, title)', 'comments (id, body)'])} VALUES (9, (${query(pen, { intent: dice.pick(['open', 'clean']), types: ['text'], use: 'scalar', context }).sql}))`,
        returns: false,
      };
    case 'clean':
    case 'open':
      return { sql: query(pen, { intent: way, context }).sql, returns: true };
    case 'xml': {
      pen.form('table_to_xml');
      const call = dice.pick([
        "query_to_xml('SELECT title FROM docs ORDER BY 1', true, false, '')",
        "table_to_xml('docs', true, false, '')",
        "schema_to_xml('public', true, false, '')",
        "table_to_xml('notes_odd'::regclass, true, false, '')",
        "(xpath('//title/text()', query_to_xml('TABLE docs', true, false, '')))",
        "database_to_xml(true, false, '')",
      ]);
      return {
        sql: dice.pick([
          `SELECT ${call}::text AS x`,
          `SELECT t.id FROM teams t WHERE ${call}::text LIKE '%m1%'`,
          `SELECT x.* FROM (SELECT ${call}::text AS v) x`,
        ]),
        returns: true,
      };
    }
    case 'copy': {
      pen.form('COPY');
      const what = dice.pick([
        'docs',
        'docs_archived',
        'notes_odd',
        'comments',
        '(SELECT * FROM docs)',
        '(TABLE notes)',
        '(SELECT id FROM teams)',
      ]);
      return { sql: `COPY ${what} TO STDOUT`, returns: false };
    }
    case 'truncate':
      pen.form('TRUNCATE');
      pen.changes = true;
      return { sql: `TRUNCATE ${dice.pick(['docs', 'notes_odd', 'comments'])}`, returns: false };
  }
}

/** A guarded query inside a command of another kind. */
function wrappedStatement(pen: Pen, context: Context): Written {
  const { dice } = pen;
  const { sql } = query(pen, { intent: 'closed', context });
  const way = dice.pick(['copy', 'explain', 'create', 'cursor', 'explainChange', 'prepare'] as const);
  pen.form(`wrapped, ${way}`);
  pen.plain = false;
  if (way === 'copy') return { sql: `COPY (${sql}) TO STDOUT`, returns: false };
  if (way === 'explain') return { sql: `EXPLAIN (COSTS OFF) ${sql}`, returns: true };
  if (way === 'cursor') return { sql: `DECLARE c CURSOR FOR ${sql}`, returns: false };
  if (way === 'prepare') return { sql: `PREPARE made AS ${sql}`, returns: false };
  pen.changes = true;
  if (way === 'create')
    return {
      sql: `CREATE TABLE copied AS SELECT q.c FROM (${query(pen, { intent: 'closed', types: ['text'], context: { ...context, depth: 1 } }).sql}) AS q(c)`,
      returns: false,
    };
  return { sql: `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) ${change(pen, context, false).sql}`, returns: true };
}
