-- What was done with playbooks; hash is over the other columns and the hash before. Its number is the fence between processes.
CREATE TABLE segmentofone.audit(
    number bigint PRIMARY KEY,
    at bigint NOT NULL,
    person text NOT NULL,
    step text NOT NULL,
    draft bigint NOT NULL,
    version integer NOT NULL,
    passed integer NOT NULL,
    document text NOT NULL,
    detail text NOT NULL,
    previous text NOT NULL,
    hash text NOT NULL);
CREATE INDEX audit_draft ON segmentofone.audit(draft, number);

-- Documents by the entry that began their draft.
CREATE TABLE segmentofone.draft(number bigint PRIMARY KEY, document bytea NOT NULL);
