/** What the compiler says of every placement; `placements.test.ts` asks PostgreSQL about the same ones. */
import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/diagnostic.js';
import { BAD } from './bad.js';
import { compile, useGuardGround } from './compile.js';
import { GOOD } from './good.js';
import { SCHEMA } from './schema.js';

const ground = useGuardGround(SCHEMA);

test('each name is used once', () => {
  const names = [...GOOD, ...Object.values(BAD).flat()].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test.each(GOOD)('accepted: $name', async ({ sql }) => {
  const query = await compile(sql);
  expect(query.hooks.length).toBeGreaterThan(0);
  expect((await ground().guard(query)).diagnostics.map(formatDiagnostic)).toEqual([]);
});

/** What a diagnostic of a hook points at: the comment, or what was meant as one. */
const MARKER = /^(?:-- ?)*-*\s*(?:TODO: )?@?\s*(?:sqlc\.arg\()?.{1,2}uth\w*[ _-]?f\w+/iu;

describe.each(Object.entries(BAD))('refused: %s', (group, placements) => {
  test.each(placements)('$name', async ({ sql, seen }) => {
    const query = await compile(sql);
    const errors = (await ground().guard(query)).diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(0);
    for (const { remedy, start, file } of errors) {
      expect(remedy).toMatch(/^[A-Z][^]*\.$/);
      expect(file?.text.slice(start).replace(/\p{Cf}/gu, '')).toMatch(MARKER);
    }
    expect(query.hooks.length === 0).toBe(seen === 'unspliced');
  });

  test('what is said', async () => {
    const said: string[] = [];
    for (const { name, sql } of placements) {
      said.push(`# ${name}`, ...(await ground().guard(await compile(sql))).diagnostics.map(formatDiagnostic), '');
    }
    await expect(said.join('\n')).toMatchFileSnapshot(`golden/${group.replaceAll(' ', '-')}.txt`);
  });
});
