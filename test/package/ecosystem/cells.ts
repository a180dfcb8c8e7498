/** The matrix, a row for each kind of project. Versions are the newest that Node 20.19 runs, unless the row is about another Node. */
import { ANSWER, type Cell } from './cell.js';

const NODE_TYPES = ['@types/node@20', '@types/pg@8'] as const;
const SWC = ['@swc/core@1', '@swc/jest@0.2'] as const;

function tsconfig(compilerOptions: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify(
    { compilerOptions: { target: 'ES2022', strict: true, ...compilerOptions }, include: ['src'], ...more },
    undefined,
    2,
  );
}

const BUNDLER = tsconfig({ module: 'ESNext', moduleResolution: 'bundler', noEmit: true, lib: ['ES2022'] });

const JEST_TEST = `import { answer } from './service';

test('answers', async () => {
  const text = await answer();
  process.stdout.write(text + '\\n');
  expect(text).toBe(${JSON.stringify(ANSWER)});
});
`;

/** Next.js serves until it is stopped, so the one question is put by a program. */
const ASK_NEXT = `import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
const next = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
const timer = setTimeout(() => next.kill('SIGKILL'), 120_000);
try {
  let said = '';
  for await (const chunk of next.stdout) {
    said += chunk;
    if (said.includes('Ready')) break;
  }
  const response = await fetch('http://127.0.0.1:' + port + '/api');
  console.log(response.status, await response.text());
} finally {
  clearTimeout(timer);
  next.kill('SIGTERM');
}
`;

