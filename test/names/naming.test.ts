import { expect, test } from 'vitest';
import { Naming, type NamingOptions } from '../../src/compiler/names/naming.js';
import { useGround } from '../support/ground.js';

const ground = useGround(`
    CREATE SCHEMA auth;
    CREATE TABLE connection_logs (id int);
    CREATE TABLE leaves (id int);
    CREATE TABLE statuses (id int);
    CREATE TABLE dates (id int);
    CREATE TABLE user_groups (id int);
    CREATE TABLE get_things_rows (id int);
    CREATE TABLE auth.users (id int);
    CREATE TABLE auth_users (id int);
    CREATE VIEW active_logs AS SELECT id FROM connection_logs;
    CREATE TYPE status AS ENUM ('a');
    CREATE TYPE connection_type AS ENUM ('a');
    CREATE TYPE auth.role AS ENUM ('a');
    CREATE TYPE pair AS (a int, b int);
    CREATE TYPE date_ AS (a int);`);

function naming(options: Partial<NamingOptions> = {}): Naming {
  return new Naming(ground().catalog, {
    brand: undefined,
    case: 'camel',
    rename: {},
    emitExactTableNames: false,
    inflectionExcludeTableNames: [],
    ...options,
  });
}

function model(name: string, options: Partial<NamingOptions> = {}, schema = 'public'): string | undefined {
  const relation = ground()
    .catalog.relationsByName.get(name)
    ?.find((candidate) => candidate.schema === schema);
  return relation && naming(options).model(relation);
}

function type(name: string, options: Partial<NamingOptions> = {}): string | undefined {
  const found = ground().catalog.typesByName.get(name)?.[0];
  return found && naming(options).type(found);
}

function property(name: string, options: Partial<NamingOptions> = {}): string | undefined {
  return naming(options).properties([{ name }])[0]?.property;
}

test('a model is the singular of its table', () => {
  expect(['connection_logs', 'user_groups', 'active_logs'].map((name) => model(name))).toEqual(['ConnectionLog', 'UserGroup', 'ActiveLog']);
  expect(model('connection_logs', { emitExactTableNames: true })).toBe('ConnectionLogs');
  expect(model('leaves')).toBe('Leafe');
  expect(model('leaves', { inflectionExcludeTableNames: ['leaves'] })).toBe('Leaves');
});

test('another schema than the default one stands before the name', () => {
  expect(model('users', {}, 'auth')).toBe('AuthUserModel');
  expect(model('auth_users')).toBe('AuthUser');
  expect(type('role')).toBe('AuthRole');
});

test('no two types share a name, and models come first', () => {
  expect([model('statuses'), type('status')]).toEqual(['Status', 'StatusEnum']);
  expect([type('connection_type'), type('pair')]).toEqual(['ConnectionType', 'Pair']);
});

test('a type that generated code refers to stays what it is', () => {
  expect([model('dates'), type('date_')]).toEqual(['DateModel', 'DateComposite']);
});

test('renames go by the raw name of a column or enum, and by the singular of a table', () => {
  const options = { rename: { connection_log: 'Session', connection_type: 'Kind', spotify_url: 'SpotifyURL', id_old: 'LegacyID' } };
  expect([model('connection_logs', options), type('connection_type', options)]).toEqual(['Session', 'Kind']);
  expect(['spotify_url', 'id_old', 'other_id'].map((name) => property(name, options))).toEqual(['spotifyURL', 'legacyID', 'otherId']);
  expect(property('spotify_url', { ...options, case: 'snake' })).toBe('spotify_url');
  expect(property('constructor', { rename: {} })).toBe('constructor');
});

test('properties are in the case that was asked for', () => {
  expect([property('user_last_seen_at'), property('user_last_seen_at', { case: 'snake' })]).toEqual([
    'userLastSeenAt',
    'user_last_seen_at',
  ]);
  expect(property('FooBar', { case: 'snake' })).toBe('foo_bar');
});

test('the types of a query keep away from models', () => {
  expect([naming().query('GetOthers'), naming().query('getOthers'), naming().query('GetThings')]).toEqual([
    'GetOthers',
    'GetOthers',
    'GetThingsQuery',
  ]);
});
