CREATE VIEW active_projects AS
SELECT p.id, p.title, p.description, p.state, o.name AS organization, m.email AS lead_email
FROM projects p
JOIN organizations o ON o.id = p.organization_id
LEFT JOIN members m ON m.id = p.lead_id
WHERE p.state <> 'draft';

CREATE VIEW project_totals AS
SELECT p.id AS project_id, count(t.id) AS tasks, count(t.id) FILTER (WHERE t.done) AS done, sum(t.hours) AS hours, max(t.due) AS last_due
FROM projects p LEFT JOIN tasks t ON t.project_id = p.id
GROUP BY p.id;

-- A view of views.
CREATE VIEW project_overview AS
SELECT a.*, t.tasks, t.hours, coalesce(t.done, 0) AS done
FROM active_projects a LEFT JOIN project_totals t ON t.project_id = a.id;

CREATE VIEW recent_members (member_id, address, days_ago) AS
SELECT id, email, CURRENT_DATE - created_at::date FROM members;

CREATE MATERIALIZED VIEW organization_stats AS
SELECT o.id AS organization_id, o.plan, count(m.id) AS members, avg(m.score) AS average_score, array_agg(m.nickname) AS nicknames
FROM organizations o LEFT JOIN members m ON m.organization_id = o.id
GROUP BY o.id;

-- What can be written through a view.
CREATE VIEW open_tasks AS SELECT id, project_id, title, done, urgency FROM tasks WHERE NOT done;

-- Nested JSON, and a view of it.
CREATE VIEW project_cards AS
SELECT p.id, to_json(p) AS project, coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'hours', t.hours, 'urgency', t.urgency)) FILTER (WHERE t.id IS NOT NULL), '[]') AS tasks
FROM projects p LEFT JOIN tasks t ON t.project_id = p.id
GROUP BY p.id;
CREATE MATERIALIZED VIEW member_documents AS SELECT id, to_jsonb(m) AS document FROM members m;
