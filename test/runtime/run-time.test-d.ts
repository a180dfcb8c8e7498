import type { Client, ClientBase, Pool, PoolClient } from 'pg';
import { describe, expectTypeOf, test } from 'vitest';
import * as $ from '../../src/runtime/index.js';

interface Params {
  readonly id: string;
}
interface Row {
  readonly id: string;
  readonly at: Date | null;
}
declare const query: $.QueryDefinition<Params, Row>;
declare const parameterless: $.QueryDefinition<void, Row>;
declare const guarded: $.GuardedDefinition<Params, Row>;
declare const copy: $.CopyDefinition<Row>;
declare const db: Pool;
declare const filter: $.AuthorizeFilter;
declare const raw: $.RawValue;

describe('handles', () => {
  test('node-postgres’s are handles as they stand', () => {
    expectTypeOf<Pool>().toExtend<$.Database>();
    expectTypeOf<PoolClient>().toExtend<$.Database>();
    expectTypeOf<Client>().toExtend<$.Database>();
    expectTypeOf<ClientBase>().toExtend<$.Database>();
    expectTypeOf($.prepared(db)).toExtend<$.Database>();
    expectTypeOf<{ query(text: string): void }>().not.toExtend<$.Database>();
  });
});

describe('commands', () => {
  test('results', () => {
    expectTypeOf($.many(query)).toEqualTypeOf<$.ManyFunction<Params, Row>>();
    expectTypeOf($.many(query)).toExtend<(db: $.Database, params: Params, options?: $.CallOptions) => Promise<Row[]>>();
    expectTypeOf($.many(query).stream).toEqualTypeOf<(db: $.Database, params: Params, options?: $.StreamOptions) => AsyncIterable<Row>>();
    expectTypeOf($.many(parameterless).stream).toEqualTypeOf<(db: $.Database, options?: $.StreamOptions) => AsyncIterable<Row>>();
    expectTypeOf($.one(query)).returns.toEqualTypeOf<Promise<Row>>();
    expectTypeOf($.zeroOrOne(query)).returns.toEqualTypeOf<Promise<Row | null>>();
    expectTypeOf($.exec(query)).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf($.execRows(query)).returns.toEqualTypeOf<Promise<number>>();
    expectTypeOf($.execResult(query)).returns.toEqualTypeOf<Promise<$.ExecResult>>();
    expectTypeOf($.batchExec(query)).toEqualTypeOf<
      (db: $.Database, paramSets: Iterable<Params>, options?: $.CallOptions) => Promise<void>
    >();
    expectTypeOf($.batchOne(query)).returns.toEqualTypeOf<Promise<(Row | null)[]>>();
    expectTypeOf($.batchMany(query)).returns.toEqualTypeOf<Promise<Row[][]>>();
    expectTypeOf($.copyFrom(copy)).toEqualTypeOf<
      (db: $.Database, rows: Iterable<Row> | AsyncIterable<Row>, options?: $.CallOptions) => Promise<number>
    >();
  });

  test('params', () => {
    void (() => $.many(parameterless)(db));
    // @ts-expect-error params are missing
    void (() => $.many(query)(db));
    // @ts-expect-error a param is missing
    void (() => $.many(query)(db, {}));
    // @ts-expect-error a param of another type
    void (() => $.many(query)(db, { id: 1 }));
  });
});

describe('guarded commands', () => {
  test('take a filter, and nothing else for one', () => {
    expectTypeOf($.authorized.many(guarded)).toExtend<
      (db: $.Database, filter: $.AuthorizeFilter, params: Params, options?: $.CallOptions) => Promise<Row[]>
    >();
    expectTypeOf($.authorized.many(guarded).stream).toEqualTypeOf<
      (db: $.Database, filter: $.AuthorizeFilter, params: Params, options?: $.StreamOptions) => AsyncIterable<Row>
    >();
    expectTypeOf($.authorized.one(guarded)).returns.toEqualTypeOf<Promise<Row>>();
    expectTypeOf($.authorized.zeroOrOne(guarded)).returns.toEqualTypeOf<Promise<Row | null>>();
    expectTypeOf($.authorized.exec(guarded)).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf($.authorized.execRows(guarded)).returns.toEqualTypeOf<Promise<number>>();
    expectTypeOf($.authorized.execResult(guarded)).returns.toEqualTypeOf<Promise<$.ExecResult>>();
    expectTypeOf($.authorized.batchExec(guarded)).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf($.authorized.batchOne(guarded)).returns.toEqualTypeOf<Promise<(Row | null)[]>>();
    expectTypeOf($.authorized.batchMany(guarded)).toEqualTypeOf<
      (db: $.Database, filter: $.AuthorizeFilter, paramSets: Iterable<Params>, options?: $.CallOptions) => Promise<Row[][]>
    >();
    const get = $.authorized.many(guarded);
    void (() => get(db, filter, { id: '' }));
    // @ts-expect-error no filter
    void (() => get(db, { id: '' }));
    // @ts-expect-error undefined is no filter
    void (() => get(db, undefined, { id: '' }));
    // @ts-expect-error null is no filter
    void (() => get(db, null, { id: '' }));
    // @ts-expect-error a text is no filter
    void (() => get(db, 'true', { id: '' }));
    // @ts-expect-error an object is no filter
    void (() => get(db, { reason: undefined }, { id: '' }));
    // @ts-expect-error a boolean is no filter
    void (() => get(db, true, { id: '' }));
  });

  test('a guarded definition does not pass for a plain one', () => {
    // @ts-expect-error its text is in pieces
    void (() => $.many(guarded));
    // @ts-expect-error its text is whole
    void (() => $.authorized.many(query));
  });
});

