/** Guarded statements as the generator would write them, on a schema with something to hide. */
import { authorized, type GuardedDefinition } from '../../src/runtime/index.js';

export const SCHEMA = `
  CREATE TABLE documents (
    id int PRIMARY KEY,
    tenant text NOT NULL,
    title text NOT NULL,
    tags jsonb NOT NULL DEFAULT '{}',
    hidden boolean,
    owner_id int
  );
  CREATE TABLE owners (id int PRIMARY KEY, tenant text NOT NULL);
  CREATE TABLE secrets (id int PRIMARY KEY, title text NOT NULL);
  INSERT INTO owners VALUES (1, 'a'), (2, 'b');
  INSERT INTO documents VALUES
    (1, 'a', 'one', '{"public": true}', false, 1),
    (2, 'a', 'two', '{"draft": true}', NULL, 1),
    (3, 'b', 'three', '{"public": true}', true, 2),
    (4, 'c', 'four', '{}', false, NULL),
    (5, 'a', 'five', '{}', false, NULL);
  INSERT INTO secrets VALUES (99, 'secret');
`;

function definition(
  name: string,
  command: string,
  text: readonly string[],
  parameters: number,
): GuardedDefinition<readonly string[], string> {
  return {
    name: `Get${name}`,
    authorizedName: `GetAuthorized${name}`,
    command,
    source: `queries/${name.toLowerCase()}.sql:1`,
    text,
    parameters,
    columns: [],
    bind: (params) => params,
    decode: (row) => String(row[0]),
  };
}

/** Ids of the documents below a bound, by id: 1, 2, 3 and 4 for `['5']`, so the statement's own condition hides 5. */
export const DOCUMENTS = definition('Documents', 'many', ['\nSELECT id FROM documents WHERE id < $1::int\n', '\nORDER BY id'], 1);
export const getDocuments = authorized.many(DOCUMENTS);

export const countDocuments = authorized.one(
  definition('Count', 'one', ['\nSELECT count(*) FROM (SELECT 1 FROM documents WHERE true ', ' LIMIT $1::int) t'], 1),
);

export const getBoth = authorized.many(
  definition(
    'Both',
    'many',
    ['\nSELECT id FROM documents WHERE id < $1::int ', '\nUNION ALL SELECT -id FROM documents WHERE id < $1::int ', '\nORDER BY 1'],
    1,
  ),
);

export const getJoined = authorized.many(
  definition(
    'Joined',
    'many',
    ['\nSELECT documents.id FROM documents JOIN owners ON owners.id = owner_id WHERE documents.id < $1::int ', ' ORDER BY 1'],
    1,
  ),
);

export const renameDocuments = authorized.execRows(
  definition('Renamed', 'execrows', ['\nUPDATE documents SET title = $1 WHERE true ', ''], 1),
);

export const deleteDocuments = authorized.many(
  definition('Deleted', 'many', ['\nDELETE FROM documents WHERE id < $1::int ', ' RETURNING id'], 1),
);
