/**
 * Placements that do not guard every row, with what PostgreSQL makes of them. `{hook}` stands for
 * the hook and the end of its line.
 */
export interface Bad {
  readonly name: string;
  readonly sql: string;
  /**
   * What a run with a filter shows: with `(false)`, rows that come out, rows that change, or a
   * refusal; `narrow` with a filter for one organization only, because `(false)` empties the
   * result by itself; `made` with that filter, new rows of another organization;
   * `untied` that one row which passes is as good as all; `useless` that the filter makes no
   * difference; `unspliced` where the filter never gets into the text.
   */
  readonly seen: 'leaks' | 'changes' | 'fails' | 'narrow' | 'made' | 'untied' | 'useless' | 'unspliced';
  /** For `narrow`: the filter, where it is not `l.org_id = 1`. */
  readonly filter?: string;
}

function all(seen: Bad['seen'], entries: Readonly<Record<string, string>>): Bad[] {
  return Object.entries(entries).map(([name, sql]) => ({ name, sql, seen }));
}

const INSIDE_WHERE: readonly Bad[] = [
  ...all('leaks', {
    'the right side of OR': "SELECT id FROM logs l WHERE kind = 'ssh' OR id > 20 {hook}",
    'the left side of OR': "SELECT id FROM logs l WHERE kind = 'ssh' {hook} OR id > 20",
    'OR inside parentheses': "SELECT id FROM logs l WHERE id > 1 AND (kind = 'ssh' OR id > 20 {hook} )",
    'under NOT': "SELECT id FROM logs l WHERE NOT (kind = 'ssh' {hook} )",
    'under two NOTs and an OR': "SELECT id FROM logs l WHERE NOT (NOT (kind = 'ssh') AND id > 5 {hook} )",
    'an arm of CASE': "SELECT id FROM logs l WHERE CASE WHEN kind = 'ssh' THEN id > 2 {hook} ELSE true END",
    'a list of VALUES in FROM': 'SELECT v.x, l.id FROM (VALUES (true {hook} )) v(x), logs l WHERE l.id > 2',
    'the condition of CASE': "SELECT id FROM logs l WHERE CASE WHEN kind = 'ssh' {hook} THEN false ELSE true END",
    'the ELSE of CASE': "SELECT id FROM logs l WHERE CASE WHEN kind = 'ssh' THEN true ELSE id > 2 {hook} END",
    'an argument of COALESCE': 'SELECT id FROM logs l WHERE COALESCE(parent_id = -1 {hook} , true) IS NOT NULL',
    'an argument of GREATEST': 'SELECT id FROM logs l WHERE GREATEST(id > 2 {hook} , true)',
    'an argument of a function': 'SELECT id FROM logs l WHERE num_nulls(id > 2 {hook} ) = 0',
    'IS NOT TRUE': 'SELECT id FROM logs l WHERE (id > 2 {hook} ) IS NOT TRUE',
    'IS NOT NULL behind it': 'SELECT id FROM logs l WHERE id > 2 {hook} IS NOT NULL',
    'an operand of =': 'SELECT id FROM logs l WHERE (id > 2 {hook} ) = false',
    'an operand of IN': 'SELECT id FROM logs l WHERE (id > 2 {hook} ) IN (true, false)',
    'an operand of IS DISTINCT FROM': 'SELECT id FROM logs l WHERE (id > 2 {hook} ) IS DISTINCT FROM true',
    'a cast': "SELECT id FROM logs l WHERE (id > 2 {hook} )::text <> 'maybe'",
    'under NOT in a DELETE': 'SELECT id FROM (SELECT id FROM logs l WHERE NOT (id > 2 {hook} )) t',
  }),
  ...all('changes', {
    'OR in an UPDATE': "UPDATE logs l SET note = 'x' WHERE kind = 'ssh' OR id > 20 {hook}",
    'OR in a DELETE': "DELETE FROM logs l WHERE kind = 'ssh' {hook} OR id > 20",
    'SET in a MERGE': 'MERGE INTO archive a USING logs l ON a.id = l.id WHEN MATCHED THEN UPDATE SET note = (a.id > 1 {hook} )::text',
    'VALUES in a MERGE':
      "MERGE INTO archive a USING logs l ON a.id = l.id + 100 WHEN NOT MATCHED THEN INSERT (id, org_id, kind, note) VALUES (l.id + 100, 2, 'x', (l.id > 1 {hook} )::text)",
    'CASE in a DELETE': "DELETE FROM logs l WHERE CASE WHEN kind = 'ssh' THEN true {hook} ELSE true END",
  }),
  ...all('fails', {
    'the upper bound of BETWEEN': 'SELECT id FROM logs l WHERE id BETWEEN 1 {hook} AND 20',
    'CTEs that need one another':
      'WITH RECURSIVE a AS (SELECT id FROM logs l WHERE true {hook} UNION SELECT id FROM b), b AS (SELECT id FROM a) SELECT * FROM b',
    'a list of IN': 'SELECT id FROM logs l WHERE id IN (1, 2 {hook} )',
  }),
];

