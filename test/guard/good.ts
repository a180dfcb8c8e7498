/**
 * Placements that guard every row. `{hook}` stands for the hook and the end of its line; each
 * guarded FROM calls the table that the filter is about `l`.
 */
export interface Good {
  readonly name: string;
  readonly sql: string;
  /** Why rows of the guarded table are still scanned under `(false)`, where they are. */
  readonly scans?: string;
  /** What comes out of the rest although the filter is narrower, where that is a documented limit. */
  readonly limit?: string;
}

function all(entries: Readonly<Record<string, string>>): Good[] {
  return Object.entries(entries).map(([name, sql]) => ({ name, sql }));
}

const WHERE = all({
  'alone with true': 'SELECT * FROM logs l WHERE true {hook}',
  'after a condition': "SELECT id FROM logs l WHERE kind = 'ssh' {hook} ORDER BY id",
  'between conditions': "SELECT id FROM logs l WHERE kind = 'ssh' {hook} AND id > 3",
  'after an OR in parentheses': "SELECT id FROM logs l WHERE (kind = 'ssh' OR id > 20) {hook}",
  'inside parentheses around everything': "SELECT id FROM logs l WHERE (kind = 'ssh' AND id > 2 {hook} )",
  'deep in parentheses and ANDs': "SELECT id FROM logs l WHERE ((kind = 'ssh' {hook} ) AND id > 2) AND id < 20",
  'after BETWEEN': 'SELECT id FROM logs l WHERE id BETWEEN 2 AND 20 {hook}',
  'after CASE': "SELECT id FROM logs l WHERE CASE WHEN kind = 'ssh' THEN id > 4 ELSE true END {hook}",
  'after NOT': "SELECT id FROM logs l WHERE NOT kind = 'ssh' {hook}",
  'after NOT EXISTS': 'SELECT id FROM logs l WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = l.id) {hook}',
  'after IN with a list': "SELECT id FROM logs l WHERE kind IN ('ssh', 'web') {hook}",
  'after IN with a subquery': 'SELECT id FROM logs l WHERE user_id IN (SELECT id FROM users) {hook}',
  'after LIKE': "SELECT id FROM logs l WHERE note LIKE 'note%' {hook}",
  'after IS NULL': 'SELECT id FROM logs l WHERE parent_id IS NULL {hook}',
  'after a comparison with ANY': 'SELECT id FROM logs l WHERE id = ANY (ARRAY[1, 2, 3]) {hook}',
  'after a scalar subquery': 'SELECT id FROM logs l WHERE user_id = (SELECT min(id) + 1 FROM users) {hook}',
  'twice in a row': 'SELECT id FROM logs l WHERE id > 1 {hook}{hook}',
  'twice in one WHERE': 'SELECT id FROM logs l WHERE id > 1 {hook} AND id < 20 {hook}',
  'on the same line as the condition': 'SELECT id FROM logs l WHERE id > 1 -- @authorize_filter\nORDER BY id',
  'right behind a word': 'SELECT id FROM logs l WHERE true-- @authorize_filter\n',
  'indented by a tab, with spaces behind': 'SELECT id FROM logs l WHERE true\n\t-- @authorize_filter  \nORDER BY id',
  'the last thing before the semicolon': 'SELECT id FROM logs l WHERE true\n-- @authorize_filter\n',
  'with comments around it': 'SELECT id FROM logs l WHERE true\n-- the filter:\n-- @authorize_filter\n/* behind it */ ORDER BY id',
  'with carriage returns': 'SELECT id FROM logs l\r\nWHERE true\r\n-- @authorize_filter\r\nORDER BY id',
  'a mention in prose beside it':
    'SELECT id FROM logs l WHERE true\n-- We use an `@authorize_filter` for the rows.\n-- @authorize_filter\n',
  'behind characters of several bytes': "SELECT id FROM logs l WHERE note <> 'äöü 🙂 日本' {hook} AND note <> '🙂' {hook}",
  'before GROUP BY and HAVING': 'SELECT kind, count(*) FROM logs l WHERE id > 1 {hook} GROUP BY kind HAVING count(*) > 0',
  'before ORDER BY, LIMIT and OFFSET': 'SELECT id FROM logs l WHERE true {hook} ORDER BY id DESC LIMIT 3 OFFSET 1',
  'before FETCH FIRST': 'SELECT id FROM logs l WHERE true {hook} ORDER BY id FETCH FIRST 3 ROWS ONLY',
  'before FOR UPDATE': 'SELECT id FROM logs l WHERE true {hook} FOR UPDATE OF l SKIP LOCKED',
  'under DISTINCT': 'SELECT DISTINCT kind FROM logs l WHERE true {hook}',
  'under DISTINCT ON': 'SELECT DISTINCT ON (kind) kind, id FROM logs l WHERE true {hook} ORDER BY kind, id',
  'with a window function': 'SELECT id, count(*) OVER () FROM logs l WHERE true {hook}',
  'with a named window': 'SELECT id, rank() OVER w FROM logs l WHERE true {hook} WINDOW w AS (ORDER BY id)',
  'with a set-returning function': 'SELECT id, generate_series(1, 2) FROM logs l WHERE true {hook}',
  'with TABLESAMPLE': 'SELECT id FROM logs l TABLESAMPLE system (100) WHERE true {hook}',
  'on a view': 'SELECT id FROM recent l WHERE true {hook}',
  'on a function': 'SELECT id FROM all_logs() l WHERE true {hook}',
  'with ONLY and a schema': 'SELECT id FROM ONLY public.logs l WHERE true {hook}',
  'over a derived table': 'SELECT id FROM (SELECT * FROM logs) l WHERE true {hook}',
  'over a set operation': 'SELECT id FROM (SELECT * FROM logs UNION ALL SELECT * FROM archive WHERE false) l WHERE true {hook}',
  'over a page without an end': 'SELECT id FROM (SELECT * FROM logs LIMIT ALL) l WHERE true {hook}',
  'over a CTE': 'WITH l AS (SELECT * FROM logs) SELECT id FROM l WHERE true {hook}',
});

