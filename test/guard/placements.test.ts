/**
 * Every placement, judged twice: by `checkGuard`, and by PostgreSQL, which runs the query with a
 * filter at its hooks. What is accepted must hold there, and what is refused must be seen to fail.
 */
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/compiler/diagnostic.js';
import type { Catalog } from '../../src/database/catalog.js';
import { readCatalog } from '../../src/database/read-catalog.js';
import { connect, createDatabase, type TestDatabase } from '../support/database.js';
import { BAD } from './bad.js';
import { compile, diagnose } from './compile.js';
import { GOOD } from './good.js';
import { judgeDenied, judgeNarrowed, makesRows, openScans, run, withFilter } from './judge.js';
import { SCHEMA } from './schema.js';

const MINE = 'l.org_id = 1';
const HIDDEN = 'logs WHERE org_id <> 1';

let database: TestDatabase;
let client: pg.Client;
let catalog: Catalog;

beforeAll(async () => {
  database = await createDatabase(SCHEMA);
  client = await connect(database.url);
  catalog = await readCatalog(client);
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

test('each name is used once', () => {
  const names = [...GOOD, ...Object.values(BAD).flat()].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

describe('accepted, and PostgreSQL agrees', () => {
  test.each(GOOD)('$name', async ({ sql, scans, limit }) => {
    const query = await compile(sql);
    expect(diagnose(query, catalog).map(formatDiagnostic)).toEqual([]);
    expect(query.hooks.length).toBeGreaterThan(0);

    expect(await judgeDenied(client, query)).toEqual({ kind: 'holds' });
    const narrowed = await judgeNarrowed(client, query, MINE, HIDDEN);
    if (limit === undefined) expect(narrowed).toEqual({ kind: 'holds' });
    else expect(narrowed.kind).toBe('leaks');

    const found = await openScans(client, query, 'logs');
    if (limit === undefined && scans === undefined) expect(found).toEqual([]);
    if (scans !== undefined) expect(found).toEqual([0]);
  });

  test('the filter lets its own rows through', async () => {
    // A filter that hides all would make every judgement above hold.
    const silent: string[] = [];
    for (const { name, sql } of GOOD) {
      const query = await compile(sql);
      const before = await run(client, 'SELECT');
      const denied = await run(client, withFilter(query, '(false)'));
      const allowed = await run(client, withFilter(query, MINE));
      if ('sqlstate' in denied || 'sqlstate' in allowed || 'sqlstate' in before) throw new Error(name);
      const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);
      if (same(denied.rows, allowed.rows) && same(allowed.tables, before.tables)) silent.push(name);
    }
    expect(silent).toEqual([]);
  });
});

describe.each(Object.entries(BAD))('refused: %s', (group, placements) => {
  test.each(placements)('$name', async ({ sql, seen, filter }) => {
    const query = await compile(sql);
    const errors = diagnose(query, catalog).filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(0);
    for (const { remedy, start, file } of errors) {
      expect(remedy).toBeTruthy();
      expect(file?.text.slice(start).replace(/\p{Cf}/gu, '')).toMatch(/^(?:-- ?)*-*\s*(?:TODO: )?@?\s*(?:sqlc\.arg\()?.{1,2}uth\w*[ _-]?f\w+/iu);
    }

    if (seen === 'unspliced') {
      expect(query.hooks).toEqual([]);
    } else if (seen === 'made') {
      expect(await makesRows(client, query)).toBe(true);
    } else if (seen === 'narrow') {
      const verdict = await judgeNarrowed(client, query, filter ?? MINE, HIDDEN);
      expect(['leaks', 'changes']).toContain(verdict.kind);
    } else {
      expect((await judgeDenied(client, query)).kind).toBe(seen);
    }
  });

  test('what is said', async () => {
    const said: string[] = [];
    for (const { name, sql } of placements) {
      said.push(`# ${name}`, ...diagnose(await compile(sql), catalog).map(formatDiagnostic), '');
    }
    await expect(said.join('\n')).toMatchFileSnapshot(`golden/${group.replaceAll(' ', '-')}.txt`);
  });
});