const OTHER_CLAUSES: readonly Bad[] = [
  ...all('leaks', {
    'the ON of a LEFT JOIN': 'SELECT u.id, l.id FROM users u LEFT JOIN logs l ON l.user_id = u.id {hook} ORDER BY 1',
    'the ON of a LEFT JOIN, without WHERE': 'SELECT l.id FROM logs l LEFT JOIN users u ON u.id = l.user_id {hook}',
    'the ON of a LEFT JOIN before WHERE': 'SELECT l.id FROM logs l LEFT JOIN users u ON u.id = l.user_id {hook} WHERE l.id > 2',
    'the ON of a RIGHT JOIN': 'SELECT u.id, l.id FROM logs l RIGHT JOIN users u ON l.user_id = u.id {hook}',
    'the ON of a RIGHT JOIN in a subquery': 'SELECT * FROM (SELECT u.id FROM logs l RIGHT JOIN users u ON l.user_id = u.id {hook} ) t',
    'the ON of an inner join on the optional side':
      'SELECT o.id, l.id FROM orgs o LEFT JOIN (logs l JOIN users u ON u.id = l.user_id {hook} ) ON o.id = u.org_id',
    'the ON of a FULL JOIN': 'SELECT u.id, l.id FROM logs l FULL JOIN users u ON l.user_id < u.id {hook}',
    'the select list': "SELECT id, kind = 'ssh' {hook} FROM logs l WHERE id > 2",
    'the select list of an aggregate': 'SELECT bool_and(id > 0 {hook} ) FROM logs l WHERE id > 2',
    'ORDER BY': 'SELECT id FROM logs l WHERE id > 2 ORDER BY id > 5 {hook}',
    'GROUP BY': 'SELECT count(*) FROM logs l WHERE id > 2 GROUP BY id > 5 {hook}',
    'the FILTER of an aggregate': 'SELECT kind, count(*) FILTER (WHERE id > 0 {hook} ) FROM logs l WHERE id > 2 GROUP BY kind',
    'DISTINCT ON': 'SELECT DISTINCT ON (id > 2 {hook} ) id FROM logs l ORDER BY id > 2 AND false, id',
    'a window': 'SELECT id, count(*) OVER (PARTITION BY id > 2 {hook} ) FROM logs l WHERE id > 2',
    'a named window': 'SELECT id, count(*) OVER w FROM logs l WHERE id > 2 WINDOW w AS (ORDER BY id > 2 {hook} )',
    'an argument of a function in FROM': 'SELECT l.id FROM logs l, num_nulls(true {hook} ) n WHERE l.id > 2',
    'the join condition of a semi-join': 'SELECT id FROM logs l WHERE (id > 2 {hook} ) IN (SELECT false)',
  }),
  ...all('changes', {
    SET: 'WITH l AS (SELECT 1) UPDATE logs SET note = (true {hook} )::text WHERE id > 2',
    RETURNING: "UPDATE logs l SET note = 'x' WHERE id > 2 RETURNING id > 5 {hook}",
    'a value of INSERT': 'INSERT INTO audit (what) VALUES ((true {hook} )::text)',
    'the WHERE of ON CONFLICT':
      "INSERT INTO logs AS l (id, org_id, kind) VALUES (99, 2, 'ssh') ON CONFLICT (id) DO UPDATE SET kind = 'web' WHERE l.id > 0 {hook}",
    'the SET of ON CONFLICT':
      "INSERT INTO archive AS l (id, org_id, kind) VALUES (1, 2, 'ssh') ON CONFLICT (id) DO UPDATE SET note = (l.id > 0 {hook} )::text",
    'the predicate of a conflict target':
      "INSERT INTO logs (id, org_id, kind) VALUES (99, 2, 'ssh') ON CONFLICT (id) WHERE id > 0 {hook} DO NOTHING",
    'a WHEN of MERGE':
      "MERGE INTO logs l USING users u ON u.id = l.user_id WHEN MATCHED AND l.id > 20 {hook} THEN DELETE WHEN MATCHED THEN UPDATE SET note = 'x'",
    'the ON of MERGE that deletes what the source has not':
      'MERGE INTO logs l USING users u ON u.id = l.user_id {hook} WHEN MATCHED THEN DELETE WHEN NOT MATCHED BY SOURCE THEN DELETE',
    'the ON of MERGE':
      "MERGE INTO logs l USING (VALUES (4)) v(id) ON v.id = l.id {hook} WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id, org_id, kind) VALUES (98, 2, 'x')",
  }),
  ...all('fails', {
    'behind LIMIT': 'SELECT id FROM logs l WHERE id > 2 LIMIT 5 {hook}',
    'behind OFFSET': 'SELECT id FROM logs l WHERE id > 2 LIMIT 5 OFFSET 2 {hook}',
    'GROUP BY a column': 'SELECT kind FROM logs l WHERE id > 2 GROUP BY kind {hook}',
    'ORDER BY a column': 'SELECT id FROM logs l WHERE id > 2 ORDER BY id {hook}',
  }),
  {
    name: 'HAVING',
    sql: 'SELECT l.kind, count(*) FROM logs l WHERE l.id > 2 GROUP BY l.kind HAVING count(*) > 0 {hook}',
    seen: 'narrow',
    filter: 'min(l.org_id) = 1',
  },
];

const UNPARSABLE = all('fails', {
  'no WHERE': 'SELECT * FROM logs {hook}',
  'no WHERE before ORDER BY': 'SELECT * FROM logs {hook} ORDER BY id',
  'no WHERE behind USING': 'SELECT * FROM logs l JOIN users u USING (org_id) {hook}',
  'no WHERE behind a derived table': 'SELECT * FROM (SELECT * FROM logs) l {hook}',
  'before WHERE': 'SELECT * FROM logs {hook} WHERE id > 2',
  'before WHERE in an UPDATE': "UPDATE logs SET note = 'x' {hook} WHERE id > 2",
  'no WHERE in an INSERT … SELECT': 'INSERT INTO archive SELECT * FROM logs {hook}',
  'no WHERE in a DELETE before an INSERT': 'WITH d AS (DELETE FROM logs {hook} RETURNING *) INSERT INTO archive SELECT * FROM d',
  'no WHERE in an UPDATE': "UPDATE logs SET note = 'x' FROM users {hook}",
  'no WHERE in a DELETE': 'DELETE FROM logs {hook}',
  'no WHERE in a subquery': 'SELECT * FROM users WHERE id IN (SELECT user_id FROM logs {hook} )',
  'no WHERE in an arm': 'SELECT id FROM users UNION SELECT id FROM logs {hook}',
  'no WHERE in a CTE': 'WITH g AS (SELECT * FROM logs {hook} ) SELECT * FROM g',
  'an empty WHERE': 'SELECT * FROM logs WHERE {hook}',
  'an empty WHERE before ORDER BY': 'SELECT * FROM logs WHERE {hook} ORDER BY id',
  'first in WHERE': 'SELECT * FROM logs WHERE {hook} id > 2',
  'first in WHERE before AND': 'SELECT * FROM logs WHERE {hook} AND id > 2',
  'behind a dangling AND': 'SELECT * FROM logs WHERE id > 2 AND {hook}',
  'behind a dangling OR': 'SELECT * FROM logs WHERE id > 2 OR {hook}',
  'between AND and a condition': 'SELECT * FROM logs WHERE id > 2 AND {hook} id < 9',
  'between the sides of a comparison': 'SELECT * FROM logs WHERE id > {hook} 2',
  'behind ORDER BY DESC': 'SELECT * FROM logs WHERE id > 2 ORDER BY id DESC {hook}',
  'behind FETCH FIRST': 'SELECT * FROM logs WHERE id > 2 FETCH FIRST 2 ROWS ONLY {hook}',
  'behind FOR UPDATE': 'SELECT * FROM logs WHERE id > 2 FOR UPDATE {hook}',
  'behind ROLLUP': 'SELECT kind FROM logs WHERE id > 2 GROUP BY ROLLUP (kind) {hook}',
  'behind an alias in the select list': 'SELECT id AS n {hook} FROM logs WHERE id > 2',
  'before the select list': 'SELECT {hook} id FROM logs WHERE id > 2',
  'before the statement': '{hook} SELECT id FROM logs WHERE id > 2',
  'between the arms of a UNION': 'SELECT id FROM logs WHERE id > 2 UNION {hook} SELECT id FROM users',
  'behind VALUES': "INSERT INTO audit (what) VALUES ('x') {hook}",
  'behind SET': "UPDATE logs SET (note, kind) = ('x', 'y') {hook} WHERE id > 2",
  'behind RETURNING': 'DELETE FROM logs WHERE id > 2 RETURNING id AS n {hook}',
  'behind ON CONFLICT': "INSERT INTO logs (id, org_id, kind) VALUES (99, 2, 'ssh') ON CONFLICT (id) {hook} DO NOTHING",
  'behind WHERE CURRENT OF': "UPDATE logs SET note = 'x' WHERE CURRENT OF c {hook}",
  'in a WINDOW clause': 'SELECT id, count(*) OVER w FROM logs WINDOW w AS (ORDER BY id ROWS UNBOUNDED PRECEDING {hook} )',
  'before DISTINCT FROM': 'SELECT id FROM logs WHERE kind IS DISTINCT FROM {hook} note',
  'inside extract': 'SELECT extract(day FROM {hook} now()) FROM logs WHERE id > 2',
  'one of two': 'SELECT * FROM logs WHERE id > 2 {hook} ORDER BY id DESC {hook}',
});

