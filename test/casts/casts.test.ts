/** A parameter that PostgreSQL reads as two types: what the refusal says, and the cast that the compiler writes if it is asked to. */
import { describe, expect, test } from 'vitest';
import { CompileError, formatDiagnostic } from '../../src/diagnostic.js';
import { generate } from '../emit/generated.js';

const SCHEMA = `
CREATE TYPE state AS ENUM ('open', 'done');
CREATE EXTENSION citext;
CREATE DOMAIN label AS text CHECK (value <> '');
CREATE TABLE tasks (
  id integer PRIMARY KEY, status varchar(20) NOT NULL, note varchar, owner uuid NOT NULL, state state NOT NULL,
  small smallint NOT NULL DEFAULT 0, big bigint NOT NULL DEFAULT 0, mail citext, tag label, done_at timestamptz, flag boolean
);`;

/** The casts of the text that is sent, and the warnings. */
async function infer(sql: string): Promise<{ readonly sent: string; readonly warnings: readonly string[] }> {
  const { compilation } = await generate(SCHEMA, { 'q.sql': sql }, '{parameters: infer}');
  const [shaped] = compilation.queries;
  return { sent: (shaped?.query.text ?? '').split('\n').slice(1).join('\n'), warnings: compilation.problems.map(formatDiagnostic) };
}

async function refusal(sql: string, options = '{}'): Promise<string> {
  try {
    await generate(SCHEMA, { 'q.sql': sql }, options);
  } catch (error) {
    if (error instanceof CompileError) return error.diagnostics.map(formatDiagnostic).join('\n\n');
    throw error;
  }
  throw new Error('the query was not refused');
}

const FINISH = `-- name: Finish :exec
UPDATE tasks
SET status = sqlc.narg('status'),
    done_at = CASE WHEN sqlc.narg('status') = 'done' THEN now() END
WHERE id = @id;
`;

test('a refusal names the parameter as the author wrote it, and shows the cast', async () => {
  expect(await refusal(FINISH)).toBe(
    `queries/q.sql:3:14: error [42P08]: inconsistent types deduced for parameter sqlc.narg('status') (text versus character varying)
  |
3 | SET status = sqlc.narg('status'),
  |              ^^^^^^^^^
  help: Write \`sqlc.narg('status')::varchar\` at 3:14; or set "parameters: infer" in the options, which does it for you.`,
  );
});

test('asked to infer, the compiler writes that cast, and says so', async () => {
  const { sent, warnings } = await infer(FINISH);
  expect(sent).toBe("UPDATE tasks\nSET status = $1::varchar,\n    done_at = CASE WHEN $1 = 'done' THEN now() END\nWHERE id = $2");
  expect(warnings).toEqual([
    `queries/q.sql:3:14: warning: PostgreSQL does not agree with itself on the type of sqlc.narg('status'), so it is sent as sqlc.narg('status')::varchar
  |
3 | SET status = sqlc.narg('status'),
  |              ^^^^^^^^^^^^^^^^^^^
  help: Write \`sqlc.narg('status')::varchar\` here, and the query no longer depends on "parameters: infer".`,
  ]);
});