const JOINS = all({
  'WHERE behind a LEFT JOIN': 'SELECT l.id, u.name FROM logs l LEFT JOIN users u ON u.id = l.user_id WHERE true {hook}',
  'WHERE behind a LEFT JOIN of the guarded table': 'SELECT u.id, l.id FROM users u LEFT JOIN logs l ON u.id = l.user_id WHERE true {hook}',
  'WHERE behind a FULL JOIN': 'SELECT l.id, u.name FROM logs l FULL JOIN users u ON u.id = l.user_id WHERE true {hook}',
  'WHERE behind a comma': 'SELECT l.id, u.name FROM logs l, users u WHERE u.id = l.user_id {hook}',
  'WHERE behind CROSS JOIN': 'SELECT l.id, o.name FROM logs l CROSS JOIN orgs o WHERE o.id = 1 {hook}',
  'WHERE behind JOIN USING': 'SELECT l.id FROM logs l JOIN users u USING (org_id) WHERE true {hook}',
  'WHERE behind NATURAL JOIN': 'SELECT l.id FROM logs l NATURAL JOIN (SELECT org_id FROM users) u WHERE true {hook}',
  'WHERE behind LATERAL': 'SELECT l.id, x.n FROM logs l, LATERAL (SELECT l.id + 1 AS n) x WHERE true {hook}',
  'the ON of an inner join': 'SELECT l.id, u.name FROM logs l JOIN users u ON u.id = l.user_id {hook}',
  "a table's own name for the row that may be missing":
    'SELECT l.id FROM logs l JOIN users AS o ON o.id = l.user_id LEFT JOIN users ON users.id = l.parent_id WHERE true {hook}',
  'the ON of an inner join, then a LEFT JOIN':
    'SELECT l.id, o.name FROM logs l JOIN users u ON u.id = l.user_id {hook} LEFT JOIN orgs o ON o.id = u.org_id',
  'the ON of an inner join behind a LEFT JOIN':
    'SELECT l.id FROM logs l LEFT JOIN users u ON u.id = l.user_id JOIN orgs o ON o.id = l.org_id {hook}',
  'the ON of an inner join in parentheses':
    'SELECT l.id FROM orgs o JOIN (logs l JOIN users u ON u.id = l.user_id {hook}) ON o.id = u.org_id',
  'a guarded subquery with JOIN': 'SELECT t.id, u.name FROM (SELECT * FROM logs l WHERE true {hook}) t JOIN users u ON u.id = t.user_id',
  'JOIN with a guarded subquery': 'SELECT t.id, u.name FROM users u JOIN (SELECT * FROM logs l WHERE true {hook}) t ON u.id = t.user_id',
  'a guarded subquery with LEFT JOIN':
    'SELECT t.id, u.name FROM (SELECT * FROM logs l WHERE true {hook}) t LEFT JOIN users u ON u.id = t.user_id',
  'RIGHT JOIN with a guarded subquery':
    'SELECT t.id, u.name FROM users u RIGHT JOIN (SELECT * FROM logs l WHERE true {hook}) t ON u.id = t.user_id',
  'a guarded subquery and a comma': 'SELECT t.id, u.name FROM (SELECT * FROM logs l WHERE true {hook}) t, users u WHERE u.id = t.user_id',
  'a guarded subquery with USING': 'SELECT t.id, u.name FROM (SELECT * FROM logs l WHERE true {hook}) t JOIN users u USING (org_id)',
  'a guarded subquery crossed with another table': 'SELECT t.id, o.name FROM (SELECT * FROM logs l WHERE true {hook}) t CROSS JOIN orgs o',
  'a guarded subquery with LATERAL':
    'SELECT t.id, x.name FROM (SELECT * FROM logs l WHERE true {hook}) t LEFT JOIN LATERAL (SELECT u.name FROM users u WHERE u.id = t.user_id LIMIT 1) x ON true',
  'a guarded LATERAL subquery':
    'SELECT u.name, t.id FROM users u, LATERAL (SELECT l.id FROM logs l WHERE l.user_id = u.id {hook} ORDER BY l.id LIMIT 1) t',
  'FULL JOIN of two guarded subqueries':
    'SELECT a.id, b.id FROM (SELECT id FROM logs l WHERE id < 9 {hook}) a FULL JOIN (SELECT id FROM logs l WHERE id > 5 {hook}) b USING (id)',
  'the same table again, tied by its key': 'SELECT b.note FROM (SELECT id FROM logs l WHERE true {hook}) a JOIN logs b ON b.id = a.id',
  'the same table again, tied in WHERE': 'SELECT b.note FROM (SELECT id FROM logs l WHERE true {hook}) a, logs b WHERE b.id = a.id',
  'a series of days with guarded counts':
    'SELECT d.n, count(t.id) FROM generate_series(1, 3) d(n) LEFT JOIN (SELECT * FROM logs l WHERE true {hook}) t ON t.org_id = d.n GROUP BY d.n',
  'a list of values with guarded counts':
    "SELECT k.kind, count(t.id) FROM (VALUES ('ssh'), ('web')) k(kind) LEFT JOIN (SELECT * FROM logs l WHERE true {hook}) t ON t.kind = k.kind GROUP BY k.kind",
});

