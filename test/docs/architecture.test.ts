/** docs/architecture.md and the lint rule list the same floors, in the same order; and what the pages for contributors name is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

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

describe('every file and folder is there that a page for contributors names', () => {
  const files = filesOf(['src', 'test', 'scripts']);
  const pages = ['CONTRIBUTING.md', 'docs/architecture.md', ...files.filter((path) => /^src\/.*\/README\.md$/.test(path))];

  it.each(pages)('%s', (page) => {
    const named = [...readFileSync(page, 'utf8').matchAll(/`((?:src|test|scripts)\/[\w./-]+|[\w/-]+(?:\.test)?\.ts)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.filter((path) => !existsSync(path) && !files.some((file) => file.endsWith(`/${path}`)))).toEqual([]);
  });
});

function filesOf(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}
