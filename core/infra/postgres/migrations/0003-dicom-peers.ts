/** What a calling AE title must bring to be admitted, and how often at once; patients are looked up by their ID alone. */
export const dicomPeersMigration = `
ALTER TABLE application_entity
  ADD COLUMN certificate_sha256 text CHECK (certificate_sha256 ~ '^[0-9a-f]{64}$'),
  ADD COLUMN tls_only boolean NOT NULL DEFAULT false,
  ADD COLUMN max_associations integer CHECK (max_associations BETWEEN 1 AND 1000);

CREATE INDEX patient_by_id ON patient (patient_id) WHERE patient_id <> '';
`;
