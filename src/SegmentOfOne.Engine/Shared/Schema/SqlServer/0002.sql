-- What was done with playbooks; hash is over the other columns and the hash before. Its number is the fence between processes.
CREATE TABLE segmentofone.audit(
    number bigint PRIMARY KEY,
    at bigint NOT NULL,
    person nvarchar(200) NOT NULL,
    step varchar(32) NOT NULL,
    draft bigint NOT NULL,
    version int NOT NULL,
    passed int NOT NULL,
    document char(64) NOT NULL,
    detail nvarchar(1000) NOT NULL,
    previous char(64) NOT NULL,
    hash char(64) NOT NULL);
CREATE INDEX audit_draft ON segmentofone.audit(draft, number);

-- Documents by the entry that began their draft.
CREATE TABLE segmentofone.draft(number bigint PRIMARY KEY, document varbinary(max) NOT NULL);
