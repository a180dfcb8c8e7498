/** One file a mistake: the configuration, and what the loader says of it. */
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { CompileError } from '../../src/diagnostic.js';
import { loadConfig } from '../../src/config/load.js';
import { caseInput, caseNames, holdCase } from '../support/case-file.js';

const folder = join(import.meta.dirname, 'refused');

describe('a configuration that is refused', () => {
  it.each(caseNames(folder))('%s', async (name) => {
    const text = caseInput(folder, name);
    await holdCase(folder, name, text, { refused: `${problems(text)}\n` });
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
