/** The rule that `sqlward/eslint` brings, with every spelling of an import that code can have. */
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { noUnfiltered } from '../../src/eslint/index.js';

const linter = new Linter();

function problems(code: string, ...configs: readonly Linter.Config[]): readonly string[] {
  const parser: Linter.Config = { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser, sourceType: 'module' } };
  return linter.verify(code, [parser, ...configs], { filename: 'src/service.ts' }).map(({ ruleId, message }) => ruleId ?? message);
}

const SPECIFIERS = [
  'sqlward/unfiltered',
  '@sqlward/connection-logs/unfiltered',
  './db/unfiltered',
  './db/unfiltered.js',
  './db/unfiltered.ts',
  './db/unfiltered.mjs',
  './db/unfiltered.cjs',
  './db/unfiltered.mts',
  './db/unfiltered.tsx',
  './db/unfiltered.d.ts',
  '../unfiltered',
  './unfiltered/index.js',
  '../../generated/unfiltered.js',
  '#unfiltered',
  '#db/unfiltered',
  '@/unfiltered',
  '~/db/unfiltered',
  'file:///srv/db/unfiltered.js',
  './db/unfiltered.js?v=1',
  './db/%75nfiltered.js',
  './db/Unfiltered.js',
  './db//unfiltered.js',
  'raw-loader!./db/unfiltered',
];
const SPELLINGS: readonly ((specifier: string) => string)[] = [
  (from) => `import { getThings } from '${from}';`,
  (from) => `import getThings from "${from}";`,
  (from) => `import * as bare from '${from}';`,
  (from) => `import '${from}';`,
  (from) => `import type { getThings } from '${from}';`,
  (from) => `import { type Things, getThings } from '${from}';`,
  (from) => `export { getThings } from '${from}';`,
  (from) => `export * from '${from}';`,
  (from) => `export * as bare from '${from}';`,
  (from) => `export type { Things } from '${from}';`,
  (from) => `const bare = await import('${from}');`,
  (from) => `const bare = await import(\`${from}\`);`,
  (from) => `const { getThings } = (await import("${from}")) as Bare;`,
  (from) => `void import('${from}').then(({ getThings }) => getThings);`,
  (from) => `const bare = await import('${from.slice(0, -3)}' + '${from.slice(-3)}');`,
  (from) => `const path = '${from}';\nconst load = async () => import(path);`,
  (from) => `const bare = await import(production ? './db/index.js' : '${from}');`,
  (from) => `const bare = await import(new URL('${from}', import.meta.url).href);`,
  (from) => `const bare = require('${from}');`,
  (from) => `const { getThings } = require(\`${from}\`);`,
  (from) => `const bare = module.require('${from}');`,
  (from) => `const bare = require?.('${from}');`,
  (from) => `const path = require.resolve('${from}');`,
  (from) => `const path = import.meta.resolve('${from}');`,
  (from) => `import { createRequire } from 'node:module';\nconst load = createRequire(import.meta.url);\nload('${from}');`,
  (from) => `createRequire(import.meta.url)('${from}');`,
  (from) => `import { createRequire as make } from 'node:module';\nconst load = make(import.meta.url);\nload('${from}');`,
  (from) => `const load = require;\nload('${from}');`,
  (from) => `(0, require)('${from}');`,
  (from) => `require.call(null, '${from}');`,
  (from) => `require.bind(module)('${from}');`,
  (from) => `const lists = import.meta.glob('${from}');`,
  (from) => `const bare = jest.requireActual('${from}');`,
  (from) => `const bare = await vi.importActual<typeof import('x')>('${from}');`,
  (from) => `import bare = require('${from}');`,
  (from) => `export import bare = require('${from}');`,
  (from) => `type Bare = typeof import('${from}');`,
];

describe.each(SPECIFIERS)('%s', (from) => {
  it.each(SPELLINGS.map((spell) => [spell(from)]))('is refused in %s', (code) => {
    expect(problems(code, noUnfiltered)).toEqual(['sqlward/no-unfiltered']);
  });
});

it.each([
  "import { getThings } from './db/index.js';",
  "import { unfiltered } from './lists.js';",
  "import { all } from './unfiltered-lists.js';",
  "import { all } from './lists-unfiltered.js';",
  "import { all } from 'prefiltered/index.js';",
  "import { all } from './unfiltered.json.js';",
  "const bare = await import('./db/' + name);",
  "fetch('/api/unfiltered');",
  "const label = 'sqlward/unfiltered';",
  "app.get('/unfiltered', handler);",
  "require('./lists').unfiltered();",
  'const a = b, b = a; void import(a);',
  "import { load } from './loading.js'; load('./db/unfiltered.js');",
  "const path = 'x'; { const path = 'y'; void import(path); }",
])('%s is no import of one', (code) => {
  expect(problems(code, noUnfiltered)).toEqual([]);
});

it('lets through the files that its config ignores, and says what is behind the door', () => {
  const code = "import { getThings } from './db/unfiltered.js';";
  expect(problems(code, { ...noUnfiltered, ignores: ['src/service.ts'] })).toEqual([]);
  expect(problems(code, { ...noUnfiltered, files: ['src/**/*.ts'] })).toEqual(['sqlward/no-unfiltered']);
  const [problem] = linter.verify(code, [noUnfiltered]);
  expect(problem).toMatchObject({
    line: 1,
    severity: 2,
    message: expect.stringContaining('"./db/unfiltered.js" holds guarded queries without their guard'),
  });
});

it('is a config for ESLint and for typescript-eslint', () => {
  expectTypeOf(noUnfiltered).toExtend<Linter.Config>();
  expect(() => tseslint.config(noUnfiltered)).not.toThrow();
});
