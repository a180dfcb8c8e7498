/** Each of our answers in docs/soundness.md is what the compiler says, and what comes back when the query runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeCases, type Case } from '../nullability/cases.js';
import { codeBlocks, root } from './code-blocks.js';

const page = readFileSync(join(root, 'docs', 'soundness.md'), 'utf8');
const schema = codeBlocks('sql').find(({ place }) => place.startsWith('docs/soundness.md'))?.code ?? '';

/** Arguments of the queries that take some, by the type that they are cast to. */
const VALUES: Readonly<Record<string, unknown>> = { '$1::int[]': [1], $1: 1 };

const cases = page.split('\n').flatMap((line): Case[] => {
  const cells = line.split(/ (?<!\\)\| |^\| | \|$/);
  const [, query = '', , , , ours = ''] = cells;
  const sql = /^`(SELECT|WITH) .*`$/.test(query) ? query.slice(1, -1).replaceAll('\\|', '|') : undefined;
  if (sql === undefined) return [];
  const value = Object.entries(VALUES).find(([written]) => sql.includes(written));
  return [[sql, ours.replaceAll('`', ''), value ? { values: [value[1]] } : {}]];
});

test('the page has its cases', () => {
  expect(schema).toContain('CREATE TABLE');
  expect(cases.length).toBeGreaterThan(25);
});

describeCases('the cases of the page', cases, schema);