const TIED = all({
  'the same table again, with USING': 'SELECT b.note FROM (SELECT id FROM logs l WHERE true {hook}) a JOIN logs b USING (id)',
  'the same table again, with NATURAL JOIN': 'SELECT b.note FROM (SELECT id FROM logs l WHERE true {hook}) a NATURAL JOIN logs b',
  'the same table again, through LATERAL':
    'SELECT a.id, x.note FROM (SELECT id FROM logs l WHERE true {hook}) a, LATERAL (SELECT b.note FROM logs b WHERE b.id = a.id) x',
  'the same table again, through a join in parentheses':
    'SELECT b.note FROM (SELECT id, user_id FROM logs l WHERE true {hook}) a JOIN (users u JOIN logs b ON b.user_id = u.id) ON u.id = a.user_id AND b.id = a.id',
  'the same table again, by way of a third':
    'SELECT b.note FROM (SELECT id, user_id FROM logs l WHERE true {hook}) a JOIN archive x ON x.id = a.id JOIN logs b ON b.id = x.id',
  'the same table again, sampled and tied':
    'SELECT b.note FROM (SELECT id FROM logs l WHERE true {hook}) a JOIN logs b TABLESAMPLE system (100) ON b.id = a.id',
  'the same table again, tied to an inner ON':
    'SELECT l.id, b.note FROM logs l JOIN users u ON u.id = l.user_id {hook} JOIN logs b ON b.id = l.id',
  'the same table again, tied without qualifiers':
    'WITH g AS (SELECT id AS gid FROM logs l WHERE true {hook}) SELECT note FROM logs, g WHERE id = gid',
  'the same table again, tied inside a subquery without qualifiers':
    'SELECT b.id FROM (SELECT id AS gid FROM logs l WHERE true {hook}) a CROSS JOIN logs b WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = b.user_id AND b.id = gid)',
  'tied to a guarded join without qualifiers':
    'SELECT x.note FROM (SELECT id AS xid, note FROM logs) x, logs l JOIN (SELECT id AS uid FROM users) u ON u.uid = l.user_id {hook} WHERE xid = id',
  'tied by a renamed column': 'SELECT b.note FROM logs b, (SELECT id, user_id FROM logs l WHERE true {hook}) a(x) WHERE b.id = x',
  'tied by a column behind a renamed one':
    'SELECT b.note FROM logs b, (SELECT org_id, id AS gid FROM logs l WHERE true {hook}) a(x) WHERE b.id = gid',
  'tied by a column of a star':
    'SELECT b.note FROM logs b, (SELECT * FROM (SELECT id AS gid FROM logs l WHERE true {hook}) i) a WHERE b.id = gid',
  'tied by a column of a star over a CTE':
    'WITH g AS (SELECT id AS gid, l.* FROM logs l WHERE true {hook}), h AS (SELECT * FROM g) SELECT b.note FROM logs b, h WHERE b.id = gid',
  'tied by a column of a qualified star':
    'SELECT b.note FROM logs b, (SELECT i.* FROM orgs o JOIN (SELECT id AS gid FROM logs l WHERE true {hook}) i ON i.gid > o.id) a WHERE b.id = gid',
  'tied by a column of a join that has a name':
    'SELECT b.note FROM logs b, (SELECT j.* FROM (orgs o JOIN (SELECT id AS gid FROM logs l WHERE true {hook}) i ON i.gid > o.id) AS j) a WHERE b.id = gid',
  'tied by a column that a join with a name renames':
    'SELECT b.note FROM logs b, (SELECT j.* FROM ((SELECT id AS gid FROM logs l WHERE true {hook}) i CROSS JOIN orgs o) AS j(x)) a WHERE b.id = x',
  'tied by a column of a join with USING':
    'SELECT b.note FROM logs b, (SELECT * FROM (SELECT id, id AS gid FROM logs l WHERE true {hook}) i JOIN orgs o USING (id)) a WHERE b.id = gid',
  'tied by a column of a CTE with a column list':
    'WITH g(x, y) AS (SELECT id, user_id FROM logs l WHERE true {hook}) SELECT b.note FROM logs b, g WHERE b.user_id = y',
  'tied by a column of a UNION':
    'SELECT b.note FROM logs b, (SELECT id AS gid FROM logs l WHERE true {hook} UNION SELECT id FROM logs l WHERE id > 3 {hook}) a WHERE b.id = gid',
  'tied by a column of a sample':
    'SELECT id FROM logs TABLESAMPLE system (100), (SELECT id AS gid FROM logs l WHERE true {hook}) a WHERE id = gid',
  'the same table again, in a subquery that is tied':
    'SELECT x.note FROM (SELECT id FROM logs l WHERE true {hook}) a JOIN (SELECT b.id, b.note FROM logs b) x ON x.id = a.id',
});

