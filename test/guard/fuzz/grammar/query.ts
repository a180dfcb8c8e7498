/** Queries: WITH, set operations, VALUES, and the SELECT that most of them are (`select.ts`). */
import { columnsFrom } from './items.js';
import { selectBlock } from './select.js';
import { ident, type Column, type Context, type Cte, type Pen, type Query, type Request, type State, type Type } from './pen.js';

export function query(pen: Pen, request: Request): Query {
  const { dice } = pen;
  const { intent, context, use = 'rows' } = request;
  if (context.depth > 0 && dice.once(8)) return withCtes(pen, request);
  // Below a hook that stands outside, and in what is tied, nothing may mix rows.
  const mayMix = intent === 'closed' || intent === 'clean' || pen.slip();
  if (context.depth > 0 && use !== 'scalar' && request.tieTo === undefined && mayMix && dice.once(8)) return setOperation(pen, request);
  if (intent === 'clean' && use === 'rows' && dice.once(12)) return values(pen, request);
  if (intent === 'closed' && use === 'rows' && context.depth > 0 && request.tieTo === undefined && !context.free && dice.once(25))
    return tableCommand(pen, request);
  return selectBlock(pen, request);
}

function withCtes(pen: Pen, request: Request): Query {
  const { dice } = pen;
  let { context } = request;
  const texts: string[] = [];
  let recursive = false;
  const count = dice.weigh([
    [3, 1],
    [1, 2],
  ]);
  for (let index = 0; index < count; index++) {
    const inner: Context = { ...context, depth: context.depth - 1, outer: [] };
    const written = oneCte(pen, request, inner);
    recursive ||= written.recursive;
    texts.push(written.sql);
    context = { ...context, ctes: [written.cte, ...context.ctes.filter(({ name }) => name !== written.cte.name)] };
  }
  const main = selectBlock(pen, { ...request, context: { ...context, depth: context.depth - 1 } });
  return { ...main, sql: `WITH ${recursive ? 'RECURSIVE ' : ''}${texts.join(', ')} ${main.sql}` };
}

export interface WrittenCte {
  readonly sql: string;
  readonly cte: Cte;
  readonly recursive: boolean;
}

const CTE_NAMES: readonly [string, ...string[]] = ['w', 'mine', 'docs', 'comments', 'r', 'gone'];

export function oneCte(pen: Pen, { intent }: Pick<Request, 'intent'>, context: Context): WrittenCte {
  const { dice } = pen;
  const wanted = dice.once(3) ? dice.pick(CTE_NAMES) : pen.fresh('w');
  const name = context.ctes.some((cte) => cte.name === wanted) ? pen.fresh('w') : wanted;
  const state: State = pen.slip()
    ? 'open'
    : intent === 'closed'
      ? dice.pick<State>(['closed', 'closed', 'clean', 'open'])
      : intent === 'tied'
        ? 'clean'
        : intent;
  if (dice.once(6) && state !== 'open') return recursion(pen, name, state, context);
  const materialized = dice.weigh([
    [4, ''],
    [1, 'MATERIALIZED '],
    [1, 'NOT MATERIALIZED '],
  ]);
  if (materialized !== '') pen.form('MATERIALIZED');
  const { sql, columns } = query(pen, { intent: state, context });
  const renamed = dice.once(4) && columns.length > 0 ? columns.map((column, index) => ({ ...column, name: `m${index}` })) : undefined;
  const list = renamed ? `(${renamed.map((column) => column.name).join(', ')})` : '';
  return { sql: `${ident(name)}${list} AS ${materialized}(${sql})`, cte: { name, columns: renamed ?? columns, state }, recursive: false };
}

