/** What a bigint of PostgreSQL's is bound from: a text or a bigint where a number does not hold it. */
export type Int8Input = string | number | bigint;