const SUBQUERIES = all({
  'a subquery in FROM': 'SELECT t.* FROM (SELECT * FROM logs l WHERE true {hook}) t ORDER BY t.id LIMIT 3',
  'a subquery in a subquery': 'SELECT * FROM (SELECT * FROM (SELECT id FROM logs l WHERE true {hook}) a WHERE id > 1) b',
  'a subquery without an alias': 'SELECT id FROM (SELECT id FROM logs l WHERE true {hook})',
  'a page that is counted': 'SELECT count(*) FROM (SELECT 1 FROM logs l WHERE true {hook} LIMIT 5) t',
  'an aggregate over a subquery with a user':
    'SELECT count(*), max(u.name) FROM (SELECT user_id FROM logs l WHERE true {hook}) t JOIN users u ON u.id = t.user_id',
  'a CTE': 'WITH g AS (SELECT * FROM logs l WHERE true {hook}) SELECT * FROM g WHERE id > 1',
  'a materialized CTE': 'WITH g AS MATERIALIZED (SELECT * FROM logs l WHERE true {hook}) SELECT * FROM g',
  'a chain of CTEs': 'WITH a AS (SELECT * FROM logs l WHERE true {hook}), b AS (SELECT id FROM a WHERE id > 1) SELECT count(*) FROM b',
  'a CTE that is joined':
    'WITH g AS (SELECT * FROM logs l WHERE true {hook}) SELECT g.id, u.name FROM g JOIN users u ON u.id = g.user_id LEFT JOIN orgs o ON o.id = u.org_id',
  'a CTE that is read twice':
    'WITH g AS (SELECT * FROM logs l WHERE true {hook}) SELECT a.id, (SELECT count(*) FROM g) FROM g a LEFT JOIN g b ON b.parent_id = a.id',
  'a CTE inside a CTE': 'WITH a AS (WITH b AS (SELECT * FROM logs l WHERE true {hook}) SELECT * FROM b) SELECT id FROM a',
  'a CTE inside a subquery': 'SELECT * FROM (WITH g AS (SELECT id FROM logs l WHERE true {hook}) SELECT * FROM g) t',
  'a CTE with a column list': 'WITH g(n) AS (SELECT id FROM logs l WHERE true {hook}) SELECT n FROM g',
  'a CTE that hides a table': 'WITH logs AS (SELECT * FROM logs l WHERE true {hook}) SELECT * FROM logs',
  'a CTE nobody reads, beside a guarded query':
    'WITH g AS (SELECT * FROM logs l WHERE id > 3 {hook}) SELECT id FROM logs l WHERE true {hook}',
  'a page, its total and a summary row': `WITH f AS (SELECT l.id FROM logs l WHERE true {hook}),
    page AS (SELECT id FROM f ORDER BY id LIMIT 2),
    summed AS (SELECT id FROM page UNION ALL SELECT 0 WHERE true),
    total AS (SELECT count(*) AS count FROM f)
    SELECT summed.id, total.count FROM summed CROSS JOIN total`,
  'a subquery that is no aggregate, crossed with a table':
    'SELECT c.n, u.id FROM (SELECT count(*) OVER () AS n FROM logs l WHERE true {hook}) c, users u',
  'groups that cannot be empty, crossed with a table':
    'SELECT c.n, u.id FROM (SELECT count(*) AS n FROM logs l WHERE true {hook} GROUP BY kind, ROLLUP (org_id)) c, users u',
  'grouping sets that cannot be empty, crossed with a table':
    'SELECT c.n, u.id FROM (SELECT count(*) AS n FROM logs l WHERE true {hook} GROUP BY GROUPING SETS ((kind), (org_id, kind), org_id)) c, users u',
  'an aggregate of a subquery, crossed with a table':
    'SELECT c.n, u.id FROM (SELECT l.id, (SELECT max(a.id) FROM archive a WHERE a.kind = l.kind) AS n FROM logs l WHERE true {hook}) c, users u',
  'a count of a subquery, crossed with a table':
    'SELECT c.n, o.id FROM (SELECT 1 AS one, (SELECT count(*) FROM users) AS n FROM logs l WHERE true {hook}) c, orgs o',
  'an unqualified aggregate of a subquery, crossed with a table':
    'SELECT c.n, o.id FROM (SELECT 1 AS one, (SELECT max(name) FROM users) AS n FROM logs l WHERE true {hook}) c, orgs o',
  'a function that is no aggregate, crossed with a table':
    'SELECT c.n, u.id FROM (SELECT upper(l.note) AS n FROM logs l WHERE true {hook}) c, users u',
  'an aggregate two subqueries down, of a column there, crossed with a table':
    'SELECT c.n, o.id FROM (SELECT 1 AS one, (SELECT (SELECT max(a.id) FROM archive a) FROM users x LIMIT 1) AS n FROM logs l WHERE true {hook}) c, orgs o',
  'an aggregate over columns of both, crossed with a table':
    'SELECT c.n, o.id FROM (SELECT 1 AS one, (SELECT max(u.id + l.id) FROM users u) AS n FROM logs l WHERE true {hook}) c, orgs o',
  'an aggregate of a column that is not known beside a star, crossed with a table':
    'SELECT c.n, o.id FROM (SELECT *, (SELECT max(k) FROM unnest(ARRAY[1]) k) AS n FROM logs l WHERE true {hook}) c, orgs o',
  'an aggregate of unknown columns beside a star, crossed with a table':
    'SELECT c.n, o.id FROM (SELECT *, (SELECT max(v) FROM (SELECT 1 AS v) x) AS n FROM logs l WHERE true {hook}) c, orgs o',
  'a UNION of guarded arms, crossed with a table':
    'SELECT t.id, u.id FROM (SELECT id FROM logs l WHERE true {hook} UNION SELECT id FROM logs l WHERE id > 3 {hook}) t, users u',
  'several aggregates of one CTE':
    'WITH f AS (SELECT * FROM logs l WHERE true {hook}), a AS (SELECT count(*) AS n FROM f), b AS (SELECT max(id) AS m FROM f) SELECT a.n, b.m FROM a, b',
});