export const CELLS: readonly Cell[] = [
  // The slowest begins first.
  {
    name: 'Next.js 16, Turbopack',
    packages: ['next@16', 'react@19', 'react-dom@19', 'typescript@5.9', '@types/react@19', ...NODE_TYPES],
    files: {
      'tsconfig.json': tsconfig(
        {
          lib: ['dom', 'ES2022'],
          module: 'esnext',
          moduleResolution: 'bundler',
          noEmit: true,
          jsx: 'react-jsx',
          esModuleInterop: true,
          isolatedModules: true,
          resolveJsonModule: true,
          skipLibCheck: true,
          allowJs: true,
          incremental: true,
          plugins: [{ name: 'next' }],
        },
        { include: ['**/*.ts', '**/*.tsx', '.next/types/**/*.ts', '.next/dev/types/**/*.ts'], exclude: ['node_modules'] },
      ),
      'app/layout.tsx':
        'export default function Layout({ children }: { children: React.ReactNode }) {\n  return <html><body>{children}</body></html>;\n}\n',
      'app/page.tsx': 'export default function Page() {\n  return <p>notes</p>;\n}\n',
      'app/api/route.ts':
        "import { answer } from '../../src/service';\n\nexport const dynamic = 'force-dynamic';\n\nexport async function GET(): Promise<Response> {\n  return new Response(await answer());\n}\n",
      'ask.mjs': ASK_NEXT,
    },
    extension: 'none',
    commands: [
      ['next', 'build', '--turbopack'],
      ['node', 'ask.mjs'],
    ],
    environment: { NEXT_TELEMETRY_DISABLED: '1' },
  },
  {
    name: 'TypeScript 5.0, CommonJS, node10',
    packages: ['typescript@5.0', ...NODE_TYPES],
    files: {
      'tsconfig.json': tsconfig({ module: 'CommonJS', moduleResolution: 'node', lib: ['ES2022'], outDir: 'built', skipLibCheck: true }),
    },
    extension: 'none',
    commands: [
      ['tsc', '-p', '.'],
      ['node', 'built/main.js'],
    ],
  },
  {
    name: 'TypeScript 5.0, modules, node16',
    manifest: { type: 'module' },
    packages: ['typescript@5.0', ...NODE_TYPES],
    files: {
      'tsconfig.json': tsconfig({
        module: 'Node16',
        lib: ['ES2022'],
        outDir: 'built',
        declaration: true,
        verbatimModuleSyntax: true,
        skipLibCheck: true,
      }),
    },
    extension: 'js',
    commands: [
      ['tsc', '-p', '.'],
      ['node', 'built/main.js'],
    ],
  },
  {
    name: 'TypeScript 7, modules, nodenext, libraries checked',
    manifest: { type: 'module' },
    packages: ['typescript@7', ...NODE_TYPES],
    files: {
      'tsconfig.json': tsconfig({
        module: 'NodeNext',
        outDir: 'built',
        rootDir: 'src',
        declaration: true,
        verbatimModuleSyntax: true,
        exactOptionalPropertyTypes: true,
        types: [],
      }),
    },
    extension: 'js',
    commands: [
      ['tsc', '-p', '.'],
      ['node', 'built/main.js'],
    ],
  },
  {
    name: 'TypeScript 7, CommonJS, node16',
    packages: ['typescript@7', ...NODE_TYPES],
    files: { 'tsconfig.json': tsconfig({ module: 'Node16', outDir: 'built', rootDir: 'src', types: [] }) },
    extension: 'none',
    commands: [
      ['tsc', '-p', '.'],
      ['node', 'built/main.js'],
    ],
  },
  {
    name: 'NestJS 11',
    packages: ['@nestjs/common@11', '@nestjs/core@11', 'reflect-metadata@0.2', 'rxjs@7', 'typescript@5.9', ...NODE_TYPES],
    files: {
      'tsconfig.json': tsconfig({
        module: 'commonjs',
        emitDecoratorMetadata: true,
        experimentalDecorators: true,
        allowSyntheticDefaultImports: true,
        outDir: 'dist',
        skipLibCheck: true,
      }),
      'src/nest.ts': `import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { answer } from './service';

@Injectable()
class Notes {
  answer(): Promise<string> {
    return answer();
  }
}

@Module({ providers: [Notes] })
class AppModule {}

async function bootstrap(): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  console.log(await app.get(Notes).answer());
  await app.close();
}
void bootstrap();
`,
    },
    extension: 'none',
    commands: [
      ['tsc', '-p', '.'],
      ['node', 'dist/nest.js'],
    ],
  },
  {
    name: 'Jest 30, CommonJS',
    manifest: {
      jest: {
        testEnvironment: 'node',
        transform: {
          '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }],
        },
      },
    },
    packages: ['jest@30', ...SWC],
    files: { 'tsconfig.json': tsconfig({ module: 'commonjs' }), 'src/service.test.ts': JEST_TEST },
    extension: 'none',
    commands: [['jest']],
  },
  {
    name: 'Jest 30, modules',
    manifest: {
      type: 'module',
      jest: {
        testEnvironment: 'node',
        extensionsToTreatAsEsm: ['.ts'],
        transform: { '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } }] },
      },
    },
    packages: ['jest@30', ...SWC],
    files: { 'tsconfig.json': BUNDLER, 'src/service.test.ts': JEST_TEST },
    extension: 'none',
    commands: [['jest']],
    environment: { NODE_OPTIONS: '--experimental-vm-modules' },
  },
  {
    name: 'Vitest 4',
    manifest: { type: 'module' },
    packages: ['vitest@4'],
    files: { 'tsconfig.json': BUNDLER, 'src/service.test.ts': `import { expect, test } from 'vitest';\n${JEST_TEST}` },
    extension: 'none',
    commands: [['vitest', 'run']],
  },
  {
    name: 'esbuild, to a module with everything in it',
    manifest: { type: 'module' },
    packages: ['esbuild@0.28'],
    files: { 'tsconfig.json': BUNDLER },
    extension: 'none',
    // As for a function in a cloud, where nothing is installed; the driver's own require wants the banner.
    commands: [
      ['esbuild', 'src/main.ts', '--bundle', '--platform=node', '--format=esm', '--external:pg', '--outfile=out/main.mjs'],
      ['node', 'out/main.mjs'],
      [
        'esbuild',
        'src/main.ts',
        '--bundle',
        '--platform=node',
        '--format=cjs',
        '--external:pg-native',
        '--minify',
        '--outfile=alone/main.cjs',
      ],
      ['node', 'alone/main.cjs'],
    ],
  },
  {
    name: 'webpack 5',
    packages: ['webpack@5', 'webpack-cli@6', 'ts-loader@9', 'typescript@5.9', ...NODE_TYPES],
    files: {
      'tsconfig.json': tsconfig({ module: 'ESNext', moduleResolution: 'bundler', lib: ['ES2022'], skipLibCheck: true }),
      'webpack.config.js': `module.exports = {
  mode: 'production',
  target: 'node20',
  entry: './src/main.ts',
  resolve: { extensions: ['.ts', '.js'] },
  module: { rules: [{ test: /\\.ts$/, loader: 'ts-loader' }] },
  externals: { 'pg-native': 'commonjs pg-native' },
};
`,
    },
    extension: 'none',
    commands: [['webpack'], ['node', 'dist/main.js']],
  },
  {
    name: 'Vite 7, server build with everything in it',
    manifest: { type: 'module' },
    packages: ['vite@7'],
    files: {
      'tsconfig.json': tsconfig({ module: 'ESNext', moduleResolution: 'bundler', allowImportingTsExtensions: true, noEmit: true }),
      'vite.config.js': "export default { ssr: { noExternal: ['sqlward'] }, build: { ssr: 'src/main.ts', outDir: 'out' } };\n",
    },
    extension: 'ts',
    commands: [
      ['vite', 'build'],
      ['node', 'out/main.js'],
    ],
  },
  {
    name: 'Bun',
    manifest: { type: 'module', trustedDependencies: ['bun'] },
    packages: ['bun@1'],
    files: { 'tsconfig.json': BUNDLER },
    extension: 'none',
    commands: [['bun', 'run', 'src/main.ts']],
  },
  {
    name: 'Deno',
    packages: ['deno@2'],
    files: { 'deno.json': '{ "nodeModulesDir": "manual" }\n' },
    extension: 'ts',
    commands: [['deno', 'run', '--allow-all', '--cached-only', 'src/main.ts']],
    environment: { DENO_NO_UPDATE_CHECK: '1' },
  },
  {
    name: 'Node 22, its own type stripping',
    manifest: { type: 'module' },
    packages: ['node@22'],
    files: {
      'tsconfig.json': tsconfig({
        module: 'nodenext',
        rewriteRelativeImportExtensions: true,
        erasableSyntaxOnly: true,
        verbatimModuleSyntax: true,
        noEmit: true,
      }),
    },
    extension: 'ts',
    commands: [['node', 'src/main.ts']],
  },
];
