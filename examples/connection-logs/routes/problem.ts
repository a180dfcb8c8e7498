/** What a caller is told of a request that cannot be answered: problems by field, and never an error of PostgreSQL's. */
import type { Problem } from '../search/parse.js';

/** Thrown by a route; becomes a 400 with every problem. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';

  constructor(readonly problems: readonly Problem[]) {
    super('the request is not valid');
  }
}

export const PROBLEMS = {
  $id: 'Problems',
  type: 'object',
  required: ['message', 'validations'],
  additionalProperties: false,
  properties: {
    message: { type: 'string' },
    validations: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'detail'],
        additionalProperties: false,
        properties: { field: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
} as const;
