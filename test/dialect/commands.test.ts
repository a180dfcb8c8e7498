import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/compiler/dialect/index.js';
import * as runtime from '../../src/runtime/index.js';

test.for(Object.entries(COMMANDS))(':%s is run by functions that the run time has', ([, { takes, runs }]) => {
  for (const sure of [false, true]) {
    const name = runs(sure);
    expect(runtime).toHaveProperty(name, expect.any(Function));
    // A guarded query is never copied: :copyfrom has no place for a hook.
    if (takes === 'rows') continue;
    expect(runtime.authorized).toHaveProperty(name, expect.any(Function));
  }
});
