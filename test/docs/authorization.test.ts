/** The examples of `docs/authorization.md` are judged as the page says. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compile, useGuardGround } from '../guard/compile.js';
import { SCHEMA } from '../guard/schema.js';

const PAGE = readFileSync(new URL('../../docs/authorization.md', import.meta.url), 'utf8');

const ground = useGuardGround(SCHEMA);

function examples(kind: string): readonly string[] {
  const block = new RegExp(`<!-- ${kind} -->\n\`\`\`sql\n([^]*?)\`\`\``).exec(PAGE)?.[1] ?? '';
  return block.split(/;\n+/).filter((sql) => sql.trim() !== '');
}

test('what compiles', async () => {
  const found = examples('accepted');
  expect(found).toHaveLength(8);
  for (const sql of found) expect((await ground().guard(await compile(sql))).diagnostics, sql).toEqual([]);
});

test('what does not', async () => {
  const found = examples('refused');
  expect(found).toHaveLength(9);
  for (const sql of found) expect((await ground().guard(await compile(sql))).diagnostics, sql).toHaveLength(1);
});
