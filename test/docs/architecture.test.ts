/** docs/architecture.md and the lint rule list the same floors, in the same order. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const LINT = readFileSync('eslint.config.js', 'utf8');
const PAGE = readFileSync('docs/architecture.md', 'utf8');

function floors(name: string): readonly string[] {
  const list = new RegExp(`const ${name} = \\[([^\\]]*)\\]`).exec(LINT)?.[1] ?? '';
  return [...list.matchAll(/'src\/([^']+)'/g)].map(([, path = '']) => path);
}

const rows = [...PAGE.matchAll(/^\| `([\w/.-]+)` \|/gm)].map(([, path = '']) => path);

it('every floor of the compiler has its row, from the top down', () => {
  const compiler = floors('COMPILE_TIME');
  expect(compiler.length).toBeGreaterThan(20);
  expect(rows.filter((row) => compiler.includes(row))).toEqual(compiler);
});

it('every room that a row names is there', () => {
  expect(rows.filter((row) => !existsSync(`src/${row}`))).toEqual([]);
});
