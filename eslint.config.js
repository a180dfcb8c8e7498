import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import js from '@eslint/js';
import { createNodeResolver, flatConfigs, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** What a service's process loads. */
const RUN_TIME = ['src/runtime/**', 'src/adapters/**', 'src/drivers/**', 'src/eslint/**', 'generated/**'];

/**
 * The house, from the top floor down. A floor imports what lies below it, and enters a room only by
 * one of its doors: a file of its own on this list, or an `index.ts`.
 */
const COMPILE_TIME = [
  'src/cli',
  'src/project.ts',
  'src/project-database.ts',
  'src/reports',
  'src/compiler/compile-query.ts',
  'src/compiler/assemble-query.ts',
  'src/compiler/emit',
  'src/compiler/guard',
  'src/compiler/embeds',
  'src/compiler/identities',
  'src/compiler/types',
  'src/compiler/parameters',
  'src/compiler/names',
  'src/compiler/casts',
  'src/compiler/query.ts',
  'src/compiler/json-shape.ts',
  'src/compiler/analysis',
  'src/compiler/dialect',
  'src/compiler/parse.ts',
  'src/database',
  'src/config',
  'src/catalog',
  'src/diagnostic.ts',
  'src/edit-distance.ts',
  'src/group-by.ts',
  'src/sql',
];
const SERVICE = ['src/drivers', 'src/adapters', 'src/observers', 'src/runtime', 'src/sql'];

function doorsOf(place) {
  if (place.endsWith('.ts')) return [place];
  if (!existsSync(join(import.meta.dirname, place))) return [];
  const inside = readdirSync(join(import.meta.dirname, place), { recursive: true, encoding: 'utf8' });
  return inside.filter((path) => /(?:^|[\\/])index\.ts$/.test(path)).map((path) => `${place}/${path.replaceAll('\\', '/')}`);
}

/** For each floor, all of `src` is closed but the floor itself and the doors below it. */
function floors(tower) {
  return tower.map((place, floor) => ({
    target: `./${place}`,
    from: './src',
    except: [place, ...tower.slice(floor + 1).flatMap(doorsOf)].map((path) => `./${path.slice('src/'.length)}`),
    message: 'Imports point downwards, and enter a room by its door (see the floors in eslint.config.js).',
  }));
}

/** Only the guarded functions without their guard are behind this door. */
const UNFILTERED = {
  group: ['@sqlward/connection-logs/unfiltered', '**/unfiltered.js'],
  message: 'These functions run without an authorization filter.',
};

const NO_DOUBLE_CAST = {
  selector: 'TSAsExpression > TSAsExpression > TSUnknownKeyword',
  message: 'Narrow with a guard, or make the state unrepresentable.',
};

const SIDE_EFFECTS = 'Only the command line and scripts print, exit, or touch the process.';

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'coverage/', 'reports/', '.stryker-tmp/', 'test/package/project/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  flatConfigs.typescript,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({ extensionAlias: { '.js': ['.ts', '.js'] }, conditionNames: ['node', 'import', 'types'] }),
      ],
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // An interface's method may be asynchronous in one implementation and not in another.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-type-arguments': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      // The lexer compares characters with the names of their codes.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      // A template that joins numbers is how SQL and messages are written here.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allow: [{ name: ['Error', 'URL'], from: 'lib' }] },
      ],
      'no-restricted-syntax': ['error', NO_DOUBLE_CAST],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-self-import': 'error',
      'import-x/no-duplicates': 'error',
    },
  },
  {
    files: ['src/**', 'generated/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-globals': ['error', { name: 'process', message: SIDE_EFFECTS }],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'node:process', message: SIDE_EFFECTS },
            { name: 'process', message: SIDE_EFFECTS },
          ],
          patterns: [UNFILTERED],
        },
      ],
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: import.meta.dirname,
          zones: [...floors(COMPILE_TIME), ...floors(SERVICE)],
        },
      ],
    },
  },
  { files: ['src/**'], rules: { 'max-lines-per-function': ['error', { max: 60, skipBlankLines: false, skipComments: false }] } },
  {
    // The package has no dependency but its peers; what the compiler needs is a dev dependency.
    files: RUN_TIME,
    rules: { 'import-x/no-extraneous-dependencies': ['error', { devDependencies: false, peerDependencies: true, includeTypes: true }] },
  },
  {
    files: ['src/cli/**'],
    rules: { 'no-console': 'off', 'no-restricted-globals': 'off', 'no-restricted-imports': ['error', { patterns: [UNFILTERED] }] },
  },
  // Generated files ask to be left alone by the linters of those who check them in.
  { files: ['generated/**'], linterOptions: { reportUnusedDisableDirectives: 'off' } },
  {
    // The demo and the services that read the README are callers: they go through the filter.
    files: ['scripts/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [UNFILTERED] }] },
  },
  {
    // An example is a service: it sees what a service installs.
    files: ['examples/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [UNFILTERED, { group: ['**/src/**', '**/generated/**'], message: 'Import the packages.' }] },
      ],
    },
  },
  {
    files: ['test/**'],
    rules: {
      // Tests hand over what does not compile, and look at what comes back.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', package: 'vitest', name: ['expectTypeOf'] }] },
      ],
    },
  },
  { files: ['**/*.js', '**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
  {
    files: ['scripts/**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', performance: 'readonly', process: 'readonly', setTimeout: 'readonly' } },
  },
);
