/** The lint rules that keep the architecture: each is shown a file that breaks it, and one that does not. */
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { root } from '../docs/code-blocks.js';

// No wall needs to know types, for which the whole repository would be read.
const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] });

/** The rules that a text breaks when it stands in place of a file of the repository. */
async function broken(filePath: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

const uses = (name: string, from: string): string => `import { ${name} } from '${from}';\nexport const used = ${name};\n`;

describe('the walls', () => {
  it.each([
    ['run time to compiler', 'src/runtime/run.ts', uses('splitQueries', '../compiler/dialect/index.js'), 'import-x/no-restricted-paths'],
    ['run time to the database', 'src/runtime/run.ts', uses('openDatabase', '../database/index.js'), 'import-x/no-restricted-paths'],
    ['a room by another way than its door', 'src/runtime/run.ts', uses('applyEdits', '../sql/edits.js'), 'import-x/no-restricted-paths'],
    ['adapter to compiler', 'src/adapters/opa.ts', uses('splitQueries', '../compiler/dialect/index.js'), 'import-x/no-restricted-paths'],
    ['run time to a dev dependency', 'src/runtime/run.ts', uses('parse', 'yaml'), 'import-x/no-extraneous-dependencies'],
    ['compiler to run time', 'src/compiler/dialect/split.ts', uses('many', '../../runtime/index.js'), 'import-x/no-restricted-paths'],
    ['lexer to anything', 'src/sql/lexer.ts', uses('splitQueries', '../compiler/dialect/index.js'), 'import-x/no-restricted-paths'],
    ['upwards', 'src/compiler/dialect/split.ts', uses('emit', '../emit/index.js'), 'import-x/no-restricted-paths'],
    [
      'upwards, by type only',
      'src/database/describe.ts',
      "import type { Command } from '../compiler/dialect/index.js';\nexport type Used = Command;\n",
      'import-x/no-restricted-paths',
    ],
    [
      'a stage to the file that composes them',
      'src/compiler/emit/query.ts',
      uses('compileQuery', '../compile-query.js'),
      'import-x/no-restricted-paths',
    ],
    ['process in the library', 'src/project.ts', 'export const path = process.cwd();\n', 'no-restricted-globals'],
    ['process by another name', 'src/project.ts', uses('cwd', 'node:process'), 'no-restricted-imports'],
    ['printing in the library', 'src/project.ts', "console.log('');\n", 'no-console'],
    ['a function of 61 lines', 'src/project.ts', `export function long(): void {${'\n'.repeat(60)}}\n`, 'max-lines-per-function'],
    [
      'a caller without a filter',
      'scripts/demo.ts',
      uses('getConnectionLogsOffset', '../generated/unfiltered.js'),
      'no-restricted-imports',
    ],
    [
      'the unfiltered entry by its name',
      'src/project.ts',
      uses('getConnectionLogsOffset', '@sqlward/connection-logs/unfiltered'),
      'no-restricted-imports',
    ],
    [
      'a cast through unknown',
      'src/project.ts',
      'export const one = (text: string): number => text as unknown as number;\n',
      'no-restricted-syntax',
    ],
    [
      'a non-null assertion',
      'src/project.ts',
      'export const first = (list: string[]): string => list[0]!;\n',
      '@typescript-eslint/no-non-null-assertion',
    ],
    ['an any', 'src/project.ts', 'export const one = (value: any): void => void value;\n', '@typescript-eslint/no-explicit-any'],
  ])('%s is refused', async (_, file, text, rule) => {
    expect(await broken(file, text)).toContain(rule);
  });

  it.each([
    ['run time to the lexer', 'src/runtime/run.ts', "import type { Token } from '../sql/index.js';\nexport type Used = Token;\n"],
    [
      'a stage to what lies below it',
      'src/compiler/emit/query.ts',
      "import type { AnnotatedQuery } from '../dialect/index.js';\nexport type Used = AnnotatedQuery;\n",
    ],
    ['a script that prints', 'scripts/demo.ts', 'console.log(process.version);\n'],
  ])('%s is allowed', async (_, file, text) => {
    expect(await broken(file, text)).toEqual([]);
  });
});
