/** One frozen constant per query, as the generator writes it. */
import type { BoundValue, RawRow } from './database.js';

/** What names a query in messages, logs and `pg_stat_statements`. */
export interface QueryIdentity {
  /** As annotated, such as `GetThings`. */
  readonly name: string;
  /** As annotated, without the colon, such as `many`. */
  readonly command: string;
  /** Where the annotation stands, such as `queries/things.sql:1`. */
  readonly source: string;
  /** The tables and views that the statement reads and writes, for those who observe it. */
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
  /** Whether its rows hold floats, which a session's settings can round. */
  readonly floats?: boolean;
}

export interface QueryDefinition<Params, Row> extends QueryIdentity {
  /** The SQL without the annotation's line; it begins with a line feed. */
  readonly text: string;
  /** Whether PostgreSQL has one plan for it, whatever the arguments; only then is it worth a name. */
  readonly onePlan?: boolean;
  /** Whether it is proven to only read, so that a standby may answer it; a filter is judged apart. */
  readonly readOnly?: boolean;
  /** The result's columns in order: how many there must be, and their names for messages. */
  readonly columns: readonly string[];
  /** The params without which it cannot run, and those that have a default or may be NULL; what is in neither is refused. */
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
  /** From the caller's params to the placeholders' values, `$1` first. */
  readonly bind: (params: Params) => readonly BoundValue[];
  readonly decode: (row: RawRow) => Row;
}

/** A query with at least one `-- @authorize_filter`. */
export interface GuardedDefinition<Params, Row> extends Omit<QueryDefinition<Params, Row>, 'text'> {
  /** The name under which the filtered query is sent, such as `GetAuthorizedThings`. */
  readonly authorizedName: string;
  /** The SQL cut at each hook: one piece more than there are hooks; the first begins with a line feed. */
  readonly text: readonly string[];
  /** How many placeholders the query itself has; a filter's come after them. */
  readonly parameters: number;
}

export interface CopyDefinition<Row> extends QueryIdentity {
  /** Schema and table, unquoted. */
  readonly table: readonly string[];
  /** The columns that are filled, unquoted, in the order of `bind`'s values. */
  readonly columns: readonly string[];
  /** As in `QueryDefinition`. */
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
  readonly bind: (row: Row) => readonly BoundValue[];
}
