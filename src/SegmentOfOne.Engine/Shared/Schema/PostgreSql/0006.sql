-- Customers that were erased: whatever a process still has in memory of one, it appends no turn of it any more.
CREATE TABLE segmentofone.erased(customer uuid PRIMARY KEY);

-- Finds the segments of a customer that is erased.
CREATE INDEX member_customer ON segmentofone.member(customer);
