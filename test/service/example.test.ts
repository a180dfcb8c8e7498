/** `npm run example`: a process that needs nothing, says where it listens, answers, and ends in order. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

it('runs on a database of its own, with made-up logs, and ends when it is told to', async () => {
  const { DATABASE_URL: _, ...environment } = process.env;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'examples/connection-logs/main.ts', '--logs', '60', '--port', '0', '--policy', 'opa', '--quiet'],
    {
      cwd: ROOT,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let printed = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const found = /(http:\/\/127\.0\.0\.1:\d+)\//.exec(printed)?.[1];
      if (found !== undefined && printed.includes('openapi.json')) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`it ended with ${String(code)}: ${printed}`)));
  });
  expect(printed).toContain('the page, as owner, auditor, guest');
  const count = async (viewer: string): Promise<unknown> => {
    const response = await fetch(`${address}/api/v2/connectionlog?limit=1`, { headers: { authorization: `Bearer ${viewer}` } });
    return ((await response.json()) as { count: number }).count;
  };
  expect(await count('owner')).toBe(60);
  expect(await count('guest')).toBe(0);
  expect(await (await fetch(address)).text()).toContain('<h1>Connection logs</h1>');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});
