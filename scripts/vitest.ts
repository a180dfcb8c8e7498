/** The tests under other circumstances than the machine's own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './npm-binary.js';

/** Whether `vitest run` passes with these arguments, on this Node. */
export function testsPass(args: readonly string[], environment: NodeJS.ProcessEnv, node = process.execPath): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const vitest = spawn(node, [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args], {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      stdio: 'inherit',
    });
    vitest.once('error', reject);
    vitest.once('exit', (code) => resolve(code === 0));
  });
}
