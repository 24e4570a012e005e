-- Of a message the touch that it carries: purpose (0 to 5), 8 more where it goes out, 16 more where it is transactional, -1 for none; and the channel
-- on which it goes. failure: of what was withdrawn the rule.
ALTER TABLE segmentofone.outbox ADD touch int NOT NULL DEFAULT -1, channel nvarchar(200) NOT NULL DEFAULT '';
