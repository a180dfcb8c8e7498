/** Every configuration that the documentation shows is one that the loader accepts. */
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { codeBlocks } from './code-blocks.js';

const blocks = codeBlocks('yaml');

describe('YAML blocks', () => {
  it.each(blocks.map((block) => [block.place, block.code] as const))('%s', (_, text) => {
    const config = loadConfig({ path: '/project/sqlc.yaml', text, environment: { SERVER_URL: 'postgres://localhost/postgres' } });
    expect(config.projects).toHaveLength(1);
    expect(config.notes).toEqual([]);
  });
});
