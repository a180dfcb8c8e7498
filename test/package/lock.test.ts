/**
 * `npm ci` refuses a lock that leaves out a dependency, a platform's build of an optional one
 * included; where it was made does not matter then.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { root } from './pack.js';

const ranges = z.record(z.string(), z.string()).default({});
const lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), dependencies: ranges, optionalDependencies: ranges, devDependencies: ranges }),
  ),
});

it('the lock has every dependency of every package', () => {
  const { packages } = lock.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const missing = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies, devDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies, ...(path === '' ? devDependencies : {}) })
      .filter((name) => !reaches(path, name))
      .map((name) => `${path} → ${name}`),
  );
  expect(missing).toEqual([]);

  /** As Node looks a package up: beside the one that asks, then in each folder above it. */
  function reaches(from: string, name: string): boolean {
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
      if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]?.version !== undefined) return true;
      if (!folder.includes('/node_modules/')) return folder !== '' && packages[`node_modules/${name}`]?.version !== undefined;
    }
  }
});