const SETS = all({
  'UNION with a hook in each arm': 'SELECT id FROM logs l WHERE id < 5 {hook} UNION SELECT id FROM logs l WHERE id > 9 {hook}',
  'UNION ALL of three arms':
    'SELECT id FROM logs l WHERE id < 5 {hook} UNION ALL SELECT id FROM logs l WHERE id > 9 {hook} UNION ALL SELECT id FROM logs l WHERE id = 7 {hook} ORDER BY 1',
  'INTERSECT with a hook in each arm': 'SELECT id FROM logs l WHERE id < 9 {hook} INTERSECT SELECT id FROM logs l WHERE id > 5 {hook}',
  'EXCEPT with a hook in each arm': 'SELECT id FROM logs l WHERE id < 9 {hook} EXCEPT SELECT id FROM logs l WHERE id > 5 {hook}',
  'arms in parentheses with LIMIT':
    '(SELECT id FROM logs l WHERE true {hook} ORDER BY id LIMIT 2) UNION ALL (SELECT id FROM logs l WHERE true {hook} ORDER BY id DESC LIMIT 2)',
  'set operations in each other':
    'SELECT id FROM logs l WHERE true {hook} EXCEPT (SELECT id FROM logs l WHERE id > 5 {hook} UNION SELECT id FROM logs l WHERE id < 2 {hook})',
  'both arms from one guarded CTE':
    'WITH g AS (SELECT * FROM logs l WHERE true {hook}) SELECT id FROM g WHERE id > 5 UNION ALL SELECT parent_id FROM g',
  'a set operation inside a guarded SELECT':
    'SELECT * FROM (SELECT id, org_id FROM logs UNION SELECT id, org_id FROM logs) l WHERE true {hook}',
  'arms of different depth': 'SELECT id FROM (SELECT id FROM logs l WHERE true {hook}) t UNION SELECT id FROM logs l WHERE id > 3 {hook}',
  'an arm of constants': "SELECT id, note FROM logs l WHERE true {hook} UNION ALL SELECT 0, 'none'",
});

const RECURSION = all({
  'a recursive CTE with a hook in each arm':
    'WITH RECURSIVE r AS (SELECT id FROM logs l WHERE parent_id IS NULL {hook} UNION ALL SELECT l.id FROM logs l JOIN r ON l.parent_id = r.id WHERE true {hook}) SELECT * FROM r',
  'a recursive CTE whose step reads no table':
    'WITH RECURSIVE r AS (SELECT id, 1 AS n FROM logs l WHERE true {hook} UNION ALL SELECT id, n + 1 FROM r WHERE n < 3) SELECT * FROM r',
  'a recursive series beside guarded rows':
    'WITH RECURSIVE n AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM n WHERE n < 3) SELECT l.id, n.n FROM logs l JOIN n ON n.n = l.org_id WHERE true {hook}',
  'a recursive CTE that starts with a constant':
    'WITH RECURSIVE r AS (SELECT 0 AS id UNION ALL SELECT l.id FROM logs l JOIN r ON r.id = 0 WHERE true {hook}) SELECT * FROM r',
  'a recursive CTE whose step joins a guarded subquery':
    'WITH RECURSIVE r AS (SELECT id FROM logs l WHERE parent_id IS NULL {hook} UNION ALL SELECT c.id FROM (SELECT * FROM logs l WHERE true {hook}) c JOIN r ON c.parent_id = r.id JOIN users u ON u.id = c.user_id) SELECT * FROM r',
  'a recursive CTE that starts with a join':
    'WITH RECURSIVE r AS (SELECT t.id, 1 AS n FROM (SELECT * FROM logs l WHERE true {hook}) t JOIN users u ON u.id = t.user_id UNION ALL SELECT id, n + 1 FROM r WHERE n < 3) SELECT * FROM r',
  'a recursive CTE whose step adds guarded rows':
    'WITH RECURSIVE r AS (SELECT id FROM logs l WHERE id = 1 {hook} UNION SELECT x.id FROM (SELECT id FROM r UNION SELECT id FROM logs l WHERE id > 3 {hook}) x) SELECT * FROM r',
  'WITH RECURSIVE without a recursion':
    'WITH RECURSIVE b AS (SELECT id FROM a), a AS (SELECT id FROM logs l WHERE true {hook}) SELECT * FROM b',
});

