-- name: CtePlain :many
WITH open AS (SELECT id, title, hours FROM tasks WHERE NOT done) SELECT id, title, hours FROM open;

-- name: CteChained :many
WITH a AS (SELECT id, hours FROM tasks), b AS (SELECT id, hours FROM a WHERE hours IS NOT NULL), c (x, y) AS (SELECT * FROM b) SELECT x, y FROM c;

-- name: CteNested :many
WITH outer_cte AS (WITH inner_cte AS (SELECT id, nickname FROM members) SELECT * FROM inner_cte) SELECT o.id, o.nickname FROM outer_cte o;

-- name: CteRecursiveNumbers :many
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5) SELECT n FROM numbers;

-- name: CteRecursiveTree :many
WITH RECURSIVE tree AS (
  SELECT id, parent_id, name, 1 AS depth, ARRAY[id] AS path FROM organizations WHERE parent_id IS NULL
  UNION ALL
  SELECT o.id, o.parent_id, o.name, t.depth + 1, t.path || o.id FROM organizations o JOIN tree t ON o.parent_id = t.id WHERE t.depth < 5
) SELECT id, parent_id, name, depth, path FROM tree;

-- name: CteRecursiveTurnsNull :many
WITH RECURSIVE walk (n, label) AS (
  SELECT 1, 'start'
  UNION ALL
  SELECT n + 1, CASE WHEN n < 3 THEN label END FROM walk WHERE n < 6
) SELECT n, label FROM walk;

-- name: CteRecursiveBosses :many
WITH RECURSIVE chain AS (
  SELECT m.id, m.boss_id, m.nickname FROM members m WHERE m.id = @id
  UNION
  SELECT b.id, b.boss_id, b.nickname FROM members b JOIN chain c ON c.boss_id = b.id
) SELECT * FROM chain;

-- name: CteSearch :many
WITH RECURSIVE tree AS (
  SELECT id, parent_id FROM organizations WHERE parent_id IS NULL
  UNION ALL
  SELECT o.id, o.parent_id FROM organizations o JOIN tree t ON o.parent_id = t.id
) SEARCH DEPTH FIRST BY id SET ordering CYCLE id SET is_cycle USING path
SELECT id, parent_id, is_cycle FROM tree;

-- name: CteInsert :many
WITH added AS (INSERT INTO counters (name) VALUES (@name) RETURNING name, value) SELECT name, value FROM added;

-- name: CteUpdateJoined :many
WITH touched AS (UPDATE tasks SET done = true WHERE project_id = @project_id RETURNING id, assignee_id, hours)
SELECT touched.id, touched.hours, m.email FROM touched LEFT JOIN members m ON m.id = touched.assignee_id;

-- name: CteDeleteCount :one
WITH gone AS (DELETE FROM counters WHERE value < @below RETURNING name) SELECT count(*) AS n, max(name) AS last FROM gone;

-- name: CteUnused :exec
WITH log AS (INSERT INTO audit_log (table_name) VALUES ('none') RETURNING id) UPDATE counters SET value = value + 1 WHERE name = @name;

-- name: CteMaterialized :many
WITH m AS MATERIALIZED (SELECT organization_id, max(score) AS best FROM members GROUP BY organization_id) SELECT o.slug, m.best FROM organizations o LEFT JOIN m ON m.organization_id = o.id;

-- name: CteOfParameters :many
WITH input AS (SELECT unnest(@ids::int[]) AS id, sqlc.narg(fallback)::text AS fallback) SELECT i.id, coalesce(t.title, i.fallback) AS title FROM input i LEFT JOIN tasks t ON t.id = i.id;

-- name: SearchPaths :many
WITH RECURSIVE steps (n) AS (
  SELECT 1
  UNION ALL
  SELECT n + 1 FROM steps WHERE n < 3
) SEARCH DEPTH FIRST BY n SET path
SELECT n, path, ARRAY(SELECT ROW(n, s.n) FROM steps s) AS pairs FROM steps;
