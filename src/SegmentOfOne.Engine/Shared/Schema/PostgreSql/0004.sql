-- Messages that left and are to be delivered; number is the order of being written down. decision: the index of that which it carries, -1 for
-- none. since: from when on it waits; next_at: when the next attempt is due; ended_at: when it died or was withdrawn, 0 before: by the clock of
-- deliveries. content: an envelope with what the body is made of, or once made is 1 with the body. claimed_by, claimed_until: the process that
-- is delivering it, by the database's time.
CREATE TABLE segmentofone.outbox(
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer uuid NOT NULL,
    version bigint NOT NULL,
    position integer NOT NULL,
    receiver text NOT NULL,
    kind integer NOT NULL,
    journey text NOT NULL,
    step text NOT NULL,
    decision integer NOT NULL,
    left_at bigint NOT NULL,
    status integer NOT NULL,
    since bigint NOT NULL,
    next_at bigint NOT NULL,
    attempts integer NOT NULL,
    failure text NOT NULL,
    failed_at bigint NOT NULL,
    ended_at bigint NOT NULL,
    made integer NOT NULL,
    claimed_by text NOT NULL,
    claimed_until bigint NOT NULL,
    content bytea NOT NULL);
CREATE UNIQUE INDEX outbox_message ON segmentofone.outbox(customer, version, position);
CREATE INDEX outbox_due ON segmentofone.outbox(receiver, status, next_at, left_at);
CREATE INDEX outbox_ended ON segmentofone.outbox(ended_at) WHERE ended_at > 0;

-- Messages that are no longer in the outbox, by what became of them.
CREATE TABLE segmentofone.outbox_total(
    receiver text NOT NULL,
    status integer NOT NULL,
    messages bigint NOT NULL,
    PRIMARY KEY(receiver, status)) WITH (fillfactor = 50);
