import js from '@eslint/js';
import { createNodeResolver, flatConfigs, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** What a service's process loads. */
const RUN_TIME = ['src/runtime/**', 'src/adapters/**', 'src/index.ts', 'src/unfiltered.ts', 'generated/**'];

/**
 * The compiler's stages, a file or a folder each. One may name another's types, which are what the
 * stages exchange, and calls none: `src/pipeline.ts` and `src/generate.ts` do.
 */
const STAGES = ['split', 'rewrite', 'guard', 'nullability', 'cardinality', 'parameters', 'validate', 'analyze', 'review', 'shape', 'emit'];

function callsNoOtherStage(stage, toCompiler) {
  const others = STAGES.filter((other) => other !== stage).join('|');
  const message = 'A stage does not call another one: the pipeline composes them.';
  const patterns = [{ regex: `^${toCompiler}(?:${others})(?:/|\\.js$)`, allowTypeImports: true, message }];
  return { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] };
}

/** Only the guarded functions without their guard are behind this door. */
const UNFILTERED = {
  group: ['sqlward/unfiltered', '**/unfiltered.js'],
  message: 'These functions run without an authorization filter.',
};

const NO_DOUBLE_CAST = {
  selector: 'TSAsExpression > TSAsExpression > TSUnknownKeyword',
  message: 'Narrow with a guard, or make the state unrepresentable.',
};

const SIDE_EFFECTS = 'Only scripts print, exit, or touch the process.';

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
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }],
      // The lexer compares characters with the names of their codes.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      // A template that joins numbers is how SQL and messages are written here.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true, allow: [{ name: ['Error', 'URL'], from: 'lib' }] }],
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
        { paths: [{ name: 'node:process', message: SIDE_EFFECTS }, { name: 'process', message: SIDE_EFFECTS }], patterns: [UNFILTERED] },
      ],
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: import.meta.dirname,
          zones: [
            {
              target: './src/sql',
              from: './src',
              except: ['./sql'],
              message: 'The lexer is the ground floor: it stands on nothing.',
            },
            {
              target: ['./src/runtime', './src/adapters'],
              from: './src',
              except: ['./runtime', './adapters', './sql/lexer.ts'],
              message: 'The run time imports nothing of compile time but the lexer.',
            },
            {
              target: ['./src/compiler', './src/database', './src/config', './src/project.ts'],
              from: ['./src/runtime', './src/adapters', './generated'],
              message: 'Compile time imports nothing of the run time.',
            },
            {
              target: './src/compiler',
              from: './src',
              except: ['./compiler', './sql', './database/catalog.ts', './database/description.ts', './config/config.ts'],
              message: 'A stage takes what it needs as a value; the pipeline composes.',
            },
          ],
        },
      ],
    },
  },
  ...STAGES.flatMap((stage) => [
    { files: [`src/compiler/${stage}.ts`], rules: callsNoOtherStage(stage, '\\./') },
    { files: [`src/compiler/${stage}/**`], rules: callsNoOtherStage(stage, '(?:\\.\\./)+') },
  ]),
  {
    // The package has no dependency but its peers; what the compiler needs is a dev dependency.
    files: RUN_TIME,
    rules: { 'import-x/no-extraneous-dependencies': ['error', { devDependencies: false, peerDependencies: true, includeTypes: true }] },
  },
  { files: ['src/unfiltered.ts'], rules: { 'no-restricted-imports': 'off' } },
  // Generated files ask to be left alone by the linters of those who check them in.
  { files: ['generated/**'], linterOptions: { reportUnusedDisableDirectives: 'off' } },
  {
    // The demo and the services that read the README are callers: they go through the filter.
    files: ['scripts/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [UNFILTERED] }] },
  },
  {
    files: ['test/**'],
    rules: {
      // Tests hand over what does not compile, and look at what comes back.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [{ from: 'package', package: 'vitest', name: ['expectTypeOf'] }] }],
    },
  },
  { files: ['**/*.js', '**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
  { files: ['scripts/**/*.mjs'], languageOptions: { globals: { console: 'readonly', performance: 'readonly', process: 'readonly', setTimeout: 'readonly' } } },
);