/** A recursion: over numbers, or over rows of a table that is joined at each step. */
function recursion(pen: Pen, name: string, state: State, context: Context): WrittenCte {
  const { dice } = pen;
  pen.form(`recursive CTE, ${state}`);
  const types: readonly Type[] = ['int', 'text'];
  const seed = selectBlock(pen, { intent: state, types, context });
  const columns: readonly Column[] = [
    { name: 'n', type: 'int', coloured: true, listed: false, team: false },
    { name: 'w', type: 'text', coloured: true, listed: false, team: false },
  ];
  const quoted = ident(name);
  const step = dice.pick(['plain', 'table', 'guarded'] as const);
  let next = `SELECT n + 1, w FROM ${quoted} WHERE n % 5 <> 0`;
  if (step === 'table') {
    next = `SELECT c.doc_id, c.body FROM ${quoted} JOIN comments c ON c.id = n + 1`;
    // A table that is joined at a step is not filtered by what the recursion began with.
    if (!pen.slip() && state === 'closed') next = `SELECT n + 1, w FROM ${quoted} WHERE n < 3`;
  } else if (step === 'guarded' && state === 'closed') {
    if (!context.free) pen.reads++;
    const documents = { alias: 'd', columns: columnsFrom({ id: 'int', team_id: 'int' }, true), state: 'open' as const };
    const hook = pen.slip() ? '' : pen.hook([documents]);
    next = `SELECT d.id, d.title FROM ${quoted} JOIN ${pen.table('docs', context)} d ON d.id = n + 1 WHERE true${hook}`;
  }
  const union = dice.pick(['UNION', 'UNION ALL']);
  let tail = '';
  const extra: Column[] = [];
  if (dice.once(3)) {
    pen.form('SEARCH');
    tail += ` SEARCH ${dice.pick(['DEPTH', 'BREADTH'])} FIRST BY n SET o`;
  }
  if (dice.once(3)) {
    pen.form('CYCLE');
    tail += ` CYCLE n SET y USING z`;
    extra.push({ name: 'y', type: 'bool', coloured: false, listed: false, team: false });
  }
  const limited =
    tail === '' && union === 'UNION ALL' ? next.replace('SELECT', 'SELECT').replace(/WHERE (?!n)/, 'WHERE n < 2003 AND ') : next;
  return {
    sql: `${quoted}(n, w) AS ((${seed.sql}) ${union} ${limited})${tail}`,
    cte: { name, columns: [...columns, ...extra], state },
    recursive: true,
  };
}

const SET_OPERATIONS: readonly [string, ...string[]] = ['UNION ALL', 'UNION', 'INTERSECT', 'EXCEPT', 'INTERSECT ALL', 'EXCEPT ALL'];

function setOperation(pen: Pen, request: Request): Query {
  const { dice } = pen;
  const types: readonly Type[] = request.types ?? dice.pick<readonly Type[]>([['int'], ['int', 'text'], ['text']]);
  const context = { ...request.context, depth: request.context.depth - 1 };
  const arms = Array.from(
    {
      length:
        2 +
        dice.weigh([
          [4, 0],
          [1, 1],
        ]),
    },
    () => {
      const intent: Request['intent'] = pen.slip() ? 'open' : request.intent;
      return selectBlock(pen, { ...request, intent, types, use: 'rows', context });
    },
  );
  let sql = '';
  arms.forEach((arm, index) => {
    const operation = dice.pick(SET_OPERATIONS);
    if (index > 0) pen.form(operation.replace(' ALL', ''));
    sql = index === 0 ? `(${arm.sql})` : `${sql} ${operation} (${arm.sql})`;
  });
  const order = dice.once(4) ? ` ORDER BY ${types.map((_type, index) => index + 1).join(', ')}${limit(pen)}` : '';
  const coloured = (index: number): boolean => arms.every((arm) => arm.columns[index]?.coloured === true);
  return {
    sql: `${sql}${order}`,
    columns: (arms[0]?.columns ?? []).map((column, index) => ({ ...column, coloured: coloured(index), team: false })),
  };
}

function limit(pen: Pen): string {
  if (!pen.dice.once(2)) return '';
  pen.form('LIMIT');
  return ` LIMIT ${pen.dice.pick(['2', '1', '3'])}`;
}

function values(pen: Pen, { types = ['int', 'text'] }: Request): Query {
  pen.form('VALUES');
  const row = (int: string, text: string): string =>
    types.map((type) => (type === 'int' ? int : type === 'text' ? `${text}::text` : type === 'bool' ? 'true' : 'ARRAY[1]')).join(', ');
  return {
    sql: `VALUES (${row('1', "'a1'")}), (${row('1001', "'m1'")})`,
    columns: types.map((type, index) => ({ name: `column${index + 1}`, type, coloured: false, listed: false, team: false })),
  };
}

/** `TABLE name`, of a guarded CTE. */
function tableCommand(pen: Pen, request: Request): Query {
  if (request.types !== undefined) return selectBlock(pen, request);
  pen.form('TABLE');
  const { sql, cte, recursive } = oneCte(pen, request, { ...request.context, depth: request.context.depth - 1, outer: [] });
  if (cte.state !== 'closed' && !pen.slip()) return selectBlock(pen, request);
  return { sql: `WITH ${recursive ? 'RECURSIVE ' : ''}${sql} TABLE ${ident(cte.name)}`, columns: cte.columns };
}