const AGGREGATES = all({
  count: 'SELECT count(*) FROM logs l WHERE true {hook}',
  'other aggregates':
    "SELECT sum(id), max(note), array_agg(DISTINCT kind), string_agg(note, ',' ORDER BY id) FROM logs l WHERE true {hook}",
  'an aggregate with FILTER': "SELECT count(*) FILTER (WHERE kind = 'ssh') FROM logs l WHERE true {hook}",
  'an ordered-set aggregate': 'SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id) FROM logs l WHERE true {hook}',
  'a JSON aggregate': 'SELECT json_agg(l), json_objectagg(l.id VALUE l.note), json_arrayagg(l.id) FROM logs l WHERE true {hook}',
  'an aggregate of the user': 'SELECT total(id) FROM logs l WHERE true {hook}',
  'an aggregate with guarded values beside it':
    'SELECT count(*), (SELECT max(id) FROM logs l WHERE true {hook}) FROM logs l WHERE true {hook}',
  ROLLUP: 'SELECT kind, count(*) FROM logs l WHERE true {hook} GROUP BY ROLLUP (kind)',
  'grouping sets': 'SELECT kind, org_id, count(*) FROM logs l WHERE true {hook} GROUP BY GROUPING SETS ((kind), (org_id))',
  'the empty group': 'SELECT count(*) FROM logs l WHERE true {hook} GROUP BY ()',
  'HAVING without GROUP BY': 'SELECT count(*) FROM logs l WHERE true {hook} HAVING count(*) >= 0',
  'an aggregate in a subquery of the select list':
    'SELECT u.id, (SELECT max(x.id) FROM archive x WHERE x.user_id = u.id) FROM logs l JOIN users u ON u.id = l.user_id WHERE true {hook}',
});

const SCALARS = all({
  'EXISTS alone': 'SELECT EXISTS (SELECT 1 FROM logs l WHERE id = 4 {hook})',
  'NOT EXISTS alone': 'SELECT NOT EXISTS (SELECT 1 FROM logs l WHERE id = 4 {hook}) AS free',
  'a scalar subquery alone': 'SELECT (SELECT count(*) FROM logs l WHERE true {hook}) AS n',
  'COALESCE of a scalar subquery': 'SELECT COALESCE((SELECT sum(id) FROM logs l WHERE true {hook}), 0)',
  'an array': 'SELECT ARRAY(SELECT id FROM logs l WHERE true {hook} ORDER BY id)',
  'several guarded scalars': 'SELECT (SELECT count(*) FROM logs l WHERE true {hook}), (SELECT max(id) FROM logs l WHERE true {hook})',
  'IN of a guarded subquery': 'SELECT 4 IN (SELECT id FROM logs l WHERE true {hook})',
  'a function of the user inside a guarded subquery of FROM':
    'SELECT n FROM unnest(ARRAY(SELECT l.id FROM all_logs() l WHERE true {hook})) n',
  'XMLTABLE beside a guarded count':
    "SELECT x.b, c.n FROM (SELECT count(*) AS n FROM logs l WHERE true {hook}) c, XMLTABLE('/a' PASSING (xmlparse(content '<a><b>1</b></a>')) COLUMNS b text) x",
  'the same table again, through LATERAL without qualifiers':
    'SELECT b.id FROM (SELECT id AS gid FROM logs l WHERE true {hook}) a, LATERAL (SELECT * FROM logs x WHERE x.id = gid) b',
  'an overloaded function beside a guarded count':
    "SELECT c.n, x FROM jsonb_array_elements_text('[1]') x, (SELECT count(*) AS n FROM logs l WHERE true {hook}) c",
  'a table made of JSON, with guarded counts': `SELECT j.n, count(t.id) FROM JSON_TABLE('[1, 2]', '$[*]' COLUMNS (n int PATH '$')) j LEFT JOIN (SELECT * FROM logs l WHERE true {hook}) t ON t.org_id = j.n GROUP BY j.n`,
  'unnest of an array': 'SELECT unnest(ARRAY(SELECT id FROM logs l WHERE true {hook}))',
  'a guarded scalar beside a guarded FROM': 'SELECT l.id, (SELECT count(*) FROM logs l WHERE true {hook}) FROM logs l WHERE true {hook}',
  'a guarded row without a table': 'SELECT 1 AS one FROM (SELECT 1 AS org_id) l WHERE true {hook}',
  'a plain subquery beside guarded rows': 'SELECT l.id, (SELECT u.name FROM users u WHERE u.id = l.user_id) FROM logs l WHERE true {hook}',
  'JSON of a guarded subquery': 'SELECT json_agg(t) FROM (SELECT id, note FROM logs l WHERE true {hook}) t',
});

