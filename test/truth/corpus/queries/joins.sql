-- name: JoinInner :many
SELECT t.id, t.title, p.title AS project FROM tasks t JOIN projects p ON p.id = t.project_id;

-- name: JoinLeft :many
SELECT t.id, m.email, m.nickname, m.id AS member_id FROM tasks t LEFT JOIN members m ON m.id = t.assignee_id;

-- name: JoinRight :many
SELECT t.id, t.title, m.id AS member_id, m.email FROM tasks t RIGHT JOIN members m ON m.id = t.assignee_id;

-- name: JoinFull :many
SELECT t.id, t.done, m.id AS member_id, m.roles FROM tasks t FULL JOIN members m ON m.id = t.assignee_id;

-- name: JoinCross :many
SELECT o.slug, r.code FROM organizations o CROSS JOIN billing.rates r;

-- name: JoinLeftThenInner :many
SELECT t.id, m.email, o.slug FROM tasks t LEFT JOIN members m ON m.id = t.assignee_id JOIN organizations o ON o.id = m.organization_id;

-- name: JoinLeftThenLeft :many
SELECT t.id, m.email, o.slug FROM tasks t LEFT JOIN members m ON m.id = t.assignee_id LEFT JOIN organizations o ON o.id = m.organization_id;

-- name: JoinLeftNested :many
SELECT t.id, m.email, o.slug, o.name FROM tasks t LEFT JOIN (members m JOIN organizations o ON o.id = m.organization_id) ON m.id = t.assignee_id;

-- name: JoinRightOverLeft :many
SELECT t.id, p.title, m.email FROM tasks t LEFT JOIN projects p ON p.id = t.project_id RIGHT JOIN members m ON m.id = t.assignee_id;

-- name: JoinFullOverInner :many
SELECT t.id, p.title, m.email FROM tasks t JOIN projects p ON p.id = t.project_id FULL JOIN members m ON m.id = p.lead_id;

-- name: JoinUsing :many
SELECT organization_id, p.title, m.email FROM projects p JOIN members m USING (organization_id);

-- name: JoinLeftUsing :many
SELECT organization_id, p.title, m.email, m.organization_id AS theirs FROM projects p LEFT JOIN members m USING (organization_id);

-- name: JoinRightUsing :many
SELECT organization_id, p.title, p.organization_id AS theirs, m.email FROM projects p RIGHT JOIN members m USING (organization_id);

-- name: JoinFullUsing :many
SELECT organization_id, p.title, m.email FROM projects p FULL JOIN members m USING (organization_id);

-- name: JoinFullUsingStar :many
SELECT * FROM (SELECT organization_id, title FROM projects) p FULL JOIN (SELECT organization_id, nickname FROM members) m USING (organization_id);

-- name: JoinNatural :many
SELECT * FROM (SELECT project_id, role FROM memberships) a NATURAL JOIN (SELECT project_id, title FROM tasks) b;

-- name: JoinNaturalLeft :many
SELECT * FROM (SELECT project_id, role FROM memberships) a NATURAL LEFT JOIN (SELECT project_id, title FROM tasks) b;

-- name: JoinUsingAlias :many
SELECT j.organization_id, p.title FROM projects p LEFT JOIN members m USING (organization_id) AS j;

-- name: JoinLateral :many
SELECT p.id, latest.title, latest.due FROM projects p CROSS JOIN LATERAL (SELECT title, due FROM tasks t WHERE t.project_id = p.id ORDER BY t.id DESC LIMIT 1) latest;

-- name: JoinLeftLateral :many
SELECT p.id, latest.title, latest.n FROM projects p LEFT JOIN LATERAL (SELECT t.title, 1 AS n FROM tasks t WHERE t.project_id = p.id LIMIT 2) latest ON true;

-- name: JoinLeftLateralAggregate :many
SELECT p.id, s.tasks, s.hours FROM projects p LEFT JOIN LATERAL (SELECT count(*) AS tasks, sum(hours) AS hours FROM tasks t WHERE t.project_id = p.id) s ON true;

-- name: JoinLeftSubselect :many
SELECT m.id, b.title, b.fixed FROM members m LEFT JOIN (SELECT lead_id, title, 'x' AS fixed FROM projects) b ON b.lead_id = m.id;

-- name: JoinLeftCte :many
WITH busy AS (SELECT assignee_id, count(*) AS n FROM tasks GROUP BY assignee_id)
SELECT m.id, busy.n, busy.assignee_id FROM members m LEFT JOIN busy ON busy.assignee_id = m.id;

-- name: JoinLeftValues :many
SELECT m.id, v.word FROM members m LEFT JOIN (VALUES (1, 'one'), (2, 'two')) AS v (n, word) ON v.n = m.id;

-- name: JoinCommaList :many
SELECT m.email, p.title FROM members m, projects p WHERE p.lead_id = m.id;

-- name: JoinSelf :many
SELECT m.id, b.email AS boss, bb.email AS bosses_boss FROM members m LEFT JOIN members b ON b.id = m.boss_id LEFT JOIN members bb ON bb.id = b.boss_id;

-- name: JoinThreeSides :many
SELECT a.kind, m.email, p.title FROM assets a LEFT JOIN members m ON m.id = a.member_id LEFT JOIN projects p ON p.id = a.project_id;

-- name: JoinConditionProvesColumn :many
SELECT a.id, a.member_id, m.email FROM assets a JOIN members m ON a.member_id = m.id;

-- name: JoinOuterConditionProvesNothing :many
SELECT a.id, a.member_id, m.boss_id FROM assets a LEFT JOIN members m ON a.member_id = m.id AND a.member_id > 3 AND m.boss_id IS NOT NULL;

-- name: JoinLeftMadeInner :many
SELECT t.id, m.email, m.nickname FROM tasks t LEFT JOIN members m ON m.id = t.assignee_id WHERE m.id > 0;

-- name: JoinLeftAnti :many
SELECT t.id, m.email FROM tasks t LEFT JOIN members m ON m.id = t.assignee_id WHERE m.id IS NULL;

-- name: JoinFullMadeLeft :many
SELECT t.id, t.title, m.email FROM tasks t FULL JOIN members m ON m.id = t.assignee_id WHERE t.id IS NOT NULL;

-- name: JoinFullMadeInner :many
SELECT t.title, m.email FROM tasks t FULL JOIN members m ON m.id = t.assignee_id WHERE t.id > 0 AND m.id > 0;

-- name: JoinDeepOptional :many
SELECT o.id, x.title, x.email, x.urgency FROM organizations o
LEFT JOIN (SELECT p.organization_id, p.title, m.email, t.urgency FROM projects p LEFT JOIN members m ON m.id = p.lead_id JOIN tasks t ON t.project_id = p.id) x ON x.organization_id = o.id;

-- name: JoinRowAlias :many
SELECT j.t_id, j.who FROM (tasks t LEFT JOIN members m ON m.id = t.assignee_id) AS j (t_id, project_id, assignee_id, title, done, urgency, estimate, hours, due, notes, pos, len, who);
