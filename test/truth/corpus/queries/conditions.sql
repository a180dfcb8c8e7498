-- name: ConditionIsNotNull :many
SELECT id, urgency, hours FROM tasks WHERE urgency IS NOT NULL;

-- name: ConditionComparison :many
SELECT id, hours, due FROM tasks WHERE hours > 1 AND due < now();

-- name: ConditionEqualsParameter :many
SELECT id, nickname FROM members WHERE nickname = @nickname;

-- name: ConditionUnderOr :many
SELECT id, hours, due FROM tasks WHERE hours > 1 OR due IS NOT NULL;

-- name: ConditionUnderNot :many
SELECT id, hours, due FROM tasks WHERE NOT (hours > 1 AND due IS NULL);

-- name: ConditionNotOfStrict :many
SELECT id, hours FROM tasks WHERE NOT (hours > 1);

-- name: ConditionNotDistinct :many
SELECT id, hours, urgency FROM tasks WHERE hours IS NOT DISTINCT FROM sqlc.narg(hours)::numeric;

-- name: ConditionDistinctFromNull :many
SELECT id, hours FROM tasks WHERE hours IS DISTINCT FROM NULL;

-- name: ConditionInList :many
SELECT id, urgency, nickname FROM tasks CROSS JOIN LATERAL (SELECT nickname FROM members LIMIT 2) m WHERE urgency IN ('low', 'high');

-- name: ConditionNotIn :many
SELECT id, level FROM members WHERE level NOT IN (1, 2, 3);

-- name: ConditionInSubquery :many
SELECT id, lead_id FROM projects WHERE lead_id IN (SELECT id FROM members);

-- name: ConditionNotInSubquery :many
SELECT id, lead_id FROM projects WHERE lead_id NOT IN (SELECT assignee_id FROM tasks WHERE assignee_id IS NOT NULL);

-- name: ConditionExists :many
SELECT p.id, p.lead_id FROM projects p WHERE EXISTS (SELECT 1 FROM members m WHERE m.id = p.lead_id);

-- name: ConditionBetween :many
SELECT id, budget FROM projects WHERE budget BETWEEN 0 AND 1000000;

-- name: ConditionBetweenSymmetric :many
SELECT id, budget FROM projects WHERE budget BETWEEN SYMMETRIC 1000 AND 0;

-- name: ConditionLike :many
SELECT id, description FROM projects WHERE description LIKE '%' || @part::text || '%';

-- name: ConditionAny :many
SELECT id, nickname FROM members WHERE nickname = ANY (@nicknames::text[]);

-- name: ConditionAll :many
SELECT id, score FROM members WHERE score >= ALL (@scores::float8[]);

-- name: ConditionArrayHolds :many
SELECT id, labels FROM projects WHERE labels @> ARRAY['x'];

-- name: ConditionFunction :many
SELECT id, nickname FROM members WHERE length(nickname) > 1;

-- name: ConditionCoalesce :many
SELECT id, nickname, birthday FROM members WHERE coalesce(nickname, birthday::text) <> '';

-- name: ConditionCase :many
SELECT id, nickname FROM members WHERE CASE WHEN id > 3 THEN nickname IS NOT NULL ELSE true END;

-- name: ConditionHaving :many
SELECT assignee_id, count(*) AS n FROM tasks GROUP BY assignee_id HAVING assignee_id IS NOT NULL;

-- name: ConditionHavingAggregate :many
SELECT project_id, max(hours) AS most FROM tasks GROUP BY project_id HAVING max(hours) > 0;

-- name: ConditionInSubselect :many
SELECT s.id, s.hours FROM (SELECT id, hours FROM tasks WHERE hours IS NOT NULL) s;

-- name: ConditionOutsideSubselect :many
SELECT s.id, s.hours FROM (SELECT id, hours FROM tasks) s WHERE s.hours >= 0;

-- name: ConditionOnUsing :many
SELECT a.lead_id, b.assignee_id FROM projects a JOIN (SELECT assignee_id, assignee_id AS lead_id FROM tasks) b USING (lead_id);

-- name: ConditionBoolColumn :many
SELECT e.id, e.n_bool FROM everything e WHERE e.n_bool;

-- name: ConditionNotBoolColumn :many
SELECT e.id, e.n_bool FROM everything e WHERE NOT e.n_bool;

-- name: ConditionIsTrue :many
SELECT e.id, e.n_bool FROM everything e WHERE e.n_bool IS TRUE;

-- name: ConditionIsNotTrue :many
SELECT e.id, e.n_bool FROM everything e WHERE e.n_bool IS NOT TRUE;

-- name: ConditionRowComparison :many
SELECT id, hours, estimate FROM tasks WHERE (hours, estimate) = (hours, estimate);

-- name: ConditionRowIsNotNull :many
SELECT id, hours, estimate FROM tasks WHERE (hours, estimate) IS NOT NULL;

-- name: ConditionRowLess :many
SELECT id, hours, position FROM tasks WHERE (position, hours) > (1, 1);

-- name: ConditionChain :many
SELECT t.id, t.assignee_id, m.boss_id, b.nickname FROM tasks t
LEFT JOIN members m ON m.id = t.assignee_id
LEFT JOIN members b ON b.id = m.boss_id
WHERE b.nickname IS NOT NULL;

-- name: ConditionStrictUserFunction :many
SELECT id, nickname FROM members WHERE shout(nickname) = 'X' OR shout(nickname) <> 'X';
