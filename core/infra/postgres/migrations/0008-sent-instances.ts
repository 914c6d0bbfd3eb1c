/**
 * What of a transfer is settled, instance by instance: rows of a study may become visible in another order than that of their
 * numbers, so that a last number would leave some out for ever.
 */
export const sentInstancesMigration = `
CREATE TABLE transfer_instance (
  transfer_id uuid NOT NULL REFERENCES transfer,
  instance_id bigint NOT NULL REFERENCES instance,
  is_refused boolean NOT NULL,
  PRIMARY KEY (transfer_id, instance_id)
);
ALTER TABLE transfer DROP COLUMN last_instance_id, DROP COLUMN refused_uids, DROP COLUMN sent;
`;
