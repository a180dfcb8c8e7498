/** Every dependency of the repository has a line with its reason in the README, and no other has. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { root } from './code-blocks.js';

it('every dependency has its reason in the README', () => {
  const { devDependencies } = z
    .object({ devDependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const section = /^## Dependencies\n([\s\S]*?)^## /m.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? '';
  const explained = [...section.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap((row) =>
    [...(row[1] ?? '').matchAll(/`([^`]+)`/g)].map((name) => name[1] ?? ''),
  );
  const named = (name: string): boolean =>
    explained.some((one) => one === name || (one.endsWith('*') && name.startsWith(one.slice(0, -1))));
  expect(Object.keys(devDependencies).filter((name) => !named(name))).toEqual([]);
  expect(explained.filter((one) => !one.endsWith('*') && !(one in devDependencies))).toEqual([]);
});
