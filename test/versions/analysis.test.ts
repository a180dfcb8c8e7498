/** What the server says of each form of statement is read whole, and nothing in it is unknown. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analysisOf } from '../../src/compiler/analysis/index.js';
import { type Describer, isFailure, openDescriber } from '../../src/database/index.js';
import { createDatabase, type TestDatabase, withClient } from '../support/database.js';
import { BAD } from '../guard/bad.js';
import { compile, type GuardGround, openGuardGround } from '../guard/compile.js';
import { GOOD } from '../guard/good.js';
import { SCHEMA as PLACEMENTS } from '../guard/schema.js';
import { SCHEMA, STATEMENTS } from './statements.js';

let database: TestDatabase;
let version: number;
const describers = new Map<string, Describer>();

beforeAll(async () => {
  database = await createDatabase(SCHEMA);
  version = await withClient(database.url, async (client) => {
    await client.query(
      `DO $$ BEGIN CREATE ROLE sqlward_nobody LOGIN PASSWORD 'nobody'; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
    );
    const { rows } = await client.query<{ version: number }>(`SELECT current_setting('server_version_num')::int / 10000 AS version`);
    return rows[0]?.version ?? 0;
  });
  const nobody = new URL(database.url);
  nobody.username = 'sqlward_nobody';
  nobody.password = 'nobody';
  nobody.searchParams.set('options', '-c default_transaction_read_only=on');
  describers.set('a superuser', await openDescriber(database.url));
  describers.set('a role without any privilege, read-only', await openDescriber(nobody.href));
});

afterAll(async () => {
  for (const describer of describers.values()) await describer.close();
  await database?.drop();
});

describe.each(['a superuser', 'a role without any privilege, read-only'])('asked by %s', (role) => {
  test.each(STATEMENTS)('since %d: %s', async (since, sql) => {
    const answer = await describers.get(role)?.describe(sql);
    if (answer === undefined) throw new Error('not connected');
    if (isFailure(answer)) {
      expect({ since, message: answer.message }).toMatchObject({ since: expect.toSatisfy((first: number) => first > version) });
      return;
    }
    if (answer.trees === undefined) throw new Error('no tree came');
    const analysis = analysisOf(answer.trees, sql);
    expect(analysis.plannedLevels.length).toBeGreaterThan(0);
    const names = analysis.parsed.command === 'select' ? analysis.parsed.targets : analysis.parsed.returning;
    expect(names.filter(({ hidden }) => !hidden).map(({ name }) => name)).toEqual(answer.columns.map(({ name }) => name));
  });
});

test('every placement is judged as on the newest version, where its SQL is known', async () => {
  const placements = await createDatabase(PLACEMENTS);
  const ground: GuardGround = await openGuardGround(placements.url);
  const wrong: string[] = [];
  let judged = 0;
  try {
    for (const { name, sql } of GOOD) {
      const { diagnostics, described } = await ground.guard(await compile(sql));
      if (described) judged++;
      if (described && diagnostics.length > 0) wrong.push(name);
    }
    for (const { name, sql } of Object.values(BAD).flat()) {
      const { diagnostics } = await ground.guard(await compile(sql));
      if (!diagnostics.some(({ severity }) => severity === 'error')) wrong.push(name);
    }
  } finally {
    await ground.close();
    await placements.drop();
  }
  expect(wrong).toEqual([]);
  expect(judged).toBeGreaterThan(GOOD.length * 0.95);
});
