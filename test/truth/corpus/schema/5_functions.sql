CREATE FUNCTION shout(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT upper(value) $$;
CREATE FUNCTION maybe(value integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN value > 5 THEN value END $$;
CREATE FUNCTION first_title(project integer) RETURNS text LANGUAGE sql STABLE AS $$ SELECT title FROM tasks WHERE project_id = project ORDER BY id LIMIT 1 $$;
CREATE FUNCTION members_of(organization uuid) RETURNS SETOF members LANGUAGE sql STABLE AS $$ SELECT * FROM members WHERE organization_id = organization $$;
CREATE FUNCTION one_member(member bigint) RETURNS members LANGUAGE sql STABLE AS $$ SELECT * FROM members WHERE id = member $$;
CREATE FUNCTION spans(first integer, last integer, OUT low integer, OUT high integer, OUT label text) LANGUAGE sql IMMUTABLE
AS $$ SELECT least(first, last), greatest(first, last), CASE WHEN first = last THEN 'same' END $$;
CREATE FUNCTION hours_by_project(minimum numeric DEFAULT 0) RETURNS TABLE (project_id integer, hours numeric) LANGUAGE sql STABLE
AS $$ SELECT t.project_id, sum(t.hours) FROM tasks t GROUP BY t.project_id HAVING coalesce(sum(t.hours), 0) >= minimum $$;
CREATE FUNCTION make_address(street text, house integer) RETURNS address LANGUAGE sql IMMUTABLE AS $$ SELECT ROW(street, house, NULL, NULL)::address $$;
CREATE FUNCTION joined(VARIADIC parts text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT array_to_string(parts, '-') $$;
CREATE FUNCTION same(value anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE AS $$ SELECT value $$;
CREATE FUNCTION next_states(current status) RETURNS SETOF status LANGUAGE sql IMMUTABLE AS $$ SELECT unnest(enum_range(current, NULL)) $$;
CREATE FUNCTION nothing() RETURNS void LANGUAGE sql AS $$ SELECT NULL $$;
CREATE AGGREGATE concat_all (text) (SFUNC = textcat, STYPE = text, INITCOND = '');
CREATE FUNCTION plus_one(value integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT value + 1 $$;
CREATE OPERATOR !+ (LEFTARG = text, RIGHTARG = text, FUNCTION = textcat);