describe('decoders', () => {
  test('values', () => {
    expectTypeOf($.text(raw)).toEqualTypeOf<string>();
    expectTypeOf($.label<'a' | 'b'>(raw)).toEqualTypeOf<'a' | 'b'>();
    expectTypeOf($.number(raw)).toEqualTypeOf<number>();
    expectTypeOf($.safeInteger(raw)).toEqualTypeOf<number>();
    expectTypeOf($.bigint(raw)).toEqualTypeOf<bigint>();
    expectTypeOf($.boolean(raw)).toEqualTypeOf<boolean>();
    expectTypeOf($.timestamptz(raw)).toEqualTypeOf<Date>();
    expectTypeOf($.timestamp(raw)).toEqualTypeOf<Date>();
    expectTypeOf($.json(raw)).toEqualTypeOf<$.JsonValue>();
    expectTypeOf($.json<{ a: 1 }>(raw)).toEqualTypeOf<{ a: 1 }>();
    expectTypeOf($.bytea(raw)).toEqualTypeOf<Buffer>();
  });

  test('structures', () => {
    expectTypeOf($.array(raw, $.number)).toEqualTypeOf<number[]>();
    expectTypeOf($.array(raw, $.label<'a' | 'b'>)).toEqualTypeOf<('a' | 'b')[]>();
    expectTypeOf($.array(raw, $.timestamptz, 2)).toEqualTypeOf<Date[][]>();
    expectTypeOf($.arrayOfNullable(raw, $.text)).toEqualTypeOf<(string | null)[]>();
    expectTypeOf($.arrayOfNullable(raw, $.text, 3, ';')).toEqualTypeOf<(string | null)[][][]>();
    expectTypeOf($.array(raw, (v) => $.range(v, $.number))).toEqualTypeOf<$.Range<number>[]>();
    expectTypeOf($.multirange(raw, $.timestamptz)).toEqualTypeOf<$.Range<Date>[]>();
    expectTypeOf($.composite(raw)).toEqualTypeOf<(string | null)[]>();
    const range = $.range(raw, $.number);
    if (range.empty !== true) expectTypeOf(range.lower).toEqualTypeOf<number | null>();
    // @ts-expect-error an empty range has no bounds
    void range.lower;
  });
});

describe('binders', () => {
  test('what they take', () => {
    void $.bindTimestamptz;
    expectTypeOf($.bindTimestamptz).parameter(0).toEqualTypeOf<Date | string | null | undefined>();
    expectTypeOf($.bindArray(['a', null, ['b']])).toEqualTypeOf<string | null>();
    void (() => $.bindArray([new Date(), null, '2024-01-02'], $.bindTimestamptz));
    void (() => $.bindArray([[new Date()], [null]], $.bindTimestamptz, ',', 2));
    void (() => $.bindArray([[1], 'a', { b: null }], $.bindJson));
    // @ts-expect-error a Date has no obvious text
    void (() => $.bindArray([new Date()]));
    // @ts-expect-error a Date has no obvious text
    void (() => $.bindRange({ lower: new Date(), upper: null, lowerInclusive: true, upperInclusive: false }));
    void (() => $.bindRange({ lower: new Date(), upper: null, lowerInclusive: true, upperInclusive: false }, $.bindTimestamptz));
    // @ts-expect-error a bound is missing
    void (() => $.bindRange({ lower: 1, lowerInclusive: true, upperInclusive: false }));
  });

  test('what a json parameter takes', () => {
    expectTypeOf<{ a?: string; b: readonly (number | null)[] }>().toExtend<$.JsonInput>();
    expectTypeOf<$.JsonValue>().toExtend<$.JsonInput | null>();
    expectTypeOf<Date>().toExtend<$.JsonInput>();
    expectTypeOf($.jsonNull).toExtend<$.JsonInput>();
    expectTypeOf<bigint>().toExtend<$.JsonInput>();
    expectTypeOf<undefined>().not.toExtend<$.JsonInput>();
    expectTypeOf<() => void>().not.toExtend<$.JsonInput>();
  });

  test('a row of a table is no bound value', () => {
    expectTypeOf<Date>().not.toExtend<$.BoundValue>();
    expectTypeOf<Row>().not.toExtend<$.BoundValue>();
  });
});

describe('errors', () => {
  test('fields', () => {
    expectTypeOf<$.QueryError>().toExtend<$.SqlwardError>();
    expectTypeOf<$.QueryError['code']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<$.DecodeError['column']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<$.TooManyRowsError['rowCount']>().toEqualTypeOf<number>();
    expectTypeOf<$.SqlwardError['source']>().toEqualTypeOf<string>();
  });
});