const BESIDE: readonly Bad[] = [
  ...all('leaks', {
    'one arm of UNION': 'SELECT id FROM logs l WHERE id < 5 {hook} UNION SELECT id FROM users',
    'the last arm of UNION ALL': 'SELECT id FROM logs l WHERE id < 5 UNION ALL SELECT id FROM logs l WHERE id > 9 {hook} ORDER BY 1',
    'two arms of three':
      'SELECT id FROM logs l WHERE id < 5 {hook} UNION SELECT id FROM users UNION SELECT id FROM logs l WHERE id > 9 {hook}',
    'an arm in parentheses': '(SELECT id FROM logs l WHERE true {hook} LIMIT 3) UNION ALL (SELECT id FROM users LIMIT 1)',
    'an arm that reads by a function': 'SELECT id FROM logs l WHERE true {hook} UNION SELECT id FROM all_logs()',
    'an arm with TABLE': 'SELECT * FROM logs l WHERE true {hook} UNION ALL TABLE archive',
    'one arm in a CTE': 'WITH g AS (SELECT id FROM logs l WHERE true {hook} UNION ALL SELECT id FROM users) SELECT * FROM g',
    'the right arm of EXCEPT': 'SELECT id FROM logs EXCEPT SELECT id FROM logs l WHERE id > 3 {hook}',
    'a CTE beside another table': 'WITH g AS (SELECT id FROM logs l WHERE true {hook}) SELECT * FROM users',
    'a CTE on the optional side':
      'WITH g AS (SELECT id, user_id FROM logs l WHERE true {hook}) SELECT u.id, g.id FROM users u LEFT JOIN g ON g.user_id = u.id',
    'a CTE in a scalar subquery': 'WITH g AS (SELECT id FROM logs l WHERE true {hook}) SELECT u.id, (SELECT count(*) FROM g) FROM users u',
    'a CTE whose name a schema hides': 'WITH logs AS (SELECT id FROM logs l WHERE true {hook}) SELECT id FROM public.logs',
    'a CTE whose name is defined again':
      'WITH g AS (SELECT id FROM logs l WHERE true {hook}) SELECT * FROM (WITH g AS (SELECT id FROM users) SELECT * FROM g) t',
    'a CTE that sees the table of its name':
      'WITH a AS (SELECT id FROM archive), archive AS (SELECT id FROM logs l WHERE true {hook}) SELECT * FROM a',
    'a subquery on the optional side of LEFT JOIN':
      'SELECT u.id, t.id FROM users u LEFT JOIN (SELECT * FROM logs l WHERE true {hook}) t ON t.user_id = u.id',
    'a subquery on the optional side of RIGHT JOIN':
      'SELECT u.id, t.id FROM (SELECT * FROM logs l WHERE true {hook}) t RIGHT JOIN users u ON t.user_id = u.id',
    'a subquery in a FULL JOIN': 'SELECT u.id, t.id FROM (SELECT * FROM logs l WHERE true {hook}) t FULL JOIN users u ON t.user_id = u.id',
    'a LATERAL subquery with LEFT JOIN':
      'SELECT u.id, t.id FROM users u LEFT JOIN LATERAL (SELECT l.id FROM logs l WHERE l.user_id = u.id {hook} LIMIT 1) t ON true',
    'a subquery in the select list': 'SELECT u.id, (SELECT count(*) FROM logs l WHERE l.user_id = u.id {hook} ) FROM users u',
    'a subquery in EXISTS of the select list': 'SELECT u.id, EXISTS (SELECT 1 FROM logs l WHERE l.user_id = u.id {hook} ) FROM users u',
    'a subquery under NOT IN': 'SELECT u.id FROM users u WHERE u.id NOT IN (SELECT l.user_id FROM logs l WHERE true {hook})',
    'a subquery under NOT EXISTS': 'SELECT u.id FROM users u WHERE NOT EXISTS (SELECT 1 FROM logs l WHERE l.user_id = u.id {hook} )',
    'a subquery under OR': 'SELECT u.id FROM users u WHERE u.id > 2 OR u.id IN (SELECT l.user_id FROM logs l WHERE true {hook})',
    'a subquery under ALL': 'SELECT u.id FROM users u WHERE u.id > ALL (SELECT l.id FROM logs l WHERE true {hook})',
    'a subquery under <> ALL of an array':
      'SELECT u.id FROM users u WHERE u.id <> ALL (ARRAY(SELECT l.user_id FROM logs l WHERE true {hook}))',
    'a count in a condition': 'SELECT u.id FROM users u WHERE (SELECT count(*) FROM logs l WHERE l.user_id = u.id {hook} ) = 0',
    'a count compared with =': 'SELECT u.id FROM users u WHERE u.id - u.id = (SELECT count(*) FROM logs l WHERE l.user_id = u.id {hook} )',
    'a subquery in COALESCE': 'SELECT u.id FROM users u WHERE u.id = COALESCE((SELECT l.user_id FROM logs l WHERE true {hook} LIMIT 1), 2)',
    'a subquery in ORDER BY': 'SELECT u.id FROM users u ORDER BY (SELECT count(*) FROM logs l WHERE l.user_id = u.id {hook} )',
    'a subquery in HAVING':
      'SELECT u.org_id FROM users u GROUP BY u.org_id HAVING count(*) > (SELECT count(*) FROM logs l WHERE l.org_id = u.org_id {hook} )',
    'a subquery in LIMIT': 'SELECT u.id FROM users u ORDER BY u.id LIMIT 1 + (SELECT count(*) FROM logs l WHERE true {hook})',
    'a subquery in the ON of a LEFT JOIN':
      'SELECT u.id, o.id FROM users u LEFT JOIN orgs o ON o.id IN (SELECT l.org_id FROM logs l WHERE true {hook})',
    'a subquery in a VALUES list beside a table':
      'SELECT v.n, u.id FROM (VALUES ((SELECT count(*) FROM logs l WHERE true {hook}))) v(n), users u',
    'a guarded count crossed with a table': 'SELECT c.n, u.id FROM (SELECT count(*) AS n FROM logs l WHERE true {hook}) c, users u',
    'a guarded count of the user crossed with a table':
      'SELECT c.n, u.id FROM (SELECT total(id) AS n FROM logs l WHERE true {hook}) c JOIN users u ON u.id > c.n',
    'a guarded JSON array crossed with a table':
      'SELECT c.n, u.id FROM (SELECT json_arrayagg(l.id) AS n FROM logs l WHERE true {hook}) c, users u',
    'a guarded JSON object crossed with a table':
      'SELECT c.n, u.id FROM (SELECT json_objectagg(l.id VALUE l.note) AS n FROM logs l WHERE true {hook}) c, users u',
    'grouping sets that may be empty, crossed with a table':
      'SELECT c.n, u.id FROM (SELECT count(*) AS n FROM logs l WHERE true {hook} GROUP BY GROUPING SETS ((kind), ())) c, users u',
    'a ROLLUP among grouping sets, crossed with a table':
      'SELECT c.n, u.id FROM (SELECT count(*) AS n FROM logs l WHERE true {hook} GROUP BY GROUPING SETS ((kind), ROLLUP (org_id))) c, users u',
    'a CUBE crossed with a table':
      'SELECT c.n, u.id FROM (SELECT count(*) AS n FROM logs l WHERE true {hook} GROUP BY CUBE (kind, org_id)) c, users u',
    'an aggregate inside a subquery of its own SELECT':
      'SELECT c.n, u.id FROM (SELECT (SELECT count(l.id)) AS n FROM logs l WHERE true {hook}) c, users u',
    'an aggregate of a subquery whose columns have the names of others':
      'SELECT c.n, u.id FROM (SELECT (SELECT max((SELECT name FROM users s WHERE s.id = l.user_id)) FROM users x LIMIT 1) AS n FROM logs l WHERE true {hook}) c, users u',
    'an aggregate inside the argument of another':
      'SELECT c.n, u.id FROM (SELECT (SELECT max(x.id + (SELECT count(l.id))) FROM users x) AS n FROM logs l WHERE true {hook}) c, users u',
    'an aggregate with the name of a window function':
      'SELECT c.n, u.id FROM (SELECT rank(1) WITHIN GROUP (ORDER BY l.id) AS n FROM logs l WHERE true {hook}) c, users u',
    'an aggregate in a subquery, beside a column from around':
      'SELECT c.n, u.id FROM orgs o, LATERAL (SELECT (SELECT count(l.id)) AS n, o.id FROM logs l WHERE true {hook}) c, users u',
    'an aggregate in a subquery, beside an unqualified column from around':
      "SELECT c.n, u.id FROM (SELECT 'x' AS around) o, LATERAL (SELECT (SELECT count(l.id)) AS n, around FROM logs l WHERE true {hook}) c, users u",
    'an aggregate in a subquery, beside all columns from around':
      'SELECT c.n, u.id FROM orgs o, LATERAL (SELECT (SELECT count(l.id)) AS n, o.* FROM logs l WHERE true {hook}) c, users u',
    '= ALL': 'SELECT b.id FROM logs b WHERE b.id = ALL (SELECT l.id FROM logs l WHERE true {hook})',
    'an aggregate of a subquery about its own SELECT':
      'SELECT c.n, u.id FROM (SELECT (SELECT max((SELECT s.name FROM users s WHERE s.id = l.user_id))) AS n FROM logs l WHERE true {hook}) c, users u',
    'an aggregate two subqueries down':
      'SELECT c.n, u.id FROM (SELECT (SELECT x.n FROM (SELECT (SELECT max(l.id)) AS n) x) AS n FROM logs l WHERE true {hook}) c, users u',
    'an aggregate of a column that an inner subquery hides':
      'SELECT c.n, u.id FROM (SELECT (SELECT max(note) FROM (SELECT a.id FROM archive a LIMIT 1) x) AS n FROM logs l WHERE true {hook}) c, users u',
    'an aggregate that a neighbour in FROM hides nothing from':
      'SELECT c.n, u.id FROM (SELECT (SELECT max(x.m) FROM archive a, (SELECT max(note) AS m) x) AS n FROM logs l WHERE true {hook}) c, users u',
    'an aggregate compared with a subquery':
      'SELECT c.n, u.id FROM (SELECT count(*) IN (SELECT 5) AS n FROM logs l WHERE true {hook}) c, users u',
    'an aggregate in ORDER BY': 'SELECT c.n, u.id FROM (SELECT 1 AS n FROM logs l WHERE true {hook} ORDER BY count(*)) c, users u',
    'an aggregate in DISTINCT ON': 'SELECT c.n, u.id FROM (SELECT DISTINCT ON (count(*)) 1 AS n FROM logs l WHERE true {hook}) c, users u',
    'an aggregate in a window':
      'SELECT c.n, u.id FROM (SELECT row_number() OVER w AS n FROM logs l WHERE true {hook} WINDOW w AS (ORDER BY count(*))) c, users u',
    'a guarded arm and one of constants, crossed with a table':
      'SELECT t.id, u.id FROM (SELECT id FROM logs l WHERE true {hook} UNION ALL SELECT 0) t, users u',
    'a table beside a list of values':
      "SELECT k.kind, u.id FROM (VALUES ('ssh')) k(kind) LEFT JOIN users u ON true LEFT JOIN (SELECT * FROM logs l WHERE true {hook}) t ON t.kind = k.kind",
    'a LIMIT that counts another table': 'SELECT id FROM logs l WHERE true {hook} UNION ALL SELECT 0 LIMIT (SELECT count(*) FROM users)',
    'an arm that reads by a function with an innocent name':
      "SELECT id FROM logs l WHERE true {hook} UNION ALL SELECT n FROM generate_series('all') n",
    'an arm that reads by a function of PostgreSQL':
      "SELECT id FROM logs l WHERE true {hook} UNION ALL SELECT ndoc FROM ts_stat('SELECT to_tsvector(''simple'', name) FROM users')",
    'an arm with TABLESAMPLE': 'SELECT id FROM logs l WHERE true {hook} UNION ALL SELECT id FROM users TABLESAMPLE system (100)',
    'a scalar subquery under IS NOT DISTINCT FROM':
      'SELECT b.id FROM logs b WHERE b.parent_id IS NOT DISTINCT FROM (SELECT l.id FROM logs l WHERE l.id < 0 {hook} LIMIT 1)',
    'a scalar subquery under IS DISTINCT FROM':
      'SELECT b.id FROM logs b WHERE b.id IS DISTINCT FROM (SELECT l.id FROM logs l WHERE true {hook} LIMIT 1)',
    'EXISTS compared with =': 'SELECT u.id FROM users u WHERE (u.id > 2) = EXISTS (SELECT 1 FROM logs l WHERE l.user_id = u.id {hook} )',
    'an = that is true of NULL':
      'SELECT u.id FROM users u WHERE u.id OPERATOR(odd.=) (SELECT l.user_id FROM logs l WHERE true {hook} LIMIT 1)',
    'a tie in an inner join on the optional side':
      'SELECT o.id, u.id FROM orgs o LEFT JOIN (users u JOIN orgs p ON p.id = u.org_id AND u.id IN (SELECT l.user_id FROM logs l WHERE true {hook})) ON u.org_id = o.id',
    'a guarded ROLLUP crossed with a table':
      'SELECT c.n, u.id FROM (SELECT count(*) AS n FROM logs l WHERE true {hook} GROUP BY ROLLUP (kind)) c, users u',
    'a guarded HAVING crossed with a table': 'SELECT c.n, u.id FROM (SELECT 1 AS n FROM logs l WHERE true {hook} HAVING true) c, users u',
    'an unguarded subquery beside an aggregate': 'SELECT count(*), (SELECT max(name) FROM users) FROM logs l WHERE true {hook}',
    'an unguarded subquery beside a ROLLUP':
      'SELECT kind, (SELECT max(name) FROM users) FROM logs l WHERE true {hook} GROUP BY ROLLUP (kind)',
    'an unguarded subquery beside an aggregate of the outer SELECT':
      'SELECT (SELECT max(u.name) FROM users u WHERE count(l.id) = 0) FROM logs l WHERE true {hook}',
    'an unguarded subquery in the HAVING of an aggregate':
      'SELECT count(*) FROM logs l WHERE true {hook} HAVING (SELECT count(*) FROM users) > 1',
    'an unguarded subquery beside a guarded one': 'SELECT (SELECT count(*) FROM logs l WHERE true {hook}), (SELECT count(*) FROM users)',
    'an unguarded subquery in a row of constants': 'SELECT id FROM logs l WHERE true {hook} UNION ALL SELECT (SELECT max(id) FROM users)',
    'an unguarded condition on a row of constants':
      'SELECT id FROM logs l WHERE true {hook} UNION ALL SELECT 0 WHERE EXISTS (SELECT 1 FROM users)',
    'rows beside a count with a guarded outer join':
      'SELECT b.id FROM ((SELECT count(*) AS n FROM logs l WHERE true {hook}) c LEFT JOIN (SELECT id FROM logs l WHERE true {hook}) o ON true), logs b',
    'rows of another table beside a count with a guarded outer join':
      'SELECT u.id FROM ((SELECT count(*) AS n FROM logs l WHERE true {hook}) c LEFT JOIN (SELECT id FROM logs l WHERE true {hook}) o ON true), users u',
    'an overload of a function with more arguments':
      "SELECT c.n, x FROM jsonb_array_elements_text('[1]', '[2]') x, (SELECT count(*) AS n FROM logs l WHERE true {hook}) c",
    'an overload of a function with other arguments':
      'SELECT c.n, x FROM jsonb_object_keys(1) x, (SELECT count(*) AS n FROM logs l WHERE true {hook}) c',
    'an overload of a function with any number of arguments':
      "SELECT c.n, x FROM pi('x', 1) x, (SELECT count(*) AS n FROM logs l WHERE true {hook}) c",
    'the recursive arm only':
      'WITH RECURSIVE r AS (SELECT id FROM logs WHERE parent_id IS NULL UNION ALL SELECT l.id FROM logs l JOIN r ON l.parent_id = r.id WHERE true {hook}) SELECT * FROM r',
  }),
  ...all('changes', {
    'an unguarded DELETE beside a guarded query': 'WITH d AS (DELETE FROM archive) SELECT id FROM logs l WHERE true {hook}',
    'a DELETE whose returned rows are filtered':
      'WITH d AS (DELETE FROM logs WHERE id > 2 RETURNING *) SELECT * FROM d l WHERE true {hook}',
    'an UPDATE whose returned rows are filtered': "WITH u AS (UPDATE logs SET note = 'x' RETURNING *) SELECT * FROM u l WHERE true {hook}",
    'an unguarded INSERT beside a guarded query':
      "WITH i AS (INSERT INTO audit (what) VALUES ('read')) SELECT id FROM logs l WHERE true {hook}",
    'an unguarded UPDATE around a guarded CTE':
      "WITH d AS (DELETE FROM logs l WHERE true {hook} RETURNING id) UPDATE archive SET note = 'x'",
    'a CTE beside an unguarded UPDATE': "WITH g AS (SELECT id FROM logs l WHERE true {hook}) UPDATE logs SET note = 'x' WHERE id > 2",
    'a subquery in SET': "UPDATE users u SET name = COALESCE((SELECT note FROM logs l WHERE l.user_id = u.id {hook} LIMIT 1), 'none')",
    'a subquery in RETURNING': 'DELETE FROM users u WHERE u.id > 1 RETURNING (SELECT count(*) FROM logs l WHERE l.user_id = u.id {hook} )',
    'a subquery under NOT IN of a DELETE': 'DELETE FROM users WHERE id NOT IN (SELECT user_id FROM logs l WHERE true {hook})',
    'INSERT of a guarded count': 'INSERT INTO audit (what) SELECT count(*)::text FROM logs l WHERE true {hook}',
    'INSERT of a guarded scalar': "INSERT INTO audit (what) VALUES ((SELECT 'n ' || count(*) FROM logs l WHERE true {hook}))",
    'INSERT of a count of rows taken':
      'WITH d AS (DELETE FROM logs l WHERE true {hook} RETURNING id) INSERT INTO audit (what) SELECT count(*)::text FROM d',
    'MERGE that inserts where nothing matches':
      "MERGE INTO archive a USING users u ON a.id IN (SELECT l.id FROM logs l WHERE true {hook}) WHEN NOT MATCHED THEN INSERT (id, org_id, kind) VALUES (u.id + 90, 2, 'x')",
    'MERGE that deletes what the source has not':
      'MERGE INTO archive a USING (SELECT id FROM logs l WHERE true {hook}) s ON a.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE',
  }),
  ...all('made', {
    'INSERT … SELECT': 'INSERT INTO archive (id, org_id, kind) SELECT l.id + 100, 2, l.kind FROM logs l WHERE l.id > 3 {hook}',
    'INSERT … SELECT from a guarded CTE':
      'WITH g AS (SELECT * FROM logs l WHERE id > 3 {hook}) INSERT INTO archive (id, org_id, kind) SELECT id + 100, 2, kind FROM g',
    'INSERT … SELECT in a CTE':
      'WITH i AS (INSERT INTO archive (id, org_id, kind) SELECT id + 100, 2, kind FROM logs l WHERE id > 3 {hook} RETURNING id) SELECT * FROM i',
    'rows moved beside others that are only read':
      'WITH d AS (DELETE FROM logs l WHERE id > 20 {hook} RETURNING *) INSERT INTO archive (id, org_id, kind) SELECT id + 100, 2, kind FROM d UNION ALL SELECT id + 100, 2, kind FROM logs l WHERE id < 9 {hook}',
    'MERGE that updates and inserts from a guarded source':
      "MERGE INTO archive a USING (SELECT * FROM logs l WHERE true {hook}) s ON a.id = s.id WHEN MATCHED THEN UPDATE SET note = 'x' WHEN NOT MATCHED THEN INSERT (id, org_id, kind) VALUES (s.id + 100, 2, s.kind)",
    'MERGE that inserts from a guarded source':
      'MERGE INTO archive a USING (SELECT * FROM logs l WHERE id > 3 {hook}) s ON a.id = s.id WHEN NOT MATCHED THEN INSERT (id, org_id, kind) VALUES (s.id + 100, 2, s.kind)',
  }),
  ...all('narrow', {
    'a tie of the rows around, in a join that may be missing':
      'SELECT b.id FROM logs l, logs b WHERE EXISTS (SELECT 1 FROM orgs o LEFT JOIN (orgs p JOIN orgs q ON l.id = b.id) ON true) {hook}',
    'an EXISTS with a tie of the rows around in a join that may be missing':
      'SELECT b.id FROM logs l, logs b WHERE EXISTS (SELECT 1 FROM orgs o LEFT JOIN users u ON u.id = l.user_id AND u.id = b.user_id) {hook}',
    'LATERAL with a tie of the rows around in a join that may be missing':
      'SELECT b.id FROM logs l, logs b, LATERAL (SELECT 1 FROM users u RIGHT JOIN orgs o ON u.id = l.user_id AND u.id = b.user_id) x WHERE true {hook}',
    'an EXISTS with a tie of the rows around in an inner join that may be missing':
      'SELECT b.id FROM logs l, logs b WHERE EXISTS (SELECT 1 FROM orgs o LEFT JOIN (users u JOIN archive a ON u.id = l.user_id AND u.id = b.user_id) ON true) {hook}',
    'an EXISTS with a tie of the rows around in a subquery that may be missing':
      'SELECT b.id FROM logs l, logs b WHERE EXISTS (SELECT 1 FROM orgs o LEFT JOIN LATERAL (SELECT 1 FROM users u WHERE u.id = l.user_id AND u.id = b.user_id) x ON true) {hook}',
    'an EXISTS with a tie of the rows around in a condition that may not hold':
      'SELECT b.id FROM logs l, logs b WHERE EXISTS (SELECT 1 FROM orgs o LEFT JOIN users u ON u.id IN (SELECT v.id FROM users v WHERE v.id = l.user_id) AND u.id = b.user_id) {hook}',
    'a rule that changes other rows': 'DELETE FROM gone l WHERE true {hook}',
    'a rule that changes other rows, in a CTE':
      'WITH d AS (DELETE FROM gone l WHERE true {hook}) SELECT id FROM logs l WHERE id < 3 {hook}',
    'a guarded LATERAL subquery in a FULL JOIN':
      'SELECT a.id FROM logs a, (orgs o FULL JOIN LATERAL (SELECT l.id FROM logs l WHERE l.id = a.id {hook}) c ON o.id = c.id), (SELECT id FROM logs l WHERE true {hook}) z',
    'a tie to a value that the UPDATE sets':
      'UPDATE logs l SET user_id = 3 WHERE l.id = 1 {hook} RETURNING (SELECT max(x.note) FROM logs x WHERE x.user_id = l.user_id)',
    'a tie to a value that the UPDATE sets, by its new row':
      'UPDATE logs l SET user_id = 3 WHERE l.id = 1 {hook} RETURNING (SELECT max(x.note) FROM logs x WHERE x.user_id = NEW.user_id)',
    'a tie to a value that the UPDATE sets, two queries further in':
      'UPDATE logs l SET user_id = 3 WHERE l.id = 1 {hook} RETURNING (SELECT (SELECT max(x.note) FROM logs x WHERE x.user_id = l.user_id))',
    'a tie to a value that a view leads to':
      'UPDATE recent l SET user_id = 3 WHERE l.id = 4 {hook} RETURNING (SELECT max(x.note) FROM logs x WHERE x.user_id = l.user_id)',
    'a tie to a value that a MERGE sets':
      'MERGE INTO logs l USING (VALUES (1)) v(id) ON v.id = l.id {hook} WHEN MATCHED THEN UPDATE SET user_id = 3 RETURNING (SELECT max(x.note) FROM logs x WHERE x.user_id = l.user_id)',
    'a tie to a value that one action of a MERGE sets':
      'MERGE INTO logs l USING (VALUES (1)) v(id) ON v.id = l.id {hook} WHEN MATCHED AND l.id > 20 THEN DELETE WHEN MATCHED THEN UPDATE SET user_id = 3 RETURNING (SELECT max(x.note) FROM logs x WHERE x.user_id = l.user_id)',
    'a tie to a value that an UPDATE in a CTE returns':
      'WITH u AS (UPDATE logs l SET user_id = 3 WHERE l.id = 1 {hook} RETURNING l.user_id) SELECT x.note FROM u JOIN logs x ON x.user_id = u.user_id',
    'IN with a value that an UPDATE in a CTE returns':
      'WITH u AS (UPDATE logs l SET user_id = 3 WHERE l.id = 1 {hook} RETURNING *) SELECT x.note FROM logs x WHERE x.user_id IN (SELECT u.user_id FROM u)',
    'a tie to a value that an INSERT returns':
      'WITH d AS (DELETE FROM logs l WHERE l.id = 1 {hook} RETURNING *), i AS (INSERT INTO archive (id, org_id, user_id, kind) SELECT 99, 1, 3, d.kind FROM d RETURNING user_id) SELECT x.note FROM i JOIN logs x ON x.user_id = i.user_id',
    'the left arm of EXCEPT': 'SELECT id FROM logs l WHERE true {hook} EXCEPT SELECT parent_id FROM logs',
    'a function of its rows, twice': 'SELECT m.id FROM all_logs() l CROSS JOIN all_logs() m WHERE true {hook}',
    'a function of its rows beside the table': 'SELECT m.id FROM all_logs() l CROSS JOIN logs m WHERE true {hook}',
    'one arm of INTERSECT': 'SELECT id FROM logs l WHERE true {hook} INTERSECT SELECT parent_id FROM logs',
    'the seed of a recursion':
      'WITH RECURSIVE r AS (SELECT id FROM logs l WHERE id = 1 {hook} UNION SELECT c.id FROM logs c JOIN r ON c.parent_id = r.id) SELECT * FROM r',
    'a step of a recursion that brings rows by an outer join':
      'WITH RECURSIVE r AS (SELECT id FROM logs l WHERE id = 1 {hook} UNION SELECT c.id FROM r LEFT JOIN logs c ON c.parent_id = r.id) SELECT * FROM r WHERE id IS NOT NULL',
    'a step of a recursion that brings rows behind an outer join':
      'WITH RECURSIVE r AS (SELECT id FROM logs l WHERE id = 1 {hook} UNION SELECT c.id FROM (r JOIN logs c ON c.parent_id = r.id) LEFT JOIN users u ON u.id = c.user_id) SELECT * FROM r',
    'the same table again, without a tie': 'SELECT b.id FROM (SELECT id FROM logs l WHERE true {hook}) a CROSS JOIN logs b',
    'the same table again, with a condition of its own':
      'SELECT b.id FROM (SELECT id FROM logs l WHERE true {hook}) a JOIN logs b ON b.id > 2',
    'the same table again, sampled, without a tie':
      'SELECT b.id FROM (SELECT id FROM logs l WHERE true {hook}) a CROSS JOIN logs b TABLESAMPLE system (100)',
    'the same table again, beside an inner ON': 'SELECT b.id FROM logs l JOIN users u ON u.id = l.user_id {hook} CROSS JOIN logs b',
    'the same table again, in a subquery with another':
      'SELECT x.id FROM (SELECT id FROM logs l WHERE true {hook}) a CROSS JOIN (SELECT b.id FROM users u CROSS JOIN logs b) x',
    'the same table again, behind a CTE':
      'WITH t AS (SELECT * FROM logs), g AS (SELECT l.id FROM t l WHERE true {hook}) SELECT b.id FROM g CROSS JOIN logs b',
    'the same table again, through a CTE':
      'WITH t AS (SELECT * FROM logs), g AS (SELECT l.id FROM logs l WHERE true {hook}) SELECT b.id FROM g CROSS JOIN t b',
    'the same table again, in a CTE that is no part of the guard':
      'WITH g AS (SELECT id AS gid FROM logs l WHERE true {hook}) SELECT note FROM logs, g WHERE id > 2',
    'EXISTS over a CTE that has the column itself':
      'WITH g AS (SELECT * FROM logs l WHERE true {hook}) SELECT b.id FROM logs b WHERE EXISTS (SELECT 1 FROM g WHERE org_id = 1)',
    'EXISTS whose unqualified column is its own':
      'SELECT b.id FROM logs b WHERE EXISTS (SELECT 1 FROM logs l WHERE note IS NOT NULL {hook} )',
    'a row beyond ANY': 'SELECT b.id FROM logs b WHERE b.id > ANY (SELECT l.id FROM logs l WHERE true {hook})',
    'a row beyond a scalar subquery':
      'SELECT b.id FROM logs b WHERE b.id > (SELECT l.id FROM logs l WHERE true {hook} ORDER BY l.id LIMIT 1)',
    'the same table again, compared with a column of a query around it':
      'SELECT x.id FROM orgs o, LATERAL (SELECT b.id FROM (SELECT id FROM logs l WHERE true {hook}) a CROSS JOIN logs b WHERE name <> b.note) x',
    'the same table again, compared with a column that is renamed away':
      'SELECT x.id FROM (SELECT 1 AS gid) o, LATERAL (SELECT b.id FROM (SELECT id AS gid FROM logs l WHERE true {hook}) a(z) CROSS JOIN logs b WHERE b.id > gid) x',
    'the same table again, compared with a column that a column list hides':
      'SELECT x.id FROM (SELECT 1 AS gid) o, LATERAL (WITH g(z) AS (SELECT id AS gid FROM logs l WHERE true {hook}) SELECT b.id FROM g CROSS JOIN logs b WHERE b.id > gid) x',
    'the same table again, compared with a column that a join renames away':
      'SELECT x.id FROM (SELECT 1 AS gid) o, LATERAL (SELECT b.id FROM (SELECT j.* FROM ((SELECT id AS gid FROM logs l WHERE true {hook}) i CROSS JOIN orgs p) AS j(z)) a CROSS JOIN logs b WHERE b.id > gid) x',
    'the same table again, compared with a column that stands behind a merged one':
      'SELECT x.id FROM (SELECT 1 AS gid) o, LATERAL (SELECT b.id FROM (SELECT * FROM orgs p JOIN (SELECT id, id AS gid FROM logs l WHERE true {hook}) i USING (id)) a(p, q, r) CROSS JOIN logs b WHERE b.id > gid) x',
    'the same table again, both with a column that has no name':
      'SELECT x.id FROM (SELECT id, 1 + 1 FROM logs l WHERE true {hook}) a CROSS JOIN (SELECT b.id, 2 + 2 FROM logs b) x WHERE x.id > 2',
    'the same table again, beside a function with a tie':
      'SELECT b.id FROM (SELECT id FROM logs l WHERE true {hook}) a CROSS JOIN logs b CROSS JOIN generate_series(1, 30) g(val) WHERE val = a.id',
    'the same table again, beside stars in subqueries':
      'SELECT b.id FROM (SELECT id FROM logs l WHERE true {hook}) a CROSS JOIN logs b WHERE EXISTS (SELECT * FROM archive r WHERE r.id <> a.id) AND EXISTS (SELECT * FROM archive r WHERE r.id <> b.id)',
    'the same table again, optional, without a tie':
      'SELECT a.id, b.id FROM (SELECT id FROM logs l WHERE true {hook}) a LEFT JOIN logs b ON true',
    'EXISTS that names nothing outside': 'SELECT b.id FROM logs b WHERE EXISTS (SELECT 1 FROM logs l WHERE l.id > 3 {hook})',
    'IN of a constant': 'SELECT b.id FROM logs b WHERE 2 IN (SELECT l.org_id + 1 FROM logs l WHERE true {hook})',
    'UPDATE from a guarded subquery without a tie': "UPDATE logs SET note = 'x' FROM (SELECT id FROM logs l WHERE true {hook}) t",
    'DELETE with EXISTS that names nothing outside': 'DELETE FROM logs WHERE EXISTS (SELECT 1 FROM logs l WHERE true {hook})',
  }),
];

