/** What the compiler says of every placement; `placements.test.ts` asks PostgreSQL about the same ones. */
import { beforeAll, describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/diagnostic.js';
import type { Catalog } from '../../src/catalog/catalog.js';
import { readCatalog } from '../../src/database/catalog/read.js';
import { createDatabase, withClient } from '../support/database.js';
import { BAD } from './bad.js';
import { compile, diagnose } from './compile.js';
import { GOOD } from './good.js';
import { SCHEMA } from './schema.js';

let catalog: Catalog;

beforeAll(async () => {
  const database = await createDatabase(SCHEMA);
  catalog = await withClient(database.url, readCatalog);
  await database.drop();
});

test('each name is used once', () => {
  const names = [...GOOD, ...Object.values(BAD).flat()].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test.each(GOOD)('accepted: $name', async ({ sql }) => {
  const query = await compile(sql);
  expect(query.hooks.length).toBeGreaterThan(0);
  expect(diagnose(query, catalog).map(formatDiagnostic)).toEqual([]);
});

/** What a diagnostic of a hook points at: the comment, or what was meant as one. */
const MARKER = /^(?:-- ?)*-*\s*(?:TODO: )?@?\s*(?:sqlc\.arg\()?.{1,2}uth\w*[ _-]?f\w+/iu;

describe.each(Object.entries(BAD))('refused: %s', (group, placements) => {
  test.each(placements)('$name', async ({ sql, seen }) => {
    const query = await compile(sql);
    const errors = diagnose(query, catalog).filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(0);
    for (const { remedy, start, file } of errors) {
      expect(remedy).toBeTruthy();
      expect(file?.text.slice(start).replace(/\p{Cf}/gu, '')).toMatch(MARKER);
    }
    expect(query.hooks.length === 0).toBe(seen === 'unspliced');
  });

  test('what is said', async () => {
    const said: string[] = [];
    for (const { name, sql } of placements) {
      said.push(`# ${name}`, ...diagnose(await compile(sql), catalog).map(formatDiagnostic), '');
    }
    await expect(said.join('\n')).toMatchFileSnapshot(`golden/${group.replaceAll(' ', '-')}.txt`);
  });
});
