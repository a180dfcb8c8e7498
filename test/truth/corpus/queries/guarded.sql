-- name: GuardedTasks :many
SELECT t.id, t.title, m.email FROM tasks t LEFT JOIN members m ON m.id = t.assignee_id
WHERE t.project_id = @project_id
-- @authorize_filter
ORDER BY t.id;

-- name: GuardedEmbed :many
SELECT sqlc.embed(projects), sqlc.embed(members) FROM projects LEFT JOIN members ON members.id = projects.lead_id
WHERE true
-- @authorize_filter
LIMIT COALESCE(NULLIF(@limit_opt :: int, 0), 100);

-- name: GuardedOne :one
SELECT * FROM members WHERE id = @id
-- @authorize_filter
;

-- name: GuardedCount :one
SELECT count(*) FROM (SELECT 1 FROM tasks WHERE done = @done
-- @authorize_filter
) counted;

-- name: GuardedUpdate :execrows
UPDATE tasks SET position = position / 2 WHERE project_id = @project_id
-- @authorize_filter
;

-- name: GuardedDelete :many
DELETE FROM audit_log WHERE id > @id
-- @authorize_filter
RETURNING *;

-- name: GuardedAggregate :many
SELECT project_id, count(*) AS n, max(hours) AS most FROM tasks WHERE title <> ''
-- @authorize_filter
GROUP BY project_id;

-- name: GuardedCte :many
WITH mine AS (
  SELECT id, title, hours FROM tasks WHERE NOT done
  -- @authorize_filter
)
SELECT id, title, hours FROM mine;

-- name: GuardedSummary :many
WITH mine AS (
  SELECT id, title FROM tasks WHERE NOT done
  -- @authorize_filter
), shown AS (
  SELECT * FROM mine
  UNION ALL
  -- A row of no table: it brings the count where the page is empty.
  SELECT 0, '' WHERE @with_summary :: boolean
)
SELECT shown.*, total.n FROM shown CROSS JOIN (SELECT count(*) AS n FROM mine) total;