const INDIFFERENT: readonly Bad[] = [
  ...all('untied', {
    'a constant that the rows are grouped by': 'SELECT u.id FROM users u WHERE u.id IN (SELECT 1 FROM logs l WHERE true {hook} GROUP BY 1)',
    'a constant that is grouped by its name':
      'SELECT u.id FROM users u WHERE u.id IN (SELECT x FROM (SELECT 1 AS x, l.id FROM logs l WHERE true {hook}) s GROUP BY x)',
    'a constant from a list of values':
      'SELECT u.id FROM users u WHERE u.id IN (SELECT x FROM (VALUES (1)) v(x), logs l WHERE true {hook})',
    'constants from an array': 'SELECT u.id FROM users u WHERE u.id IN (SELECT x FROM unnest(ARRAY[1, 2]) x, logs l WHERE true {hook})',
    "an aggregate of another table's rows":
      'SELECT u.id FROM users u WHERE u.id IN (SELECT (SELECT max(id) FROM orgs) FROM logs l WHERE true {hook})',
    'the outer row itself, grouped': 'SELECT u.id FROM users u WHERE u.id IN (SELECT u.id FROM logs l WHERE true {hook} GROUP BY u.id)',
    'EXISTS over another table': 'SELECT u.id FROM users u WHERE EXISTS (SELECT 1 FROM logs l WHERE true {hook})',
    'EXISTS that names the outer row in its select list':
      'SELECT u.id FROM users u WHERE EXISTS (SELECT u.id FROM logs l WHERE true {hook})',
    'EXISTS that says something of the outer row only':
      'SELECT u.id FROM users u WHERE EXISTS (SELECT 1 FROM logs l WHERE u.id > 2 {hook})',
    'EXISTS with one arm that names no outer row':
      'SELECT u.id FROM users u WHERE EXISTS (SELECT 1 FROM logs l WHERE l.user_id = u.id {hook} UNION ALL SELECT 1 FROM logs l WHERE true {hook} )',
    'IN with a column of the outer row, taken for one of the table':
      'SELECT u.id FROM users u WHERE name IN (SELECT name FROM logs l WHERE true {hook})',
    'IN with a column of the outer row, through a derived table':
      'SELECT u.id FROM users u WHERE u.id IN (SELECT x.k FROM (SELECT u.id AS k FROM logs l WHERE true {hook}) x)',
    'IN with a constant': 'SELECT u.id FROM users u WHERE u.id IN (SELECT 5 FROM logs l WHERE true {hook})',
    'UPDATE of another table without a tie': "UPDATE users SET name = 'x' FROM (SELECT id FROM logs l WHERE true {hook}) t",
    'DELETE of another table without a tie': 'DELETE FROM users USING (SELECT id FROM logs l WHERE true {hook}) t WHERE users.id > 2',
  }),
  ...all('useless', {
    'a CTE beside a constant': 'WITH g AS (SELECT id FROM logs l WHERE true {hook}) SELECT 1 AS one',
    'a CTE beside a list of values': "WITH g AS (SELECT id FROM logs l WHERE true {hook}) VALUES ('one')",
  }),
];

