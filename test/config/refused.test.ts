/**
 * One file a mistake, and beside it what the loader says of it. `npx vitest run test/config -u`
 * rewrites the expectations.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CompileError } from '../../src/diagnostic.js';
import { loadConfig } from '../../src/config/load.js';

const folder = join(import.meta.dirname, 'refused');
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

describe('a configuration that is refused', () => {
  it.each(files)('%s', async (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    await expect(`${problems(text)}\n`).toMatchFileSnapshot(join(folder, name.replace(/yaml$/, 'txt')));
  });
});

function problems(text: string): string {
  try {
    loadConfig({ path: '/project/sqlc.yaml', text, environment: {} });
  } catch (error) {
    if (error instanceof CompileError) return error.message;
    throw error;
  }
  throw new Error('the file was accepted');
}
