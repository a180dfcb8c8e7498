CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION IF NOT EXISTS ltree;
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE SCHEMA billing;

CREATE TYPE status AS ENUM ('draft', 'active', 'on-hold', 'closed''d');
-- The same name in another schema, with other labels.
CREATE TYPE billing.status AS ENUM ('open', 'paid', 'void');
CREATE TYPE priority AS ENUM ('low', 'high');

CREATE DOMAIN email_address AS citext CHECK (VALUE ~ '^[^@ ]+@[^@ ]+\.[a-z]+$');
CREATE DOMAIN positive_int AS integer CHECK (VALUE > 0);
CREATE DOMAIN required_text AS text NOT NULL CHECK (VALUE <> '');
CREATE DOMAIN percentage AS numeric(5, 2) CHECK (VALUE BETWEEN 0 AND 100);
-- Domains over domains, arrays, enums and composites.
CREATE DOMAIN small_positive AS positive_int CHECK (VALUE < 1000);
CREATE DOMAIN tag_list AS text[] CHECK (cardinality(VALUE) <= 5);
CREATE DOMAIN live_status AS status CHECK (VALUE <> 'draft');
CREATE DOMAIN day_range AS daterange;
CREATE DOMAIN moment AS timestamptz;
CREATE DOMAIN document AS jsonb CHECK (jsonb_typeof(VALUE) = 'object');

CREATE TYPE address AS (street text, house integer, zip varchar(10), since timestamptz);
CREATE TYPE contact AS (name text, home address, tags text[], mood status, score numeric);
