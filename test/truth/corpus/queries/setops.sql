-- name: SetUnion :many
SELECT title FROM tasks UNION SELECT description FROM projects;

-- name: SetUnionAll :many
SELECT id, title FROM tasks UNION ALL SELECT id, title FROM projects;

-- name: SetUnionSecondNull :many
SELECT id, title, hours FROM tasks WHERE hours IS NOT NULL UNION ALL SELECT id, title, NULL FROM projects;

-- name: SetUnionOfThree :many
SELECT 'task' AS kind, id::text AS id FROM tasks UNION ALL SELECT 'project', id::text FROM projects UNION ALL SELECT NULL, slug FROM organizations;

-- name: SetIntersect :many
SELECT assignee_id AS id FROM tasks INTERSECT SELECT id FROM members;

-- name: SetExcept :many
SELECT nickname FROM members EXCEPT SELECT title FROM tasks;

-- name: SetMixed :many
(SELECT id FROM tasks ORDER BY id LIMIT 2) UNION (SELECT position FROM tasks EXCEPT SELECT 1) ORDER BY 1;

-- name: SetInSubselect :many
SELECT u.name FROM (SELECT title AS name FROM tasks UNION ALL SELECT nickname FROM members) u;

-- name: SetTypesMeet :many
SELECT 1 AS n UNION ALL SELECT 2.5 UNION ALL SELECT id FROM tasks;

-- name: SetValues :many
VALUES (1, 'one'), (2, NULL);

-- name: SetUnionModel :many
SELECT * FROM counters UNION ALL SELECT * FROM counters;
