/**
 * `npm run check`: everything that must hold before a commit, each step run to its end, and one verdict.
 * `--without-tests` is for a caller that has just run `npm test`.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

interface Step {
  readonly name: string;
  /** A binary of `node_modules` and its arguments. */
  readonly command: readonly [string, ...string[]];
}

/** The folders of `dist`, and which of TypeScript's ways to resolve a package must find its types. */
const PACKAGES = [
  { folder: 'sqlward', profile: 'strict' },
  { folder: 'connection-logs', profile: 'strict' },
  { folder: 'cli', profile: 'esm-only' },
];

const STEPS: readonly Step[] = [
  { name: 'types', command: ['tsc', '-p', '.', '--noEmit'] },
  { name: "types of the example's page", command: ['tsc', '-p', 'examples/connection-logs/page', '--noEmit'] },
  { name: 'format', command: ['prettier', '--check', '.', '--log-level', 'warn'] },
  { name: 'lint', command: ['eslint', '.', '--max-warnings', '0'] },
  { name: 'generated code is up to date', command: ['tsx', 'src/cli/bin.ts', 'check'] },
  { name: 'build', command: ['tsx', 'scripts/build.ts'] },
  ...PACKAGES.flatMap(({ folder, profile }): Step[] => [
    { name: `exports of ${folder}`, command: ['publint', `dist/${folder}`, '--strict'] },
    { name: `types of ${folder}`, command: ['attw', '--pack', `dist/${folder}`, '--profile', profile] },
  ]),
  // Last, so that what failed stands right above the verdict.
  { name: 'tests', command: ['vitest', 'run', '--typecheck'] },
];

const { values } = parseArgs({ options: { 'without-tests': { type: 'boolean', default: false } } });
const root = join(import.meta.dirname, '..');
const results: { readonly name: string; readonly passed: boolean; readonly seconds: number }[] = [];
for (const step of STEPS.filter(({ name }) => !(values['without-tests'] && name === 'tests'))) {
  console.log(`\n— ${step.name}`);
  const started = performance.now();
  const passed = (await run(step.command)) === 0;
  results.push({ name: step.name, passed, seconds: (performance.now() - started) / 1000 });
}

console.log('');
for (const { name, passed, seconds } of results)
  console.log(`${passed ? 'passed' : 'FAILED'}  ${seconds.toFixed(1).padStart(6)} s  ${name}`);
const failed = results.filter(({ passed }) => !passed).length;
console.log(`check: ${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function run([binary, ...args]: Step['command']): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, 'node_modules', '.bin', binary), args, {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
