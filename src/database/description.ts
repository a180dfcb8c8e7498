/** What PostgreSQL answers to PREPARE and DESCRIBE of one text. */

export interface DescribedColumn {
  /** The name as PostgreSQL gives it, `?column?` included. */
  readonly name: string;
  readonly typeOid: number;
  readonly typeModifier: number;
  /** The table and `attnum` that the column comes from, or 0 and 0 for an expression. */
  readonly tableOid: number;
  readonly attributeNumber: number;
}

export interface Description {
  readonly parameterTypeOids: readonly number[];
  /** Empty for a statement without a result. */
  readonly columns: readonly DescribedColumn[];
}

/** The server's refusal of one text. */
export interface DescribeFailure {
  readonly message: string;
  readonly sqlstate: string | undefined;
  readonly hint: string | undefined;
  readonly detail: string | undefined;
  /** Code points from 1, or undefined. */
  readonly position: number | undefined;
}
