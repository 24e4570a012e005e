-- due_at: when to look at the customer, in milliseconds since 1970, by playbook due_playbook; NULL: never.
ALTER TABLE segmentofone.customer ADD COLUMN due_at bigint;
ALTER TABLE segmentofone.customer ADD COLUMN due_playbook bigint NOT NULL DEFAULT 0;
CREATE INDEX customer_due ON segmentofone.customer(due_at, number) WHERE due_at IS NOT NULL;

-- Who is in a segment, and since when.
CREATE TABLE segmentofone.member(
    segment text NOT NULL,
    customer uuid NOT NULL,
    since bigint NOT NULL,
    PRIMARY KEY(segment, customer));
