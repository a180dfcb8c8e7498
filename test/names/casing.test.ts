import fc from 'fast-check';
import { expect, test } from 'vitest';
import { camelCase, lowerFirst, pascalCase, snakeCase, spellNames, uniqueNames } from '../../src/compiler/names/casing.js';

test.for<[name: string, camel: string, pascal: string, snake: string]>([
  ['organization_id', 'organizationId', 'OrganizationId', 'organization_id'],
  ['id', 'id', 'Id', 'id'],
  ['FooBar', 'fooBar', 'FooBar', 'foo_bar'],
  ['fooBar', 'fooBar', 'FooBar', 'foo_bar'],
  ['URL', 'url', 'URL', 'url'],
  ['URLPath', 'urlPath', 'URLPath', 'url_path'],
  ['spotify_URL', 'spotifyURL', 'SpotifyURL', 'spotify_url'],
  ['user_ID', 'userID', 'UserID', 'user_id'],
  ['column_1', 'column1', 'Column1', 'column_1'],
  ['address2', 'address2', 'Address2', 'address2'],
  ['2fa_enabled', '_2faEnabled', '_2faEnabled', '_2fa_enabled'],
  ['_private', 'private', 'Private', 'private'],
  ['a__b', 'aB', 'AB', 'a_b'],
  ['my-col umn', 'myColUmn', 'MyColUmn', 'my_col_umn'],
  ['?column?', 'column', 'Column', 'column'],
  ['größe_übung', 'größeÜbung', 'GrößeÜbung', 'größe_übung'],
  ['__proto__', 'proto', 'Proto', 'proto'],
  ['%', '_', '_', '_'],
  ['', '_', '_', '_'],
])('%s', ([name, camel, pascal, snake]) => {
  expect([camelCase(name), pascalCase(name), snakeCase(name)]).toEqual([camel, pascal, snake]);
});

test('only the first letter of a query name changes', () => {
  expect(['GetThings', 'getThings', 'URLs', 'Größe', 'Äpfel'].map(lowerFirst)).toEqual([
    'getThings',
    'getThings',
    'uRLs',
    'größe',
    'äpfel',
  ]);
});

const folded = (name: string): string => name.replaceAll('_', '').toLowerCase();

test('every spelling is an identifier, and differs from the name in case and underscores only', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/), (name) => {
      for (const spelled of [camelCase(name), pascalCase(name), snakeCase(name)]) {
        expect(spelled).toMatch(/^[\p{L}_][\p{L}\p{Nd}_]*$/u);
        expect(folded(spelled)).toBe(folded(name));
      }
    }),
  );
});

test.for<[names: string, expected: string]>([
  ['id name', 'id name'],
  ['id id id', 'id id_2 id_3'],
  ['id id_2 id', 'id id_2 id_3'],
  ['id id id_2', 'id id_3 id_2'],
  ['count count count_2 count_2', 'count count_3 count_2 count_2_2'],
])('%s → %s', ([names, expected]) => {
  expect(uniqueNames(names.split(' ')).join(' ')).toBe(expected);
});

test('unique names are unique, and a name that stands alone keeps its own', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'a_2', 'a_3', 'a_2_2', 'b'), { maxLength: 12 }), (names) => {
      const unique = uniqueNames(names);
      expect(new Set(unique).size).toBe(names.length);
      names.forEach((name, index) => {
        if (names.indexOf(name) === index) expect(unique[index]).toBe(name);
      });
    }),
  );
});

test.for<[names: string, expected: string]>([
  ['user_id user_id_2 user_id_3', 'userId userId_2 userId_3'],
  ['line_2', 'line2'],
  ['line line_2', 'line line_2'],
  ['column_1 column_2', 'column1 column2'],
  ['userId user_id', 'userId userId_2'],
  ['id id id_2', 'id id_3 id_2'],
  ['a_b a_b_2 aB_2', 'aB aB_2 aB2'],
])('%s is spelled %s', ([names, expected]) => {
  expect(spellNames(names.split(' '), camelCase).join(' ')).toBe(expected);
});
