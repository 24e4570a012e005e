-- Keys of callers. hash: SHA-256 of salt and secret; the secret is nowhere. rate and burst: calls a second, and at once; burst 0: no limit.
CREATE TABLE segmentofone.api_key(
    id varchar(16) COLLATE Latin1_General_100_BIN2 PRIMARY KEY,
    name nvarchar(64) NOT NULL,
    role varchar(16) NOT NULL,
    created_at bigint NOT NULL,
    created_by nvarchar(64) NOT NULL,
    expires_at bigint,
    revoked_at bigint,
    used_at bigint,
    rate float NOT NULL,
    burst int NOT NULL,
    salt varbinary(16) NOT NULL,
    hash varbinary(32) NOT NULL);

-- Who looked at what and changed what; hash is over the other columns and the hash before. Its number is the fence between processes.
CREATE TABLE segmentofone.access_log(
    number bigint PRIMARY KEY,
    at bigint NOT NULL,
    person nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    key_id varchar(16) NOT NULL,
    role varchar(16) NOT NULL,
    operation varchar(64) NOT NULL,
    subject nvarchar(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    outcome varchar(64) NOT NULL,
    previous char(64) NOT NULL,
    hash char(64) NOT NULL);
CREATE INDEX access_log_person ON segmentofone.access_log(person, number);
CREATE INDEX access_log_subject ON segmentofone.access_log(subject, number);
CREATE INDEX access_log_at ON segmentofone.access_log(at);
