/**
 * The second judge of every placement: PostgreSQL runs the query with a filter at its hooks. What
 * `verdicts.test.ts` sees accepted must hold there, and what it sees refused must be seen to fail.
 */
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, createDatabase, type TestDatabase } from '../support/database.js';
import { BAD } from './bad.js';
import { compile } from './compile.js';
import { GOOD } from './good.js';
import { judgeDenied, judgeNarrowed, makesRows, openScans, outcomes, run, withFilter } from './judge.js';
import { SCHEMA } from './schema.js';

const MINE = 'l.org_id = 1';
const HIDDEN = 'logs WHERE org_id <> 1';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createDatabase(SCHEMA);
  client = await connect(database.url);
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

describe('accepted, and PostgreSQL agrees', () => {
  test.each(GOOD)('$name', async ({ sql, scans, limit }) => {
    const query = await compile(sql);
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

describe.each(Object.entries(BAD))('refused, and PostgreSQL shows why: %s', (_, placements) => {
  test.each(placements)('$name', async ({ sql, seen, filter }) => {
    const query = await compile(sql);
    if (seen === 'unspliced') {
      // It runs without the filter, or not at all where the marker is taken for a parameter.
      const { kind } = await judgeDenied(client, query);
      expect(kind).toBe(query.parameters.length > 0 ? 'fails' : 'leaks');
    } else if (seen === 'untied') {
      const { all, one, none } = await outcomes(client, query);
      expect({ one: one === all, none: none === all }).toEqual({ one: true, none: false });
    } else if (seen === 'useless') {
      const { all, none } = await outcomes(client, query);
      expect(none).toBe(all);
    } else if (seen === 'made') {
      expect(await makesRows(client, query)).toBe(true);
    } else if (seen === 'narrow') {
      const verdict = await judgeNarrowed(client, query, filter ?? MINE, HIDDEN);
      expect(['leaks', 'changes']).toContain(verdict.kind);
    } else {
      expect((await judgeDenied(client, query)).kind).toBe(seen);
    }
  });
});
