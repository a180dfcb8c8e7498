declare const key: unique symbol;

/** A value of one primary key, which a value of another is not. A value of several is an intersection. */
export type Key<T extends string | number | bigint, Name extends string> = T & { readonly [key]: { readonly [N in Name]: true } };