const TIES = all({
  IN: 'SELECT u.* FROM users u WHERE u.id IN (SELECT l.user_id FROM logs l WHERE true {hook})',
  'IN beside other conditions':
    'SELECT u.* FROM users u WHERE u.id > 1 AND u.id IN (SELECT l.user_id FROM logs l WHERE true {hook}) AND (u.id < 3 OR u.id > 1)',
  '= ANY': 'SELECT u.* FROM users u WHERE u.id = ANY (SELECT l.user_id FROM logs l WHERE true {hook})',
  '= ANY of an array': 'SELECT u.* FROM users u WHERE u.id = ANY (ARRAY(SELECT l.user_id FROM logs l WHERE true {hook})::int[])',
  '= a scalar subquery': 'SELECT u.* FROM users u WHERE u.id = (SELECT l.user_id FROM logs l WHERE true {hook} ORDER BY l.id LIMIT 1)',
  'a scalar subquery =': 'SELECT u.* FROM users u WHERE (SELECT l.user_id FROM logs l WHERE true {hook} ORDER BY l.id LIMIT 1) = u.id',
  'a row IN': 'SELECT u.* FROM users u WHERE (u.id, u.org_id) IN (SELECT l.user_id, l.org_id FROM logs l WHERE true {hook})',
  'EXISTS that names the outer row': 'SELECT u.* FROM users u WHERE EXISTS (SELECT 1 FROM logs l WHERE l.user_id = u.id {hook})',
  'EXISTS that names the outer row without its alias':
    'SELECT name FROM orgs WHERE EXISTS (SELECT 1 FROM logs l WHERE l.note <> name {hook})',
  'an unqualified IN': 'SELECT name FROM users WHERE id IN (SELECT user_id FROM logs l WHERE true {hook})',
  'EXISTS with a function of the outer row':
    'SELECT u.* FROM users u WHERE EXISTS (SELECT 1 FROM logs l, unnest(ARRAY[u.id, u.org_id]) k WHERE l.user_id = k {hook})',
  'EXISTS with a derived table that names the outer row':
    'SELECT u.* FROM users u WHERE EXISTS (SELECT 1 FROM (SELECT l.id FROM logs l WHERE l.user_id = u.id {hook} LIMIT 3) x)',
  'IN with a count': 'SELECT u.* FROM users u WHERE u.id IN (SELECT count(*) FROM logs l WHERE true {hook} GROUP BY l.kind)',
  'IN with a subquery that reads a function of the table':
    'SELECT u.id FROM users u WHERE u.id IN (SELECT l.user_id FROM all_logs() l WHERE true {hook})',
  'EXISTS of a set operation':
    'SELECT u.* FROM users u WHERE EXISTS (SELECT 1 FROM logs l WHERE l.user_id = u.id {hook} UNION ALL SELECT 1 FROM logs l WHERE l.parent_id = u.id {hook} )',
  'a tie below a LEFT JOIN':
    'SELECT u.id, a.id FROM (users u JOIN orgs o ON o.id = u.org_id AND u.id IN (SELECT l.user_id FROM logs l WHERE true {hook})) LEFT JOIN archive a ON a.user_id = u.id',
  'a tie below a RIGHT JOIN':
    'SELECT u.id, a.id FROM archive a RIGHT JOIN (users u JOIN orgs o ON o.id = u.org_id AND u.id IN (SELECT l.user_id FROM logs l WHERE true {hook})) ON a.user_id = u.id',
  'a tie below another join':
    'SELECT u.id, a.id FROM archive a JOIN (users u JOIN orgs o ON o.id = u.org_id AND u.id IN (SELECT l.user_id FROM logs l WHERE true {hook})) ON a.user_id = u.id',
  'a tie in the ON of an inner join':
    'SELECT u.id FROM users u JOIN orgs o ON o.id = u.org_id AND u.id IN (SELECT l.user_id FROM logs l WHERE true {hook})',
});

const KEYED = 'the outer scan looks up the key that the subquery did not find';