describe('the cast that is written is the only one that changes nothing else', () => {
  test.for([
    [
      'an enum, where text would not fit the column',
      `UPDATE tasks SET state = @s, done_at = CASE WHEN @s = 'done' OR @s IN ('open') THEN now() END WHERE id = @id`,
      'state = @s',
      'state = $1::state',
    ],
    [
      'bigint, where smallint would call another operator',
      `UPDATE tasks SET small = @n, flag = CASE WHEN @n > big THEN true END WHERE id = @id`,
      'small = @n',
      'small = $1::bigint',
    ],
    [
      'text, where citext would compare otherwise',
      `UPDATE tasks SET mail = @m, flag = (@m = 'x') WHERE id = @id`,
      'mail = @m',
      'mail = $1::text',
    ],
    [
      'a domain’s base type, which the column checks',
      `UPDATE tasks SET tag = @t, flag = (@t = 'x') WHERE id = @id`,
      'tag = @t',
      'tag = $1::text',
    ],
    [
      'two parameters, each with its own',
      `UPDATE tasks SET status = @s, note = @n, flag = (@s = 'x' AND @n = 'y') WHERE id = @id`,
      'status = @s, note = @n',
      'status = $1::varchar, note = $2::varchar',
    ],
    [
      'a use without a type of its own beside them',
      `UPDATE tasks SET status = @s, flag = (@s = 'x' OR @s IS NULL) WHERE id = @id`,
      'status = @s',
      'status = $1::varchar',
    ],
    [
      'the type of a later use, where the first has none of its own',
      `UPDATE tasks SET flag = true WHERE @at IS NULL OR done_at > @at`,
      'WHERE @at IS NULL',
      'WHERE $1::timestamptz IS NULL',
    ],
    [
      'two whose refusals come one after the other',
      `UPDATE tasks SET status = @s, done_at = CASE WHEN @s = 'done' THEN @at ELSE NULL END WHERE id = @id`,
      'THEN @at',
      'THEN $2::timestamp with time zone',
    ],
    [
      'an INSERT with ON CONFLICT',
      `INSERT INTO tasks (id, status, owner, state, flag) VALUES (@id, @s, @o, 'open', @s = 'x') ON CONFLICT (id) DO UPDATE SET status = @s`,
      '(@id, @s',
      '($1, $2::varchar',
    ],
    [
      'a CTE of parameters',
      `WITH p AS (SELECT @id AS id) UPDATE tasks SET flag = true FROM p WHERE tasks.id = p.id`,
      'SELECT @id',
      'SELECT $1::integer',
    ],
    [
      'two in a CTE of parameters',
      `WITH p AS (SELECT @id AS id, @owner AS owner) UPDATE tasks SET flag = true FROM p WHERE tasks.id = p.id AND tasks.owner = p.owner`,
      'SELECT @id AS id, @owner',
      'SELECT $1::integer AS id, $2::uuid',
    ],
    ['the operand of CASE', `UPDATE tasks SET note = CASE @f WHEN true THEN 'yes' ELSE note END`, 'CASE @f', 'CASE $1::boolean'],
  ] as const)('%s', async ([, sql, written, sent]) => {
    const inferred = await infer(`-- name: Q :exec\n${sql};\n`);
    expect(sql).toContain(written);
    expect(inferred.sent).toContain(sent);
    expect(inferred.warnings.length).toBeGreaterThan(0);
  });
});

describe('nothing is guessed', () => {
  test('between two types that both would do, and mean something else', async () => {
    const sql = '-- name: Q :exec\nUPDATE tasks SET small = @n, big = @n WHERE id = @id;\n';
    const refused = await refusal(sql, '{parameters: infer}');
    expect(refused).toContain('inconsistent types deduced for parameter @n (smallint versus bigint)');
    expect(refused).toContain('help: Write `@n::smallint` or `@n::bigint` at 2:26: each would do, and they do not mean the same.');
  });

  test('where the order of an enum’s labels would take the place of that of their texts', async () => {
    const refused = await refusal(
      `-- name: Q :exec\nUPDATE tasks SET state = @s, flag = (@s > 'done') WHERE id = @id;\n`,
      '{parameters: infer}',
    );
    expect(refused).toContain('@s is state at 2:26, text at 2:38.');
  });

  test('where no cast of one place decides', async () => {
    const refused = await refusal('-- name: Q :many\nSELECT id FROM tasks WHERE owner = @x AND small = @x;\n', '{parameters: infer}');
    expect(refused).toContain(
      'help: Give each meaning a parameter of its own, or cast where they differ: @x is uuid at 2:36, smallint at 2:51.',
    );
  });

  test('where no parameter is to blame', async () => {
    const refused = await refusal(
      `-- name: Q :many\nSELECT id FROM tasks WHERE owner = 5 AND id = @id AND small = @id;\n`,
      '{parameters: infer}',
    );
    expect(refused).toContain('error [42883]: operator does not exist: uuid = integer');
    expect(refused).not.toContain('infer');
  });
});

test('a parameter without any type is named, with a cast to write', async () => {
  const refused = await refusal(`-- name: Q :many\nSELECT id FROM tasks WHERE sqlc.narg(seen) IS NULL;\n`);
  expect(refused).toContain('error [42P18]: could not determine data type of parameter sqlc.narg(seen)');
  expect(refused).toContain('sqlc.narg(seen)::text');
});

test('where PostgreSQL has more against the statement, the cast is shown with what then remains', async () => {
  const sql = `-- name: Move :exec
UPDATE tasks SET state = @s, done_at = CASE WHEN @s = 'done' THEN 'now' ELSE 'yesterday' END, note = CASE WHEN @s = 'open' THEN @n END;
`;
  expect(await refusal(sql)).toContain(
    `help: Write \`@s::state\` at 2:26, and mend what PostgreSQL then says: column "done_at" is of type timestamp with time zone but expression is of type text.`,
  );
});
