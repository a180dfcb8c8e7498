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
  /** Undefined where none came: something between here and the server keeps its notices back. */
  readonly trees: AnalysedTrees | undefined;
}

/** How PostgreSQL understood a text, as node text: its bytes, one character each (`latin1`). */
export interface AnalysedTrees {
  /** The query with its names resolved: `{QUERY …}`. */
  readonly parsed: string;
  /** The queries that it became, views, rules and policies expanded: `({QUERY …} …)`; undefined where it was not asked for. */
  readonly rewritten: string | undefined;
  /** `server_encoding`, in whose bytes the trees' locations count: `UTF8`. */
  readonly encoding: string;
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