const CHANGES: readonly Good[] = [
  ...all({
    UPDATE: "UPDATE logs l SET note = 'x' WHERE true {hook}",
    'UPDATE with RETURNING': "UPDATE logs l SET note = 'x' WHERE kind = 'ssh' {hook} RETURNING *",
    'UPDATE with FROM': 'UPDATE logs l SET note = u.name FROM users u WHERE u.id = l.user_id {hook}',
    'UPDATE with a subquery in SET': 'UPDATE logs l SET note = (SELECT name FROM users u WHERE u.id = l.user_id) WHERE true {hook}',
    'UPDATE from a guarded subquery': "UPDATE logs SET note = 'x' FROM (SELECT id FROM logs l WHERE true {hook}) t WHERE t.id = logs.id",
    'UPDATE from a guarded CTE':
      "WITH old AS (SELECT id FROM logs l WHERE id < 9 {hook} ORDER BY id LIMIT 2) UPDATE logs SET note = 'x' FROM old WHERE old.id = logs.id RETURNING logs.id",
    DELETE: 'DELETE FROM logs l WHERE id > 3 {hook}',
    'DELETE with RETURNING': 'DELETE FROM logs l WHERE true {hook} RETURNING id, note',
    'DELETE with USING': 'DELETE FROM logs l USING users u WHERE u.id = l.user_id {hook}',
    'DELETE of rows that a guarded subquery finds':
      'DELETE FROM logs WHERE id IN (SELECT id FROM logs l WHERE id > 3 {hook} ORDER BY id LIMIT 2)',
    'DELETE of rows that a guarded CTE finds':
      'WITH old AS (SELECT id FROM logs l WHERE true {hook} ORDER BY id LIMIT 3) DELETE FROM logs USING old WHERE old.id = logs.id RETURNING logs.*',
    'DELETE that a rule makes an UPDATE of the same rows': 'DELETE FROM kept l WHERE id > 3 {hook}',
    'DELETE in a CTE': 'WITH d AS (DELETE FROM logs l WHERE true {hook} RETURNING *) SELECT count(*), max(d.id) FROM d',
    'UPDATE in a CTE, read with its users':
      "WITH u AS (UPDATE logs l SET note = 'x' WHERE true {hook} RETURNING *) SELECT u.id, s.name FROM u LEFT JOIN users s ON s.id = u.user_id",
    'DELETE in a CTE that nobody reads': 'WITH d AS (DELETE FROM logs l WHERE id > 3 {hook}) SELECT 1 AS done',
    'two guarded changes':
      "WITH d AS (DELETE FROM logs l WHERE id > 9 {hook} RETURNING id) UPDATE logs l SET note = 'x' WHERE id < 3 {hook}",
    'rows moved to another table': 'WITH d AS (DELETE FROM logs l WHERE id > 3 {hook} RETURNING *) INSERT INTO archive SELECT * FROM d',
    'rows moved together with others':
      'WITH d AS (DELETE FROM logs l WHERE id > 20 {hook} RETURNING *), e AS (DELETE FROM logs l WHERE id < 4 {hook} RETURNING *) INSERT INTO archive (id, org_id, kind) SELECT id + 100, org_id, kind FROM d UNION ALL SELECT id + 100, org_id, kind FROM e',
    'rows moved that are joined with guarded ones':
      'WITH d AS (DELETE FROM logs l WHERE id > 20 {hook} RETURNING *) INSERT INTO archive (id, org_id, kind) SELECT d.id + 100, d.org_id, d.kind FROM (SELECT * FROM logs l WHERE true {hook}) g JOIN d ON d.id = g.id',
    'rows moved, and counted':
      'WITH d AS (DELETE FROM logs l WHERE id > 3 {hook} RETURNING *), i AS (INSERT INTO archive SELECT * FROM d RETURNING id) SELECT count(*) FROM i',
    'changes to what a guarded DELETE took':
      'WITH d AS (DELETE FROM logs l WHERE id > 20 {hook} RETURNING *) DELETE FROM archive USING d WHERE archive.id = d.id',
    'MERGE with a guarded source, matched rows only':
      "MERGE INTO logs USING (SELECT id FROM logs l WHERE true {hook}) s ON s.id = logs.id WHEN MATCHED AND logs.id > 9 THEN DELETE WHEN MATCHED THEN UPDATE SET note = 'x' WHEN NOT MATCHED THEN DO NOTHING",
  }),
  ...all({
    'RETURNING, tied by a column that the UPDATE leaves':
      "UPDATE logs l SET note = 'x' WHERE l.id > 9 {hook} RETURNING l.id, (SELECT min(p.note) FROM logs p WHERE p.id = l.id)",
    'RETURNING, tied by the old value':
      'UPDATE logs l SET id = l.id + 100 WHERE l.id > 9 {hook} RETURNING l.note, (SELECT min(p.note) FROM logs p WHERE p.id = OLD.id)',
    'RETURNING of a DELETE, tied to the row that is gone':
      'DELETE FROM logs l WHERE l.id > 9 {hook} RETURNING (SELECT min(p.note) FROM logs p WHERE p.id = l.id)',
    'what an UPDATE returns, tied by a column that it leaves':
      "WITH u AS (UPDATE logs l SET note = 'x' WHERE l.id > 9 {hook} RETURNING *) SELECT p.note FROM u JOIN logs p ON p.id = u.id",
  }),
  ...all({
    'MERGE with the hook in its ON, matched rows only':
      'MERGE INTO logs l USING users u ON u.id = l.user_id {hook} WHEN MATCHED AND l.id > 9 THEN DELETE WHEN MATCHED THEN UPDATE SET note = u.name',
    'MERGE with the hook in its ON, and RETURNING':
      'MERGE INTO logs l USING archive a ON a.id = l.id {hook} WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN DO NOTHING RETURNING l.*',
  }),
  {
    name: 'a job taken from a queue',
    sql: "UPDATE logs SET note = 'taken' WHERE id = (SELECT id FROM logs l WHERE kind = 'ssh' {hook} ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *",
    scans: KEYED,
  },
  {
    name: 'DELETE by an array of guarded keys',
    sql: 'DELETE FROM logs WHERE id = ANY (ARRAY(SELECT id FROM logs l WHERE id > 3 {hook} ORDER BY id LIMIT 2))',
    scans: KEYED,
  },
];

const LIMITS: readonly Good[] = [
  {
    name: 'a recursive CTE that is guarded where it is read',
    sql: 'WITH RECURSIVE r AS (SELECT id, org_id FROM logs WHERE parent_id IS NULL UNION SELECT c.id, c.org_id FROM logs c JOIN r ON c.parent_id = r.id) SELECT l.id FROM r l WHERE true {hook}',
    limit: 'rows that are let through are found by way of hidden ones',
  },
  {
    name: 'a count outside the filter, in the select list',
    sql: 'SELECT l.id, (SELECT count(*) FROM logs) AS of FROM logs l WHERE true {hook}',
    limit: 'counts outside the filter',
  },
  {
    name: 'a count outside the filter, in a condition',
    sql: 'SELECT l.id FROM logs l WHERE (SELECT count(*) FROM logs) > 20 {hook}',
    limit: 'counts outside the filter',
  },
];

export const GOOD: readonly Good[] = [
  ...WHERE,
  ...JOINS,
  ...TIED,
  ...SUBQUERIES,
  ...SETS,
  ...RECURSION,
  ...AGGREGATES,
  ...SCALARS,
  ...TIES,
  ...CHANGES,
  ...LIMITS,
];
