CREATE TYPE visibility AS ENUM ('private', 'team', 'public');

CREATE TABLE authors (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE documents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    team_id integer NOT NULL,
    author_id bigint REFERENCES authors (id),
    title text NOT NULL,
    visibility visibility NOT NULL DEFAULT 'private',
    tags text[] NOT NULL DEFAULT '{}'
);
