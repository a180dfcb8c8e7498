import { expect, it } from 'vitest';
import { generate } from './generated.js';

it('a row without columns is an empty object', async () => {
  const made = await generate('CREATE TABLE things (id serial PRIMARY KEY); CREATE TABLE nothing ();', {
    'empty.sql': '-- name: ListNothing :many\nSELECT FROM things;\n\n-- name: ListNoColumns :many\nSELECT * FROM nothing;\n',
  });
  expect(made.file('empty.ts').match(/decode: .*/g)).toEqual(['decode: () => ({}),', 'decode: () => ({}),']);
  expect(made.typeErrors()).toEqual([]);
});
