/** What must not compile: a filter is made by authorize, and nothing stands in for it. */
import { expectTypeOf, test } from 'vitest';
import { authorize, type AuthorizeFilter, type AuthorizeIdentifier, type Database } from '../../src/runtime/index.js';
import { getDocuments } from './guarded.js';

declare const db: Database;
declare const maybe: AuthorizeFilter | undefined;
declare const unknown: unknown;

test('a guarded function takes a filter and nothing else', () => {
  expectTypeOf(getDocuments).parameter(1).toEqualTypeOf<AuthorizeFilter>();
  void (() => getDocuments(db, authorize.none(), []));
  // @ts-expect-error -- nothing
  void (() => getDocuments(db));
  // @ts-expect-error -- undefined
  void (() => getDocuments(db, undefined, []));
  // @ts-expect-error -- null
  void (() => getDocuments(db, null, []));
  // @ts-expect-error -- an empty string
  void (() => getDocuments(db, '', []));
  // @ts-expect-error -- SQL as a plain string
  void (() => getDocuments(db, 'true', []));
  // @ts-expect-error -- an empty object
  void (() => getDocuments(db, {}, []));
  // @ts-expect-error -- an object of the same shape
  void (() => getDocuments(db, { reason: undefined }, []));
  // @ts-expect-error -- a filter that may be missing
  void (() => getDocuments(db, maybe, []));
  // @ts-expect-error -- anything
  void (() => getDocuments(db, unknown, []));
  // @ts-expect-error -- true
  void (() => getDocuments(db, true, []));
  // @ts-expect-error -- an identifier
  void (() => getDocuments(db, authorize.ident('a'), []));
  // @ts-expect-error -- a spread copy has lost the brand
  void (() => getDocuments(db, { ...authorize.none() }, []));
  // @ts-expect-error -- the function that makes a filter, not called
  void (() => getDocuments(db, authorize.none, []));
});

test('filters are made from what has a clear meaning', () => {
  expectTypeOf(authorize.sql).returns.toEqualTypeOf<AuthorizeFilter>();
  expectTypeOf(authorize.ident('a')).toExtend<AuthorizeIdentifier>();
  expectTypeOf(authorize.none).parameters.toEqualTypeOf<[]>();
  void (() =>
    authorize.sql`a = ${1} AND ${authorize.none()} AND ${authorize.ident('b')} = ANY(${['x', null]}) AND c @> ${{ d: 1 }} AND e = ${new Date()} AND f = ${1n} AND g = ${Buffer.of()}`);
  // @ts-expect-error -- undefined is not NULL
  void (() => authorize.sql`a = ${undefined}`);
  // @ts-expect-error -- neither in a list
  void (() => authorize.sql`a = ANY(${['x', undefined]})`);
  // @ts-expect-error -- a symbol has no text
  void (() => authorize.sql`a = ${Symbol('x')}`);
  // @ts-expect-error -- a reason is required
  void (() => authorize.unrestricted());
  // @ts-expect-error -- NULL equals nothing
  void (() => authorize.in('a', [null]));
  // @ts-expect-error -- undefined equals nothing
  void (() => authorize.in('a', [undefined]));
  // @ts-expect-error -- a list is required
  void (() => authorize.in('a'));
  // @ts-expect-error -- a string is no list
  void (() => authorize.in('a', 'b'));
  // @ts-expect-error -- a column's name is not optional
  void (() => authorize.in(undefined, ['b']));
  // @ts-expect-error -- filters only
  void (() => authorize.and(authorize.none(), undefined));
  // @ts-expect-error -- filters only
  void (() => authorize.or('true'));
  // @ts-expect-error -- one filter
  void (() => authorize.not());
  // @ts-expect-error -- values that are missing
  void (() => authorize.fromText('a = $1', undefined, 1));
  // @ts-expect-error -- a filter is not a value
  void (() => authorize.fromText('a = $1', [authorize.none()]));
  // @ts-expect-error -- a name is a string
  void (() => authorize.ident(1));
});
