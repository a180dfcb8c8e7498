-- name: SubqueryScalar :many
SELECT p.id, (SELECT m.email FROM members m WHERE m.id = p.lead_id) AS lead, (SELECT o.slug FROM organizations o WHERE o.id = p.organization_id) AS organization FROM projects p;

-- name: SubqueryScalarAggregate :many
SELECT p.id, (SELECT count(*) FROM tasks t WHERE t.project_id = p.id) AS n, (SELECT max(title) FROM tasks t WHERE t.project_id = p.id) AS last, (SELECT coalesce(sum(hours), 0) FROM tasks t WHERE t.project_id = p.id) AS hours FROM projects p;

-- name: SubqueryScalarGrouped :many
SELECT p.id, (SELECT count(*) FROM tasks t WHERE t.project_id = p.id GROUP BY t.project_id) AS n, (SELECT count(*) FROM tasks t WHERE t.project_id = p.id HAVING count(*) > 1) AS busy FROM projects p;

-- name: SubqueryScalarConstant :one
SELECT (SELECT 1) AS one, (SELECT NULL::text) AS none, (SELECT 1 WHERE false) AS empty, (SELECT 1 LIMIT 0) AS cut, (SELECT 1 OFFSET 1) AS skipped, (VALUES (3)) AS value, (SELECT now()) AS at;

-- name: SubqueryFrom :many
SELECT s.n, s.project_id FROM (SELECT project_id, count(*) AS n FROM tasks GROUP BY project_id) AS s (project_id, n);

-- name: SubqueryFromStar :many
SELECT s.* FROM (SELECT id, hours, title AS name FROM tasks) s;

-- name: SubqueryNested :many
SELECT a.x FROM (SELECT b.x FROM (SELECT c.hours AS x FROM tasks c WHERE c.hours IS NOT NULL) b) a;

-- name: SubqueryRow :many
SELECT id, (SELECT ROW(m.id, m.email)::text FROM members m WHERE m.id = p.lead_id) AS lead FROM projects p;

-- name: SubqueryArray :many
SELECT p.id, ARRAY(SELECT t.title FROM tasks t WHERE t.project_id = p.id ORDER BY t.id) AS titles, ARRAY(SELECT t.urgency FROM tasks t WHERE t.project_id = p.id) AS urgencies FROM projects p;

-- name: SubqueryCorrelatedInWhere :many
SELECT t.id, t.hours FROM tasks t WHERE t.hours > (SELECT avg(u.hours) FROM tasks u WHERE u.project_id = t.project_id);

-- name: SubqueryValues :many
SELECT v.n, v.word, v.perhaps FROM (VALUES (1, 'one', NULL), (2, 'two', 2.5)) AS v (n, word, perhaps);

-- name: SubqueryLeftJoinedValues :many
SELECT v.column1, v.column2 FROM (VALUES (1, 'a'), (2, NULL)) v;

-- name: SubqueryInCoalesce :many
SELECT p.id, coalesce((SELECT m.nickname FROM members m WHERE m.id = p.lead_id), 'nobody') AS lead FROM projects p;
