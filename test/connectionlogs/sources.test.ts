import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as module from '../../generated/connectionlogs.js';
import * as main from '../../generated/index.js';
import * as runtime from '../../src/runtime/index.js';
import * as unfiltered from '../../generated/unfiltered.js';

it('keeps the shared query file byte for byte', () => {
  const bytes = readFileSync(new URL('../../queries/connectionlogs.sql', import.meta.url));
  expect(createHash('sha256').update(bytes).digest('hex')).toBe('4b5d122bcd40966c6a9b6e319b4e550eef71f4e6bb6023734581caedd3f7f141');
});

it('has the query without its guard behind a door of its own only', () => {
  expect(main).toHaveProperty('getAuthorizedConnectionLogsOffset');
  expect(main).not.toHaveProperty('getConnectionLogsOffset');
  // What a guarded module exports are functions that take a filter, and no definition that others could run.
  expect(Object.keys(module)).toEqual(['upsertConnectionLog', 'getAuthorizedConnectionLogsOffset'].sort());
  expect(Object.keys(runtime)).not.toContain('unfiltered');
  expect(Object.keys(unfiltered).sort()).toEqual(['countConnectionLogs', 'getConnectionLogsOffset']);
});