const SPELLING = all('unspliced', {
  'in a string': "SELECT id FROM logs WHERE id > 2 AND note <> '-- @authorize_filter'",
  'on a line of a string': "SELECT id FROM logs WHERE note <> '\n-- @authorize_filter\n'",
  'in an escape string': "SELECT id FROM logs WHERE note <> E'\\'\n-- @authorize_filter\n'",
  'in a dollar-quoted string': 'SELECT id FROM logs WHERE note <> $q$\n-- @authorize_filter\n$q$',
  'in a quoted identifier': 'SELECT id AS "-- @authorize_filter" FROM logs WHERE id > 2',
  'in a block comment': 'SELECT id FROM logs WHERE id > 2 /* @authorize_filter */',
  'on a line of a block comment': 'SELECT id FROM logs WHERE id > 2 /*\n-- @authorize_filter\n*/',
  'in a nested block comment': 'SELECT id FROM logs WHERE id > 2 /* /* */\n * @authorize_filter\n */',
  'behind another --': 'SELECT id FROM logs WHERE id > 2 -- only mine -- @authorize_filter\n',
  'commented out': 'SELECT id FROM logs WHERE id > 2\n-- -- @authorize_filter\n',
  'behind more dashes': 'SELECT id FROM logs WHERE id > 2\n--- @authorize_filter\n',
  'with text behind it': 'SELECT id FROM logs WHERE id > 2\n-- @authorize_filter for organizations\n',
  'with a full stop': 'SELECT id FROM logs WHERE id > 2\n-- @authorize_filter.\n',
  'with a semicolon': 'SELECT id FROM logs WHERE id > 2\n-- @authorize_filter;\n',
  'with an argument': 'SELECT id FROM logs WHERE id > 2\n-- @authorize_filter(logs)\n',
  'with text before it': 'SELECT id FROM logs WHERE id > 2\n-- TODO: @authorize_filter\n',
  'without a space': 'SELECT id FROM logs WHERE id > 2\n--@authorize_filter\n',
  'with two spaces': 'SELECT id FROM logs WHERE id > 2\n--  @authorize_filter\n',
  'with a tab': 'SELECT id FROM logs WHERE id > 2\n--\t@authorize_filter\n',
  'with capitals': 'SELECT id FROM logs WHERE id > 2\n-- @Authorize_Filter\n',
  'with a hyphen': 'SELECT id FROM logs WHERE id > 2\n-- @authorize-filter\n',
  'with a space for the underscore': 'SELECT id FROM logs WHERE id > 2\n-- @authorize filter\n',
  'without the underscore': 'SELECT id FROM logs WHERE id > 2\n-- @authorizefilter\n',
  'in British': 'SELECT id FROM logs WHERE id > 2\n-- @authorise_filter\n',
  'in the plural': 'SELECT id FROM logs WHERE id > 2\n-- @authorize_filters\n',
  'with letters swapped': 'SELECT id FROM logs WHERE id > 2\n-- @authroize_fliter\n',
  'as another word': 'SELECT id FROM logs WHERE id > 2\n-- @authorization_filter\n',
  'without the @': 'SELECT id FROM logs WHERE id > 2\n-- authorize_filter\n',
  'with a space behind the @': 'SELECT id FROM logs WHERE id > 2\n-- @ authorize_filter\n',
  'with a zero-width space': 'SELECT id FROM logs WHERE id > 2\n-- @authorize\u200b_filter\n',
  'with a letter of another script': 'SELECT id FROM logs WHERE id > 2\n-- @\u0430uthorize_filter\n',
  'as a parameter': 'SELECT id FROM logs WHERE id > 2 AND @authorize_filter',
  'as a cast parameter': 'SELECT id FROM logs WHERE id > 2 AND @authorize_filter::bool',
  'as sqlc.arg': 'SELECT id FROM logs WHERE id > 2 AND sqlc.arg(authorize_filter)::bool',
  'behind the semicolon': 'SELECT id FROM logs WHERE id > 2;\n--@authorize_filter\n',
});

const UNSUPPORTED: readonly Bad[] = [
  ...all('made', {
    'SELECT INTO': 'SELECT l.id + 100 AS id, 2 AS org_id INTO copied FROM logs l WHERE l.id > 2 {hook}',
    'CREATE TABLE AS': 'CREATE TABLE copied AS SELECT l.id + 100 AS id, 2 AS org_id FROM logs l WHERE l.id > 2 {hook}',
  }),
  ...all('narrow', {
    EXPLAIN: 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF, SUMMARY OFF) SELECT l.id FROM logs l WHERE l.id > 2 {hook}',
  }),
];

export const BAD: Readonly<Record<string, readonly Bad[]>> = {
  'inside a WHERE': INSIDE_WHERE,
  'in another clause': OTHER_CLAUSES,
  'where SQL has no condition': UNPARSABLE,
  'beside unguarded rows': BESIDE,
  'without a tie to the rows': INDIFFERENT,
  'not spelled as a hook': SPELLING,
  'in another statement': UNSUPPORTED,
};
