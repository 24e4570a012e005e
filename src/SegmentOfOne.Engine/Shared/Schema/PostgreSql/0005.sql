-- Keys of callers. hash: SHA-256 of salt and secret; the secret is nowhere. rate and burst: calls a second, and at once; burst 0: no limit.
CREATE TABLE segmentofone.api_key(
    id text PRIMARY KEY,
    name text NOT NULL,
    role text NOT NULL,
    created_at bigint NOT NULL,
    created_by text NOT NULL,
    expires_at bigint,
    revoked_at bigint,
    used_at bigint,
    rate double precision NOT NULL,
    burst integer NOT NULL,
    salt bytea NOT NULL,
    hash bytea NOT NULL) WITH (fillfactor = 50);

-- Who looked at what and changed what; hash is over the other columns and the hash before. Its number is the fence between processes.
CREATE TABLE segmentofone.access_log(
    number bigint PRIMARY KEY,
    at bigint NOT NULL,
    person text NOT NULL,
    key_id text NOT NULL,
    role text NOT NULL,
    operation text NOT NULL,
    subject text NOT NULL,
    outcome text NOT NULL,
    previous text NOT NULL,
    hash text NOT NULL);
CREATE INDEX access_log_person ON segmentofone.access_log(person, number);
CREATE INDEX access_log_subject ON segmentofone.access_log(subject, number) WHERE subject <> '';
CREATE INDEX access_log_at ON segmentofone.access_log(at);
